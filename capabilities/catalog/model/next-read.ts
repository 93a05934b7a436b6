/** Wait after the first failure; doubled by every further one. */
const FIRST_RETRY_MS = 30_000;
const LONGEST_MS = 60 * 60_000;

/**
 * How long until a source is asked again, in ms. `chance` is a number in [0, 1): it spreads sources that were read together, so that
 * they do not come back together. A wait that the other side asked for is never cut short.
 */
export function waitUntilNextRead(state: { intervalMs: number; failures: number; retryAfterMs?: number; chance: number }): number {
  const { intervalMs, failures, retryAfterMs = 0, chance } = state;
  const base = failures === 0 ? intervalMs : Math.min(FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 20), Math.max(LONGEST_MS, intervalMs));
  const spread = failures === 0 ? 0.2 : 0.5;
  const wait = base * (1 - spread / 2 + spread * chance);
  return Math.round(retryAfterMs === 0 ? wait : Math.max(wait, retryAfterMs * (1 + 0.1 * chance)));
}
