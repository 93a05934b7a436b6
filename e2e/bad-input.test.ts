import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApiClient, type ApiClient } from '@paved/client';
import type { Plan, Deployment } from '@paved/orchestrator';
import { hasEnded, type Run } from '@paved/runs';
import { pssMb } from '@paved/testing';
import { acme, until, type Acme, type Server } from './kit/acme.ts';
import { madeFor } from './kit/clusters.ts';
import { expectSentence, refused } from './kit/refused.ts';
import { ask, createService, deployments, git, instancesOf, succeeded, urlOf, workload } from './kit/service.ts';

const name = 'patient';
let place: Acme;
let server: Server;
let scratch: string;

beforeAll(async () => {
  place = await acme({ PAVED_PIPELINES_TIMEOUT: '20s' });
  server = await place.start();
  scratch = mkdtempSync(path.join(os.tmpdir(), 'paved-bad-'));
  await succeeded(server.api, await createService(server.api, name));
  await urlOf(server.api, name);
});
afterAll(async () => {
  await place?.[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true, force: true });
});

const component = (of: string, extra = ''): string =>
  `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: ${of}\n${extra}spec:\n  type: library\n  lifecycle: production\n  owner: playback\n`;

interface CatalogProblem {
  readonly kind: string;
  readonly location: string;
  readonly line: number;
  readonly message: string;
  readonly fix?: string;
  readonly other?: string;
}
const problems = async (): Promise<CatalogProblem[]> =>
  (await server.api.get<{ items: CatalogProblem[] }>('/api/catalog/problems', { limit: 500 })).items;
const entity = (ref: string): Promise<unknown> =>
  server.api.get(`/api/catalog/entities/by-name/${ref}`).then(
    (found) => found,
    () => undefined,
  );
const register = (file: string, text: string): Promise<unknown> => {
  writeFileSync(path.join(scratch, file), text);
  return server.api.post('/api/catalog/locations', { type: 'file', target: path.join(scratch, file) });
};

test('broken YAML beside good documents: the good ones are there, the broken one is named with its line', async () => {
  await register(
    'broken.yaml',
    `${component('good-before')}---\napiVersion: v1\nkind: Component\nmetadata:\n  name: [broken\n---\n${component('good-after')}---\njust text\n`,
  );
  await until(
    10_000,
    'the good documents',
    async () => (await entity('component/default/good-before')) && entity('component/default/good-after'),
  );
  const told = await until(10_000, 'the problem', async () => {
    const found = (await problems()).filter(({ location }) => location.includes('broken.yaml'));
    return found.length > 0 ? found : undefined;
  });
  for (const { message } of told) expectSentence(message);
  expect(told.map(({ line }) => line)).toContainEqual(expect.toSatisfy((line: number) => line >= 9 && line <= 15));
  console.log(told.map(({ line, message, fix }) => `line ${line}: ${message} ${fix ?? ''}`));
});

test('a name claimed twice: the first keeps it, the second is told', async () => {
  await register('first.yaml', component('claimed-twice', '  description: first\n'));
  await until(10_000, 'the first', () => entity('component/default/claimed-twice'));
  // The second is a source all the same, and gets the name when it is free: that it does not have it is told in the list of problems.
  await register('second.yaml', component('claimed-twice', '  description: second\n'));
  const told = await until(10_000, 'the conflict', async () =>
    (await problems()).find(({ kind, location }) => kind === 'conflict' && location.includes('second.yaml')),
  );
  expectSentence(told.message);
  console.log(told.message, told.fix);
  expect(await entity('component/default/claimed-twice')).toMatchObject({ metadata: { description: 'first' } });
  const same = await server.api.post<{ applied: boolean; items: { problems: { message: string }[] }[] }>('/api/catalog/apply', {
    documents: `${component('in-one-request')}---\n${component('in-one-request')}`,
  });
  expect(same.applied).toBe(false);
  expect(await entity('component/default/in-one-request')).toBeUndefined();
});

/** A template in a file of its own; gives how its start or its run ended. */
async function tryTemplate(of: string, steps: string): Promise<{ message: string; fix?: string | undefined; ms: number }> {
  await register(
    `${of}.yaml`,
    `apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata:\n  name: ${of}\n  title: ${of}\nspec:\n  owner: group:default/platform\n  type: service\n  parameters: []\n  steps:\n${steps}`,
  );
  await until(
    10_000,
    of,
    async () => (await entity(`template/default/${of}`)) ?? (await problems()).find(({ location }) => location.includes(`${of}.yaml`)),
  );
  const began = performance.now();
  try {
    const { runId } = await server.api.post<{ runId: string }>(`/api/templates/default/${of}/execute`, { values: {} });
    const run = await until(30_000, 'the end of the run', async () => {
      const found = await server.api.get<Run>(`/api/runs/${runId}`);
      return hasEnded(found.status) ? found : undefined;
    });
    expect(run.status).toBe('failed');
    expectSentence(run.error?.message ?? '');
    return { message: run.error?.message ?? '', fix: run.error?.fix, ms: performance.now() - began };
  } catch (error) {
    const problem = await refused(Promise.reject(error as Error));
    return {
      message: [problem.detail, ...(problem.problems ?? []).map((one) => one.message)].join(' '),
      fix: problem.fix,
      ms: performance.now() - began,
    };
  }
}

test('a template with an unknown action says which, and what there is', async () => {
  const { message, fix } = await tryTemplate(
    'unknown-action',
    '    - id: one\n      name: One\n      action: publish:gti\n      input: {}\n',
  );
  console.log(message, fix);
  expect(message).toContain('publish:gti');
  expect(`${message} ${fix}`).toContain('publish:git');
});

test('an expression that loops for ever is stopped, and meanwhile others are answered', async () => {
  let slowest = 0;
  let watching = true;
  const watch = (async () => {
    while (watching) {
      const at = performance.now();
      await fetch(`${server.url}/healthz`);
      slowest = Math.max(slowest, performance.now() - at);
      await sleep(20);
    }
  })();
  const { message, fix, ms } = await tryTemplate(
    'loops',
    '    - id: one\n      name: One\n      action: debug:log\n      input:\n        message: "{% for a in range(0, 100000) %}{% for b in range(0, 100000) %}{% for c in range(0, 100000) %}{% endfor %}{% endfor %}{% endfor %}${{ 1 }}"\n',
  );
  watching = false;
  await watch;
  console.log(message, fix, `${Math.round(ms)} ms; slowest other answer ${Math.round(slowest)} ms`);
  expect(ms).toBeLessThan(15_000);
  expect(slowest).toBeLessThan(2_000);
});

test('paths out of the skeleton and out of the workspace are refused', async () => {
  mkdirSync(path.join(scratch, 'skeleton'), { recursive: true });
  writeFileSync(path.join(scratch, 'skeleton/${{ values.file }}'), 'escaped');
  for (const [of, input] of [
    ['skeleton-above', '        url: ./skeleton\n        targetPath: ../../x\n        values: { file: ok }\n'],
    ['file-above', '        url: ./skeleton\n        values: { file: ../../../x }\n'],
    ['source-above', `        url: ../../../../../../../..${place.folder}/keys\n        values: {}\n`],
    ['source-absolute', `        url: file://${place.folder}/keys\n        values: {}\n`],
  ] as const) {
    const { message, fix } = await tryTemplate(of, `    - id: one\n      name: One\n      action: fetch:template\n      input:\n${input}`);
    console.log(`${of}: ${message} ${fix ?? ''}`);
  }
  for (const folder of [place.folder, path.join(place.folder, 'runs'), path.join(place.folder, 'runs/work')])
    expect(readdirSync(folder)).not.toContain('x');
});

test('a push of 1 GB is refused within five seconds, in bounded memory, and says so in git', async () => {
  const before = pssMb([server.pid]);
  const began = performance.now();
  let sent = 0;
  let peak = before;
  const head = `00a2${'0'.repeat(40)} ${'1'.repeat(40)} refs/heads/large\0 report-status side-band-64k agent=test`;
  const line = `${head.length.toString(16).padStart(4, '0')}${head.slice(4)}0000PACK`;
  const answer = await new Promise<string>((resolve) => {
    const request = http.request(`${server.url}/git/playback/${name}.git/git-receive-pack`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`t:${place.token}`).toString('base64')}`,
        'content-type': 'application/x-git-receive-pack-request',
      },
    });
    let text = '';
    request.on('response', (response) => {
      response.setEncoding('latin1');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('close', () => resolve(text));
    });
    request.on('error', () => resolve(text));
    request.write(line);
    const chunk = Buffer.alloc(1024 * 1024, 7);
    const more = (): void => {
      if (request.destroyed || sent >= 1024) return void request.end();
      sent += 1;
      if (sent % 16 === 0) peak = Math.max(peak, pssMb([server.pid]));
      if (request.write(chunk)) setImmediate(more);
      else request.once('drain', more);
    };
    more();
  });
  const took = performance.now() - began;
  console.log(
    `refused after ${Math.round(took)} ms and ${sent} MB; memory ${Math.round(before)} → at most ${Math.round(peak)} MB; ${JSON.stringify(answer.slice(0, 300))}`,
  );
  expect(answer).toMatch(/100 MB|too large|limit/i);
  expect(took).toBeLessThan(5_000);
  expect(peak - before).toBeLessThan(150);

  // The same with git: 120 MB that do not compress.
  const folder = mkdtempSync(path.join(scratch, 'push-'));
  const work = await cloned(folder);
  await promisify(execFile)('sh', ['-c', 'head -c 120000000 /dev/urandom > large.bin'], { cwd: work });
  git(work, 'config', 'core.compression', '0');
  git(work, 'checkout', '--quiet', '-b', 'large');
  git(work, 'add', 'large.bin');
  git(work, 'commit', '--quiet', '--message', 'Large');
  const pushed = await promisify(execFile)('git', ['push', 'origin', 'large'], { cwd: work }).then(
    () => 'accepted',
    (error: { stderr: string }) => error.stderr,
  );
  console.log(pushed);
  expect(pushed).toMatch(/remote: .*100 Mi?B/);
  expect(git(work, 'ls-remote', '--heads', 'origin')).not.toContain('large');
});

async function cloned(folder: string): Promise<string> {
  const remote = new URL(`${server.url}/git/playback/${name}.git`);
  remote.username = 'token';
  remote.password = place.token;
  await promisify(execFile)('git', ['clone', '--quiet', remote.href, 'work'], { cwd: folder });
  const work = path.join(folder, 'work');
  git(work, 'config', 'user.name', 'T');
  git(work, 'config', 'user.email', 't@example.com');
  return work;
}

const scoreWith = (resources: string, variables = ''): string =>
  `apiVersion: score.dev/v1b1\nmetadata:\n  name: ${name}\ncontainers:\n  main:\n    image: .\n    command: [node, src/main.js]\n${variables}resources:\n${resources}`;

test('a Score file with a cycle, an unknown type, a wrong field: the plan says what and where', async () => {
  const plan = (score: string): Promise<unknown> =>
    server.api.post<Plan>('/api/orchestrator/plan', { component: name, environment: 'dev', score });
  const cycle = await refused(
    plan(
      scoreWith(
        '  one:\n    type: dns\n    params: { x: "${resources.two.host}" }\n  two:\n    type: dns\n    params: { x: "${resources.one.host}" }\n',
      ),
    ),
  );
  const unknown = await refused(plan(scoreWith('  db:\n    type: postgress\n')));
  const field = await refused(plan(scoreWith('  db:\n    type: postgres\n', '    variables:\n      A: "${resources.nothing.host}"\n')));
  const yaml = await refused(plan('apiVersion: score.dev/v1b1\nmetadata: [\n'));
  const shape = await refused(plan('apiVersion: score.dev/v1b1\nmetadata:\n  name: x\ncontainers: {}\n'));
  const words = [cycle, unknown, field, yaml, shape].map(({ detail, fix, problems: list }) =>
    [detail, fix, ...(list ?? []).map((one) => one.message)].join(' '),
  );
  console.log(words);
  expect(words[0]).toMatch(/cycle|circle|each other|itself/i);
  expect(words[1]).toMatch(/postgress.*postgres\b/s);
  expect(words[2]).toContain('nothing');
});

const main = path.resolve(import.meta.dirname, '../apps/server/main.ts');
const startFails = async (args: string[], environment: NodeJS.ProcessEnv = {}): Promise<{ code: number; text: string; ms: number }> => {
  const began = performance.now();
  const ended = await promisify(execFile)(process.execPath, [main, '--data', path.join(scratch, 'other'), ...args], {
    env: { ...process.env, PAVED_SERVER_INGRESS_PORT: '0', ...environment },
    timeout: 30_000,
  }).then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    (error: { code: number; stderr: string }) => ({ code: error.code, text: error.stderr }),
  );
  return { ...ended, ms: Math.round(performance.now() - began) };
};

test('a port that is already used ends the start with a sentence', async () => {
  const other = http.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as { port: number };
  const { code, text, ms } = await startFails(['--port', String(port)]);
  console.log(ms, text);
  expect(code).toBe(1);
  expect(text).toContain(`Port ${port} on 127.0.0.1 is already used`);
  expect(text).not.toMatch(/\n\s+at /);
  // The ingress as well.
  const ingress = await startFails(['--port', '0'], { PAVED_SERVER_INGRESS_PORT: String(port) });
  console.log(ingress.ms, ingress.text);
  other.close();
  expect(ingress.text).not.toMatch(/\n\s+at /);
  expect(ingress.text).toContain(String(port));
});

test('a wrong DATABASE_URL ends the start with a sentence that does not hold the password', async () => {
  for (const url of [
    'postgresql://paved:hidden-word@127.0.0.1:1/paved',
    'not a url: hidden-word',
    'postgresql://paved:hidden-word@nowhere.invalid/paved',
    'mysql://a:hidden-word@127.0.0.1/x',
  ]) {
    const { code, text, ms } = await startFails(['--port', '0'], { DATABASE_URL: url });
    console.log(ms, text);
    expect(code, url).toBe(1);
    expect(text).not.toMatch(/\n\s+at |hidden-word/);
    expect(text).toMatch(/DATABASE_URL/);
    expect(ms).toBeLessThan(15_000);
  }
});

test('two people deploy at once: both are answered, one after the other, one instance', async () => {
  const as = async (person: string): Promise<ApiClient> => {
    const { token } = await server.api.post<{ token: string }>('/api/access/tokens', { name: 'test', userRef: `user:default/${person}` });
    return createApiClient({ server: server.url, token });
  };
  const [mira, leo, tom] = await Promise.all([as('mira.voss'), as('leo.marchetti'), as('tom.becker')]);
  const before = (await deployments(server.api, name)).length;
  const answers = await Promise.all(
    [mira, leo, mira, leo].map((api) => api.post<Deployment>('/api/orchestrator/deployments', { component: name, environment: 'dev' })),
  );
  const ended = await until(60_000, 'the end of all', async () => {
    const all = await deployments(server.api, name);
    return all.every(({ status }) => !['queued', 'planning', 'applying'].includes(status)) &&
      all.length >= before + new Set(answers.map(({ id }) => id)).size
      ? all
      : undefined;
  });
  console.log(ended.map(({ actor, status, error }) => `${actor.ref} ${status} ${error ?? ''}`));
  for (const { status, error } of ended) {
    expect(['succeeded', 'superseded']).toContain(status);
    if (error !== undefined) expectSentence(error);
  }
  expect(ended.filter(({ status }) => status === 'succeeded').length).toBeGreaterThan(before);
  await until(20_000, 'one healthy instance', async () => {
    const state = await workload(server.api, name);
    return state?.health === 'healthy' && instancesOf(place.folder, name).length === 1 ? true : undefined;
  });
  expect((await madeFor(place.folder, name)).databases).toHaveLength(1);
  // Somebody of another team may not.
  const no = await refused(tom.post('/api/orchestrator/deployments', { component: name, environment: 'dev' }));
  console.log(no.detail, no.fix);
  expect(no.status).toBe(403);
});

test('a pipeline step that never ends, and one that prints 1 GB, are stopped; the version before stays', async () => {
  const folder = mkdtempSync(path.join(scratch, 'push-'));
  const work = await cloned(folder);
  const url = await urlOf(server.api, name);
  for (const [what, script] of [
    ['never ends', 'node -e \'setInterval(() => {}, 1000); process.on("SIGTERM", () => {})\''],
    ['prints 1 GB', 'head -c 1000000000 /dev/zero | tr "\\\\0" "x" | fold -w 200'],
  ] as const) {
    const manifest = JSON.parse(readFileSync(path.join(work, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    manifest.scripts['test'] = `${script} #`;
    writeFileSync(path.join(work, 'package.json'), JSON.stringify(manifest, undefined, 2));
    git(work, 'commit', '--quiet', '--all', '--message', `A test that ${what}`);
    const before = pssMb([server.pid]);
    await promisify(execFile)('git', ['push', '--quiet', 'origin', 'main'], { cwd: work });
    const commit = git(work, 'rev-parse', 'HEAD');
    const began = performance.now();
    let peak = before;
    const run = await until(60_000, `the pipeline that ${what}`, async () => {
      peak = Math.max(peak, pssMb([server.pid]));
      const { items } = await server.api.get<{ items: Run[] }>('/api/runs', { kind: 'pipelines.pipeline.execute', limit: 20 });
      return items.find((one) => JSON.stringify(one.input).includes(commit) && hasEnded(one.status));
    });
    const log = await server.api.text(`/api/runs/${run.id}/logs`, { format: 'text' });
    console.log(
      `${what}: ${run.status} after ${Math.round(performance.now() - began)} ms, ${Math.round(log.length / 1024)} kB of log kept, memory ${Math.round(before)} → at most ${Math.round(peak)} MB: ${run.error?.message} ${run.error?.fix ?? ''}`,
    );
    expect(run.status).toBe('failed');
    expectSentence(run.error?.message ?? '');
    expect(log.length).toBeLessThan(20 * 1024 * 1024);
    expect(peak - before).toBeLessThan(300);
    expect((await ask(url)).status).toBe(200);
  }
  expect((await deployments(server.api, name)).some(({ status }) => status === 'failed')).toBe(false);
});
