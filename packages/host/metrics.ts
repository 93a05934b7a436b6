import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Prometheus metrics of one platform (no global registry). */
export interface Metrics {
  readonly registry: Registry;
  counter(name: string, help: string, labels?: readonly string[]): Counter;
  gauge(name: string, help: string, labels?: readonly string[]): Gauge;
  /** Seconds by default: 5 ms to 10 s. */
  histogram(name: string, help: string, labels?: readonly string[], buckets?: readonly number[]): Histogram;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  // Every 50 ms instead of 10: the event loop's lag is seen as well, and an idle server wakes up a fifth as often.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 50 });
  const base = (name: string, help: string, labels: readonly string[]) => ({ name, help, labelNames: [...labels], registers: [registry] });
  return {
    registry,
    counter: (name, help, labels = []) => new Counter(base(name, help, labels)),
    gauge: (name, help, labels = []) => new Gauge(base(name, help, labels)),
    histogram: (name, help, labels = [], buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]) =>
      new Histogram({ ...base(name, help, labels), buckets: [...buckets] }),
  };
}
