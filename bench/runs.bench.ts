import { figure, median, type Benchmark } from './benchmark.ts';
import { cpuMs, localToken, postgresPids, processTree, removeFolder, startServer, temporaryFolder } from '@paved/testing';

const RUNS = 200;

export const benchmark: Benchmark = {
  description: 'A run of five no-op steps through the public API, from POST to its end.',
  async run(say) {
    const folder = temporaryFolder();
    const server = await startServer(folder);
    try {
      const headers = { authorization: `Bearer ${localToken(folder)}`, 'content-type': 'application/json' };
      const once = async (): Promise<number> => {
        const started = performance.now();
        const response = await fetch(`${server.url}/api/runs?wait=10`, {
          method: 'POST',
          headers,
          body: JSON.stringify({ kind: 'runs.noop', input: {} }),
        });
        const run = (await response.json()) as { status: string };
        if (run.status !== 'succeeded') throw new Error(`The run is ${run.status} (${response.status}).`);
        return performance.now() - started;
      };
      for (let i = 0; i < 50; i++) await once();
      const rounds: number[] = [];
      const pids = [...new Set([...processTree(server.pid), ...postgresPids(folder)])];
      const cpuBefore = cpuMs(pids);
      for (let round = 0; round < 5; round++) {
        const times: number[] = [];
        for (let i = 0; i < RUNS; i++) times.push(await once());
        rounds.push(median(times));
        say(`round ${round + 1}: p50 ${median(times).toFixed(1)} ms`);
      }
      return { noop5_p50_ms: figure(median(rounds)), cpu_ms_per_run: figure((cpuMs(pids) - cpuBefore) / (5 * RUNS)) };
    } finally {
      await server.stop();
      removeFolder(folder);
    }
  },
};
