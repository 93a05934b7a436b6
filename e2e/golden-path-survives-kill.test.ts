import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createLogger, startEmbeddedPostgres } from '@paved/host';
import { removeFolder, temporaryFolder } from '@paved/testing';
import { acme, until, type Server } from './kit/acme.ts';
import { query } from './kit/clusters.ts';
import { expectOneOfEverything } from './kit/one-of-everything.ts';
import { createService, succeeded } from './kit/service.ts';

/** A step of the golden path, the same for every service: `kind of run › step`, resources of a deployment by their place. */
type StepName = string;

/** Names steps as their events come in. One service is made at a time, so every run that is new belongs to it. */
function stepNames(): { kindOf: Map<string, string>; name(run: string, step: string): StepName | undefined } {
  const kindOf = new Map<string, string>();
  const nodes = new Map<string, string[]>();
  return {
    kindOf,
    name(run, step) {
      const kind = kindOf.get(run);
      if (kind === undefined) return undefined;
      if (!step.startsWith('node:')) return `${kind} › ${step}`;
      const seen = nodes.get(run) ?? [];
      nodes.set(run, seen);
      if (!seen.includes(step)) seen.push(step);
      return `${kind} › resource ${seen.indexOf(step) + 1}`;
    },
  };
}

/** Follows a server; tells each step once, the moment it is first seen (a very short one is seen only when it has ended). */
async function followSteps(
  server: Server,
  names: ReturnType<typeof stepNames>,
  onStep: (name: StepName) => void,
  signal: AbortSignal,
): Promise<void> {
  await server.follow(
    ['runs.run.changed', 'runs.step.changed'],
    ({ type, data }) => {
      if (type === 'runs.run.changed') names.kindOf.set(data.id, data.kind);
      else if (data.step.status === 'running' || data.step.status === 'succeeded') {
        const name = names.name(data.id, data.step.id);
        if (name !== undefined) onStep(name);
      }
    },
    signal,
  );
}

test('the server is killed in every step of the golden path, and there is one of everything', async () => {
  await using place = await acme();
  let server = await place.start();
  const following = new AbortController();
  const steps: StepName[] = [];
  await followSteps(server, stepNames(), (name) => steps.includes(name) || steps.push(name), following.signal);
  const undisturbed = await createService(server.api, 'undisturbed');
  await expectOneOfEverything(server.api, place.folder, 'undisturbed', undisturbed);
  following.abort();
  const kinds = [...new Set(steps.map((step) => step.split(' › ')[0] ?? ''))];
  expect(kinds).toEqual(
    expect.arrayContaining([
      'templates.template.execute',
      'pipelines.pipeline.execute',
      'orchestrator.deployment.apply',
      'catalog.location.sync',
    ]),
  );
  expect(steps.length).toBeGreaterThanOrEqual(20);

  // Each round takes one step of every kind of run, so that a walk dies several times.
  const ofKind = kinds.map((kind) => steps.filter((step) => step.startsWith(`${kind} › `)));
  const rounds = Array.from({ length: Math.max(...ofKind.map((list) => list.length)) }, (_, n) => ofKind.flatMap((list) => list[n] ?? []));
  const killed: StepName[] = [];
  for (const [n, wanted] of rounds.entries()) {
    const name = `killed-${n + 1}`;
    const began = performance.now();
    const names = stepNames();
    const left = new Set(wanted);
    let run: string | undefined;
    while (left.size > 0) {
      const end = new AbortController();
      const { promise: hit, resolve } = Promise.withResolvers<StepName>();
      const victim = server;
      await followSteps(victim, names, (step) => left.has(step) && (victim.child.kill('SIGKILL'), resolve(step)), end.signal);
      // A retry of the same request after a kill would be another service: the request is sent once and answered before its first step.
      run ??= await createService(server.api, name);
      const step = await Promise.race([hit, sleep(60_000, undefined)]);
      if (step === undefined) throw new Error(`${name}: ${[...left].join(', ')} did not come within a minute.`);
      left.delete(step);
      killed.push(step);
      await server.kill();
      end.abort();
      server = await place.start();
    }
    await expectOneOfEverything(server.api, place.folder, name, run ?? '');
    console.log(`${name}: killed in ${wanted.join(', ')}; all there after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  }
  expect([...killed].sort()).toEqual([...steps].sort());
}, 900_000);

test('of two servers on one PostgreSQL and one data directory, the other finishes what a killed one began', async () => {
  const databaseFolder = temporaryFolder();
  const postgres = await startEmbeddedPostgres({
    dir: databaseFolder,
    log: createLogger({ level: 'warn', pretty: true }),
    listen: { port: 20_000 + (process.pid % 10_000) },
  });
  try {
    await using place = await acme({ DATABASE_URL: postgres.url });
    let servers = await Promise.all([place.start(), place.start()]);
    await expectOneOfEverything(servers[0].api, place.folder, 'undisturbed', await createService(servers[0].api, 'undisturbed'));

    for (const [name, kind, step] of [
      ['killed-in-test', 'pipelines.pipeline.execute', 'verify/test'],
      ['killed-in-deploy', 'orchestrator.deployment.apply', 'node:'],
    ] as const) {
      const [first, second] = servers;
      const run = await createService(first.api, name);
      // Which of the two carries it out is theirs to decide: look it up and kill that one, in the middle of the step.
      const found = await until(60_000, `${kind} to be in ${step}`, async () => {
        const [row] = await query<{ pid: number; step: string }>(
          postgres.url,
          `select w.pid, s.id as step from runs.run r join runs.worker w on w.id = r.worker join runs.step s on s.run_id = r.id
            where r.kind = $1 and s.status = 'running' and s.id like $2 and r.subjects @> array[$3]`,
          [kind, `${step}%`, `component:default/${name}`],
        );
        return row;
      });
      const victim = found.pid === first.pid ? first : second;
      const survivor = victim === first ? second : first;
      const at = performance.now();
      await victim.kill();
      await succeeded(survivor.api, run);
      const took = performance.now() - at;
      console.log(`${name}: ${found.step} taken over and the golden path finished ${(took / 1000).toFixed(1)} s after the kill`);
      await expectOneOfEverything(survivor.api, place.folder, name, run);
      expect(took).toBeLessThan(10_000);
      servers = [survivor, await place.start()];
    }
  } finally {
    await postgres.stop();
    removeFolder(databaseFolder);
  }
}, 300_000);
