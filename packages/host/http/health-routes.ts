import { z } from 'zod';
import type { App } from '../define-capability.ts';
import type { Metrics } from '../metrics.ts';

const readySchema = z
  .object({ status: z.enum(['ready', 'not ready']), problems: z.record(z.string(), z.string()) })
  .meta({ id: 'Readiness' });

/** `/healthz`, `/readyz` and `/metrics`. */
export function addHealthRoutes(app: App, deps: { metrics: Metrics; problems: () => Promise<Record<string, string>> }): void {
  app.get(
    '/healthz',
    {
      schema: {
        operationId: 'health',
        tags: ['health'],
        summary: 'The process answers',
        response: { 200: z.object({ status: z.literal('alive') }) },
      },
      config: { public: 'Says nothing but that the process answers.' },
    },
    async () => ({ status: 'alive' as const }),
  );
  app.get(
    '/readyz',
    {
      schema: {
        operationId: 'readiness',
        tags: ['health'],
        summary: 'Every part can work',
        response: { 200: readySchema, 503: readySchema },
      },
      config: { public: 'Names parts and says whether they work; no data.' },
    },
    async (_request, reply) => {
      const problems = await deps.problems();
      const ready = Object.keys(problems).length === 0;
      return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', problems });
    },
  );
  app.get(
    '/metrics',
    {
      schema: { operationId: 'metrics', tags: ['health'], summary: 'Prometheus metrics', produces: ['text/plain'] },
      config: { permission: 'host.metrics.read' },
    },
    async (_request, reply) => reply.type(deps.metrics.registry.contentType).send(await deps.metrics.registry.metrics()),
  );
}
