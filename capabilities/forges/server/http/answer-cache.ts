import type { ForgeAnswer } from '../../index.ts';

/** Answers kept by address for conditional requests; the least recently used go first. */
export interface AnswerCache {
  get(url: string): ForgeAnswer | undefined;
  put(url: string, answer: ForgeAnswer): void;
}

export function createAnswerCache(limits: { answers: number; bytes: number }): AnswerCache {
  const kept = new Map<string, ForgeAnswer>();
  let bytes = 0;
  const drop = (url: string): void => {
    bytes -= kept.get(url)?.body.length ?? 0;
    kept.delete(url);
  };
  return {
    get(url) {
      const found = kept.get(url);
      if (found !== undefined) {
        kept.delete(url);
        kept.set(url, found);
      }
      return found;
    },
    put(url, answer) {
      drop(url);
      if (answer.body.length > limits.bytes / 8) return;
      kept.set(url, answer);
      bytes += answer.body.length;
      for (const oldest of kept.keys()) {
        if (kept.size <= limits.answers && bytes <= limits.bytes) break;
        drop(oldest);
      }
    },
  };
}
