/** When a process that ended on its own is started again, and when it counts as settled. */
export const restartPolicy = { firstMs: 0, secondMs: 500, factor: 2, maxMs: 30_000, settledAfterMs: 60_000 } as const;

/** Delay before the restart that follows `recent` earlier ones since it was last settled: 0, 0.5 s, 1 s, 2 s … 30 s. */
export function restartDelay(recent: number): number {
  if (recent <= 0) return restartPolicy.firstMs;
  return Math.min(restartPolicy.maxMs, restartPolicy.secondMs * restartPolicy.factor ** (recent - 1));
}
