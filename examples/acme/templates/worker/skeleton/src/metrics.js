import prometheus from 'prom-client';

export function createMetrics(queue) {
  const registry = new prometheus.Registry();
  prometheus.collectDefaultMetrics({ register: registry });
  const duration = new prometheus.Histogram({
    name: 'job_duration_seconds',
    help: 'Time spent on one try of a job.',
    labelNames: ['kind', 'outcome'],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60],
    registers: [registry],
  });
  const jobs = new prometheus.Gauge({
    name: 'jobs',
    help: 'Jobs in the queue by state; dead ones wait for a person.',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const counts = await queue.counts();
      for (const state of ['waiting', 'running', 'done', 'dead']) jobs.set({ state }, counts[state] ?? 0);
    },
  });
  return {
    observe: (kind, outcome, seconds) => duration.observe({ kind, outcome }, seconds),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}
