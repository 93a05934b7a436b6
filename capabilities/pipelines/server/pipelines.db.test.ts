import { spawn } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { JsonObject } from '@paved/kernel';
import { auditCapability } from '@paved/audit/server';
import { catalog } from '@paved/catalog';
import { catalogCapability } from '@paved/catalog/server';
import { facts } from '@paved/delivery';
import { deliveryCapability } from '@paved/delivery/server';
import { orchestrator, type DeployRequest } from '@paved/orchestrator';
import { pullRequests, repositories } from '@paved/repositories';
import { repositoriesCapability } from '@paved/repositories/server';
import { runs, type Run } from '@paved/runs';
import { runsCapability } from '@paved/runs/server';
import { testActor, testCli, testPlatform, type TestPlatform } from '@paved/testing';
import { register } from '../cli/index.ts';
import { pipelines, type CommandRunner } from '../index.ts';
import { preAuthenticationEncoding } from '../model/provenance.ts';
import { pipelinesCapability } from './index.ts';

/** Real processes, no isolation: that is the sandbox driver's own test. */
const plainRunner: CommandRunner = {
  isolation: 'none, for tests',
  run: (command) =>
    new Promise((resolve) => {
      const started = performance.now();
      const child = spawn('sh', ['-c', command.line], { cwd: command.folder, env: { ...command.environment }, signal: command.signal });
      child.stdout.on('data', (chunk: Buffer) => command.onOutput(chunk.toString(), 'stdout'));
      child.stderr.on('data', (chunk: Buffer) => command.onOutput(chunk.toString(), 'stderr'));
      child.on('error', () => {});
      child.on('close', (code) => resolve({ exitCode: code ?? 1, durationMs: performance.now() - started }));
    }),
};

const pipelineEntity = (steps: JsonObject[]) => ({
  apiVersion: 'paved.dev/v1alpha1',
  kind: 'Pipeline',
  metadata: { name: 'node' },
  spec: { triggers: [{ push: {} }, { manual: {} }], match: { types: ['service'] }, stages: [{ name: 'build', steps }] },
});

const component = (name: string) => `apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: ${name} }
spec: { type: service, lifecycle: production, owner: user:default/tess }
`;

interface Stand extends AsyncDisposable {
  readonly paved: TestPlatform;
  readonly deployed: DeployRequest[];
  /** Pushes files to a fresh repository and gives the pipeline's run when it has ended. */
  push(name: string, files: Record<string, string | undefined>): Promise<{ sha: string; run: Run }>;
}

async function stand(steps: JsonObject[]): Promise<Stand> {
  const deployed: DeployRequest[] = [];
  const paved = await testPlatform({
    listen: true,
    capabilities: [
      auditCapability,
      runsCapability,
      catalogCapability,
      repositoriesCapability,
      deliveryCapability,
      pipelinesCapability({ runner: plainRunner, npmCacheSeed: '/nonexistent' }),
    ],
    provide: [
      [
        orchestrator,
        {
          deploy: async (request: DeployRequest) => {
            deployed.push(request);
            return { id: 'deployment_1' };
          },
          settled: async () => ({ id: 'deployment_1', status: 'succeeded' }),
          workloads: async () => (deployed.length === 0 ? [] : [{ environment: 'dev', url: 'http://checkout.localhost' }]),
        },
      ],
    ],
  });
  await paved.service(catalog).put([pipelineEntity(steps)], 'test', testActor);
  const scm = paved.service(repositories);
  return {
    paved,
    deployed,
    async push(name, files) {
      const slug = `shop/${name}`;
      if ((await scm.get(slug)) === undefined) await scm.create({ slug, description: '', ownerRef: testActor.ref }, testActor);
      const { sha } = await scm.commitFiles(
        slug,
        { branch: 'main', files: { 'catalog-info.yaml': component(name), ...files }, message: 'Change' },
        testActor,
      );
      if ((await paved.service(catalog).get(`component:default/${name}`)) === undefined)
        await paved.service(catalog).addLocation({ type: 'git', target: `paved://repositories/${slug}/catalog-info.yaml` }, testActor);
      const id = await paved.service(pipelines).runOf(slug, sha, 10_000);
      expect(id).toBeDefined();
      return { sha, run: await paved.service(runs).ended(id ?? '', 8_000) };
    },
    [Symbol.asyncDispose]: () => paved[Symbol.asyncDispose](),
  };
}

test('a push is built, tested, packed with SBOM and signed provenance, and deployed', async () => {
  await using at = await stand([
    { id: 'test', run: 'printf "TAP version 13\\nok 1 - adds\\nok 2 - later # SKIP\\n" > results.tap', testResults: 'results.tap' },
    { id: 'sbom', uses: 'sbom:generate' },
    { id: 'scan', uses: 'secrets:scan' },
    { id: 'package', uses: 'artifact:package', with: { exclude: ['results.tap'] } },
    { id: 'deploy', uses: 'deploy', with: { environment: 'dev' } },
  ]);
  const lock = {
    packages: {
      '': { dependencies: { pg: '8' } },
      'node_modules/pg': { version: '8.1.0', integrity: `sha512-${Buffer.alloc(64).toString('base64')}`, license: 'MIT' },
      'node_modules/vitest': { version: '5.0.0', dev: true },
    },
  };
  const { sha, run } = await at.push('checkout', {
    'package.json': '{"name":"checkout","version":"1.2.0"}',
    'package-lock.json': JSON.stringify(lock),
    'score.yaml': 'apiVersion: score.dev/v1b1\n',
    'src/main.js': 'console.log(1)\n',
  });
  expect(run.error).toBeUndefined();
  expect(run.status).toBe('succeeded');
  const artifact = await at.paved.service(pipelines).artifactOf('shop/checkout', sha);
  expect(artifact?.version).toBe(`1.2.0+${sha.slice(0, 7)}`);
  expect(at.deployed).toMatchObject([
    { component: 'component:default/checkout', environment: 'dev', commit: sha, artifact: { digest: artifact?.digest } },
  ]);
  const files = execFileSync('tar', ['-tzf', artifact?.location ?? ''], { encoding: 'utf8' }).split('\n');
  expect(files).toContain('./src/main.js');
  expect(files).not.toContain('./results.tap');

  const results = (await at.paved.request('GET', `/api/pipelines/runs/${run.id}`)).json;
  expect(results.tests).toMatchObject([{ passed: 1, failed: 0, skipped: 1 }]);
  const sbom = (await at.paved.request('GET', `/api/pipelines/documents/${artifact?.sbom}`)).json;
  expect(sbom.bomFormat).toBe('CycloneDX');
  expect(sbom.components.map((c: { name: string }) => c.name)).toEqual(['pg']);

  const envelope = (await at.paved.request('GET', `/api/pipelines/documents/${artifact?.provenance}`)).json;
  const statement = Buffer.from(envelope.payload, 'base64').toString();
  expect(JSON.parse(statement).subject[0].digest.sha256).toBe(artifact?.digest.slice(7));
  const { pem } = (await at.paved.request('GET', '/api/pipelines/signing-key')).json;
  const signed = Buffer.from(preAuthenticationEncoding(envelope.payloadType, statement));
  expect(verify(null, signed, createPublicKey(pem), Buffer.from(envelope.signatures[0].sig, 'base64'))).toBe(true);
  expect(
    verify(null, Buffer.concat([signed, Buffer.from('x')]), createPublicKey(pem), Buffer.from(envelope.signatures[0].sig, 'base64')),
  ).toBe(false);

  const types = (await at.paved.service(facts).query({ commit: sha })).map((fact) => fact.type.split('.').slice(2, 4).join('.'));
  expect(types).toEqual(
    expect.arrayContaining(['change.created', 'pipelinerun.started', 'artifact.packaged', 'artifact.signed', 'pipelinerun.finished']),
  );
  expect(await at.paved.service(repositories).checks('shop/checkout', sha)).toMatchObject([
    { name: 'pipeline/node', status: 'succeeded', summary: '1 tests passed, 1 skipped' },
  ]);
});

test('a repository that does not say yet how it runs is built and not deployed, with the reason; one that did must go on saying it', async () => {
  await using at = await stand([
    { id: 'package', uses: 'artifact:package' },
    { id: 'deploy', uses: 'deploy', with: { environment: 'dev' } },
  ]);
  const first = await at.push('quiet', { 'a.txt': 'a' });
  const sentence = 'The repository has no score.yaml, so there is nothing to deploy; add one to have it run.';
  expect(first.run.status).toBe('succeeded');
  expect(first.run.steps.find((step) => step.id === 'build/deploy')).toMatchObject({ status: 'skipped', output: sentence });
  expect(await at.paved.service(repositories).checks('shop/quiet', first.sha)).toMatchObject([
    { status: 'succeeded', summary: `All steps passed. ${sentence}` },
  ]);
  expect((await at.push('quiet', { 'score.yaml': 'apiVersion: score.dev/v1b1\n' })).run.status).toBe('succeeded');
  expect(at.deployed).toHaveLength(1);
  const gone = await at.push('quiet', { 'score.yaml': undefined });
  expect(gone.run).toMatchObject({ status: 'failed', error: { message: expect.stringContaining('has no score.yaml') } });
});

test('equal content packs to an equal digest', async () => {
  await using at = await stand([{ id: 'package', uses: 'artifact:package' }]);
  const first = await at.push('same', { 'a.txt': 'a' });
  const second = await at.push('same', { 'b.txt': 'b' });
  const third = await at.push('same', { 'b.txt': undefined });
  const digest = async (sha: string): Promise<string | undefined> =>
    (await at.paved.service(pipelines).artifactOf('shop/same', sha))?.digest;
  expect(await digest(third.sha)).toBe(await digest(first.sha));
  expect(await digest(second.sha)).not.toBe(await digest(first.sha));
});

test('a failing command fails the run and the check, with its tests told, and nothing is deployed', async () => {
  await using at = await stand([
    { id: 'test', run: 'printf "TAP version 13\\nnot ok 1 - adds\\n" > r.tap; exit 3', testResults: 'r.tap' },
    { id: 'package', uses: 'artifact:package' },
    { id: 'deploy', uses: 'deploy', with: { environment: 'dev' } },
  ]);
  const { sha, run } = await at.push('broken', { 'score.yaml': 'x' });
  expect(run.status).toBe('failed');
  expect(run.error?.message).toMatch(/^1 of 1 tests failed\. .* exit code 3\.$/s);
  expect(at.deployed).toEqual([]);
  expect(await at.paved.service(repositories).checks('shop/broken', sha)).toMatchObject([{ status: 'failed' }]);
});

test('a credential in the repository stops the run and is not repeated', async () => {
  await using at = await stand([{ id: 'scan', uses: 'secrets:scan' }]);
  const key = ['AKIA', 'ABCDEFGHIJKLMNOP'].join('');
  const { run } = await at.push('leaky', { 'config.js': `\nexport const key = '${key}';\n` });
  expect(run.error?.message).toContain('AWS access key in config.js:2');
  expect(JSON.stringify(run)).not.toContain(key);
});

test('a repository cannot deploy over a component that another source registered', async () => {
  await using at = await stand([
    { id: 'package', uses: 'artifact:package' },
    { id: 'deploy', uses: 'deploy', with: { environment: 'dev' } },
  ]);
  await at.push('victim', { 'score.yaml': 'x' });
  const scm = at.paved.service(repositories);
  await scm.create({ slug: 'shop/thief', description: '', ownerRef: testActor.ref }, testActor);
  const { sha } = await scm.commitFiles(
    'shop/thief',
    { branch: 'main', files: { 'catalog-info.yaml': component('victim'), 'score.yaml': 'x' }, message: 'Take over' },
    testActor,
  );
  const run = await at.paved.service(runs).ended((await at.paved.service(pipelines).runOf('shop/thief', sha, 10_000)) ?? '', 8_000);
  expect(run.error?.message).toMatch(/belongs to .*shop\/victim.*not to the repository shop\/thief/);
  expect(at.deployed.every((request) => request.commit !== sha)).toBe(true);
});

test('commands see neither the platform’s environment nor its folders by variable', async () => {
  process.env['PAVED_TEST_TAINT'] = 'should-not-travel';
  await using at = await stand([{ id: 'env', run: 'env' }]);
  const { run } = await at.push('clean', {});
  const { text } = await at.paved.request('GET', `/api/runs/${run.id}/logs?format=text`);
  expect(text).toContain('CI=true');
  expect(text).not.toContain('should-not-travel');
  expect(text).not.toContain('DATABASE');
});

test('a pipeline with an unknown action is refused by name', async () => {
  await using at = await stand([{ id: 'ok', run: 'true' }]);
  await expect(at.paved.service(catalog).put([pipelineEntity([{ id: 'x', uses: 'artifact:pakage' }])], 'test', testActor)).rejects.toThrow(
    /artifact:pakage/,
  );
});

test('a build may write only its own npm cache, started from the seed', async () => {
  const seed = mkdtempSync(path.join(os.tmpdir(), 'paved-npm-seed-'));
  execFileSync('sh', ['-c', `mkdir -p ${seed}/_cacache && echo seeded > ${seed}/_cacache/x`]);
  await using paved = await testPlatform({
    listen: true,
    capabilities: [
      auditCapability,
      runsCapability,
      catalogCapability,
      repositoriesCapability,
      deliveryCapability,
      pipelinesCapability({ runner: plainRunner, npmCacheSeed: seed }),
    ],
    provide: [[orchestrator, {}]],
  });
  await paved
    .service(catalog)
    .put(
      [pipelineEntity([{ id: 'poison', run: 'cat $npm_config_cache/_cacache/x && echo poisoned > $npm_config_cache/_cacache/x' }])],
      'test',
      testActor,
    );
  const scm = paved.service(repositories);
  await scm.create({ slug: 'shop/evil', description: '', ownerRef: testActor.ref }, testActor);
  const { sha } = await scm.commitFiles(
    'shop/evil',
    { branch: 'main', files: { 'catalog-info.yaml': component('evil') }, message: 'x' },
    testActor,
  );
  const run = await paved.service(runs).ended((await paved.service(pipelines).runOf('shop/evil', sha, 10_000)) ?? '', 8_000);
  expect(run.status).toBe('succeeded');
  expect(readFileSync(path.join(seed, '_cacache/x'), 'utf8')).toBe('seeded\n');
});

test('paved pipeline watch shows the newest run until it ends, and fails when it failed', async () => {
  await using at = await stand([{ id: 'check', run: 'test ! -e broken' }]);
  const paved = testCli({ server: at.paved.baseUrl(), register });
  await expect(paved('pipeline', 'watch', 'shop/checkout')).rejects.toMatchObject({
    code: 'not_found',
    message: 'No pipeline has run for shop/checkout.',
  });
  const { run } = await at.push('checkout', {});
  const { text } = await paved('pipeline', 'watch', 'shop/checkout');
  expect(text).toContain(`run: ${run.id}`);
  expect(text).toContain('status: succeeded');
  await at.push('checkout', { broken: 'yes' });
  await expect(paved('pipeline', 'watch', 'shop/checkout')).rejects.toThrow('ended with exit code 1');
});

test('git push shows the page of the run that it started', async () => {
  await using at = await stand([{ id: 'ok', run: 'true' }]);
  await at.push('checkout', {});
  const clone = mkdtempSync(path.join(os.tmpdir(), 'paved-push-'));
  const git = promisify(execFile);
  const person = ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.com'];
  await git('git', ['clone', '-q', `${at.paved.baseUrl()}/git/shop/checkout.git`, clone]);
  const push = async (branch: string): Promise<string> => {
    await git('git', [...person, 'commit', '-q', '--allow-empty', '-m', 'Again'], { cwd: clone });
    return (await git('git', ['push', '--progress', 'origin', `HEAD:${branch}`], { cwd: clone })).stderr;
  };
  const said = await push('main');
  const sha = (await git('git', ['rev-parse', 'HEAD'], { cwd: clone })).stdout.trim();
  const run = await at.paved.service(pipelines).runOf('shop/checkout', sha);
  expect(said).toContain('remote: Pipeline node:');
  expect(said).toContain(`remote:   ${at.paved.baseUrl()}/runs/${run}`);
  // No pipeline is meant for other branches.
  expect(await push('other')).not.toContain('Pipeline');
  rmSync(clone, { recursive: true });
});

test('each new head of a pull request is tested', async () => {
  await using at = await stand([{ id: 'check', run: 'test ! -e broken' }]);
  const pullRequest = { ...pipelineEntity([{ id: 'check', run: 'test ! -e broken' }]) };
  await at.paved
    .service(catalog)
    .put([{ ...pullRequest, spec: { ...pullRequest.spec, triggers: [{ push: {} }, { pullRequest: {} }] } }], 'test', testActor);
  await at.push('checkout', {});
  const scm = at.paved.service(repositories);
  const commit = async (files: Record<string, string>) =>
    (await scm.commitFiles('shop/checkout', { branch: 'feature', files, message: 'Change' }, testActor)).sha;
  const verdict = async (sha: string) => {
    const id = await at.paved.service(pipelines).runOf('shop/checkout', sha, 10_000);
    expect(id).toBeDefined();
    return (await at.paved.service(runs).ended(id ?? '', 10_000))?.status;
  };
  const first = await commit({ a: 'a' });
  await at.paved.service(pullRequests).openPullRequest('shop/checkout', { head: 'feature', title: 'Add a', body: '' }, testActor);
  expect(await verdict(first)).toBe('succeeded');
  expect(await verdict(await commit({ broken: 'yes' }))).toBe('failed');
});
