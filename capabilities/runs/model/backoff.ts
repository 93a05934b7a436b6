const LONGEST_MS = 5 * 60_000;

/** Milliseconds to wait before try `next` (2 is the first repetition): doubles each time, at most five minutes. */
export function backoffMs(next: number, firstMs: number): number {
  return Math.min(LONGEST_MS, firstMs * 2 ** Math.max(0, next - 2));
}
