/** Remembers answers as long as the catalog does not change: every write makes a new generation. */
export interface Memo {
  get<T>(generation: string, key: string, compute: () => Promise<T>): Promise<T>;
}

export function createMemo(limit = 2000): Memo {
  let current = '';
  let answers = new Map<string, Promise<unknown>>();
  return {
    get<T>(generation: string, key: string, compute: () => Promise<T>): Promise<T> {
      if (generation !== current) {
        current = generation;
        answers = new Map();
      }
      const known = answers.get(key);
      if (known !== undefined) {
        // Used again: moved to the end, so that the oldest unused goes first.
        answers.delete(key);
        answers.set(key, known);
        return known as Promise<T>;
      }
      const mine = answers;
      const answer = compute();
      mine.set(key, answer);
      answer.catch(() => mine.delete(key));
      if (mine.size > limit) mine.delete(mine.keys().next().value ?? '');
      return answer;
    },
  };
}
