/** Keeps the latest results under a number and size; what is asked for stays. */
export interface Cache<T> {
  get(key: string, make: () => Promise<T>): Promise<T>;
}

/** `size` says how large a value is, in characters. A failed make is not kept. */
export function createCache<T>(limits: { entries: number; characters: number }, size: (value: T) => number): Cache<T> {
  const kept = new Map<string, { value: T; size: number }>();
  let total = 0;
  return {
    async get(key, make) {
      const known = kept.get(key);
      if (known !== undefined) {
        kept.delete(key);
        kept.set(key, known);
        return known.value;
      }
      const value = await make();
      const entry = { value, size: size(value) };
      total += entry.size - (kept.get(key)?.size ?? 0);
      kept.set(key, entry);
      for (const [oldest, { size: freed }] of kept) {
        if (kept.size <= limits.entries && total <= limits.characters) break;
        kept.delete(oldest);
        total -= freed;
      }
      return value;
    },
  };
}
