import { setTimeout as sleep } from 'node:timers/promises';
import { figure, median, medianOfFive, type Benchmark } from './benchmark.ts';
import { httpLoad } from './http-load.ts';
import { cpuMs, localToken, postgresPids, processTree, pssMb, removeFolder, startServer, temporaryFolder } from '@paved/testing';
import { startRaw } from './start-raw.ts';

const ENTITIES = 500;
const CONNECTIONS = 16;

export const benchmark: Benchmark = {
  description: 'Start-up, memory, reading entities by name beside a raw baseline, and idling.',
  async run(say) {
    const folder = temporaryFolder();
    try {
      await (await startServer(folder)).stop();
      const readyMs = await medianOfFive(async (round) => {
        const server = await startServer(folder);
        await server.stop();
        say(`start ${round + 1}: ${Math.round(server.readyMs)} ms`);
        return server.readyMs;
      });
      return { ready_ms: Math.round(readyMs), ...(await whileRunning(folder, say)) };
    } finally {
      removeFolder(folder);
    }
  },
};

async function whileRunning(folder: string, say: (text: string) => void): Promise<Record<string, number>> {
  const server = await startServer(folder);
  try {
    say('waiting 60 s, then memory and idle CPU');
    await sleep(60_000);
    const pids = [...new Set([...processTree(server.pid), ...postgresPids(folder)])];
    const memory = pssMb(pids);
    const cpu = cpuMs(pids);
    await sleep(30_000);
    const idle = (cpuMs(pids) - cpu) / 30_000;
    const token = localToken(folder);
    const headers = { authorization: `Bearer ${token}` };
    const documents = Array.from({ length: ENTITIES }, (_, i) => ({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: { name: `bench-${i}`, description: 'x'.repeat(400), annotations: { 'example.test/a': 'y'.repeat(200) } },
      spec: { type: 'service', lifecycle: 'production', owner: 'group:default/bench' },
    }));
    const applied = await fetch(`${server.url}/api/catalog/apply`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ documents }),
    });
    if (!applied.ok) throw new Error(`Applying entities answered ${applied.status}: ${await applied.text()}`);
    const raw = await startRaw(folder);
    try {
      const ours = (): string => `/api/catalog/entities/by-name/component/default/bench-${Math.floor(Math.random() * ENTITIES)}`;
      const baseline = (): string => `/${encodeURIComponent(`component:default/bench-${Math.floor(Math.random() * ENTITIES)}`)}`;
      await httpLoad({ url: server.url, path: ours, headers, connections: CONNECTIONS, seconds: 3 });
      await httpLoad({ url: raw.url, path: baseline, connections: CONNECTIONS, seconds: 3 });
      const rounds: { ours: number; raw: number; cpu: number }[] = [];
      for (let round = 0; round < 5; round++) {
        const before = cpuMs(pids);
        const us = await httpLoad({ url: server.url, path: ours, headers, connections: CONNECTIONS, seconds: 3 });
        const used = (cpuMs(pids) - before) / us.latencies.length;
        const them = await httpLoad({ url: raw.url, path: baseline, connections: CONNECTIONS, seconds: 3 });
        rounds.push({ ours: us.rps, raw: them.rps, cpu: used });
        say(`round ${round + 1}: ${Math.round(us.rps)} requests/s, raw ${Math.round(them.rps)}`);
      }
      return {
        memory_mb: Math.round(memory),
        by_name_rps: Math.round(median(rounds.map((r) => r.ours))),
        by_name_of_raw: figure(median(rounds.map((r) => r.ours / r.raw))),
        by_name_cpu_ms: figure(median(rounds.map((r) => r.cpu))),
        raw_rps: Math.round(median(rounds.map((r) => r.raw))),
        idle_cpu_pct: figure(idle * 100),
      };
    } finally {
      raw.stop();
    }
  } finally {
    await server.stop();
  }
}
