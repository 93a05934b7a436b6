import type { Metrics } from '@paved/host';
import type { RunRow } from './store.ts';

/** What Prometheus hears about runs. */
export interface RunMetrics {
  ended(row: RunRow): void;
  /** Queued runs by kind; kinds left out have none. */
  queued(depths: Readonly<Record<string, number>>): void;
  held(count: number): void;
}

export function createRunMetrics(metrics: Metrics): RunMetrics {
  const total = metrics.counter('paved_runs_total', 'Runs that ended.', ['kind', 'status']);
  const seconds = metrics.histogram(
    'paved_run_duration_seconds',
    'Time from start to end of a run.',
    ['kind'],
    [0.01, 0.05, 0.25, 1, 5, 15, 60, 300, 900, 3600],
  );
  const queue = metrics.gauge('paved_runs_queued', 'Runs that wait for a free place.', ['kind']);
  const held = metrics.gauge('paved_runs_running', 'Runs that this server carries out.');
  return {
    ended(row) {
      total.inc({ kind: row.kind, status: row.status });
      if (row.started_at !== null && row.ended_at !== null)
        seconds.observe({ kind: row.kind }, (row.ended_at.getTime() - row.started_at.getTime()) / 1000);
    },
    queued(depths) {
      queue.reset();
      for (const [kind, depth] of Object.entries(depths)) queue.set({ kind }, depth);
    },
    held: (count) => held.set(count),
  };
}
