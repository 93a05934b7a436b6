import { setTimeout as sleep } from 'node:timers/promises';
import { createApiClient, type ApiClient } from '@paved/client';
import type { Run } from '@paved/runs';
import { localToken, removeFolder, startServer, temporaryFolder } from '@paved/testing';
import { figure, median, type Benchmark } from './benchmark.ts';

export const benchmark: Benchmark = {
  description: 'The golden path of an HTTP service with PostgreSQL: from “create” to a healthy URL.',
  async run(say) {
    const folder = temporaryFolder();
    const server = await startServer(folder, { acme: true });
    try {
      const api = createApiClient({ server: server.url, token: localToken(folder) });
      const times: number[] = [];
      for (let round = 1; round <= 5; round++) {
        const took = await createService(api, `bench-${round}`);
        say(`round ${round}: ${(took / 1000).toFixed(1)} s`);
        times.push(took);
      }
      // The first one also starts the databases' server and fills caches; people meet it once.
      return {
        create_to_healthy_s: figure(median(times) / 1000),
        first_s: figure((times[0] ?? 0) / 1000),
        worst_s: figure(Math.max(...times) / 1000),
      };
    } finally {
      await server.stop();
      removeFolder(folder);
    }
  },
};

async function createService(api: ApiClient, name: string): Promise<number> {
  const started = performance.now();
  const { id } = await api.post<{ id: string }>('/api/scaffolder/v2/tasks', {
    templateRef: 'template:default/http-service',
    values: { name, description: 'Measures.', owner: 'group:default/playback', system: 'system:default/playback', database: 'postgres' },
  });
  for (;;) {
    const run = await api.get<Run>(`/api/runs/${id}`);
    if (run.status === 'failed') throw new Error(run.error?.message ?? 'failed');
    if (run.status === 'succeeded') break;
    await sleep(50);
  }
  for (;;) {
    const items = await api.get<{ environment: string; health: string }[]>('/api/orchestrator/workloads', {
      component: `component:default/${name}`,
    });
    if (items.some((workload) => workload.environment === 'dev' && workload.health === 'healthy')) return performance.now() - started;
    await sleep(50);
  }
}
