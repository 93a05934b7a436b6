import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '@paved/kernel';
import { catalog } from '@paved/catalog';
import { repositories } from '@paved/repositories';
import { runs, type Run } from '@paved/runs';
import { testActor } from '@paved/testing';
import { goldenPathPlatform } from './testing/golden-path-platform.ts';

let platform: Awaited<ReturnType<typeof goldenPathPlatform>>;
const folder = mkdtempSync(path.join(os.tmpdir(), 'paved-templates-'));

beforeAll(async () => {
  platform = await goldenPathPlatform();
});
afterAll(async () => {
  await platform[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** Registers a template with files beside it. */
async function template(
  name: string,
  spec: JsonObject,
  files: Record<string, string> = {},
  annotations: Record<string, string> = {},
): Promise<void> {
  const home = path.join(folder, name);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(home, file)), { recursive: true });
    writeFileSync(path.join(home, file), text);
  }
  mkdirSync(home, { recursive: true });
  const entity = {
    apiVersion: 'scaffolder.backstage.io/v1beta3',
    kind: 'Template',
    metadata: { name, title: name, annotations },
    spec: { type: 'service', owner: 'group:default/x', ...spec },
  };
  writeFileSync(path.join(home, 'template.yaml'), stringify(entity));
  await platform.service(catalog).addLocation({ type: 'file', target: path.join(home, 'template.yaml') }, testActor);
}

async function execute(name: string, values: JsonObject = {}, secrets?: Record<string, string>): Promise<Run> {
  const answer = await platform.request('POST', `/api/templates/default/${name}/execute`, {
    body: { values, ...(secrets === undefined ? {} : { secrets }) },
  });
  expect(answer.status, answer.text).toBe(201);
  return platform.service(runs).ended(answer.json.runId, 30_000);
}

const catalogInfo = `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: \${{ values.name }}
spec:
  type: service
  lifecycle: experimental
  owner: group:default/x
`;
const wholePath = {
  parameters: {
    required: ['name'],
    properties: { name: { title: 'Name', type: 'string', pattern: '^[a-z-]+$', description: 'Lower-case letters and dashes.' } },
  },
  steps: [
    { id: 'fetch', name: 'Write', action: 'fetch:template', input: { url: './skeleton', values: { name: '${{ parameters.name }}' } } },
    {
      id: 'publish',
      name: 'Publish',
      action: 'publish:git',
      input: { repoUrl: 'paved?owner=team&repo=${{ parameters.name }}', owner: 'group:default/x' },
    },
    {
      id: 'register',
      name: 'Register',
      action: 'catalog:register',
      input: { repoContentsUrl: '${{ steps.publish.output.repoContentsUrl }}' },
    },
    {
      id: 'deploy',
      name: 'Deploy',
      action: 'deploy:workload',
      input: { component: '${{ steps.register.output.entityRef }}', environment: 'dev', commit: '${{ steps.publish.output.commitHash }}' },
    },
  ],
  output: { links: [{ title: 'Open', url: '${{ steps.deploy.output.url }}' }], text: [{ if: false, title: 'no', content: 'x' }] },
};

describe('the golden path', () => {
  beforeAll(() =>
    template('whole', wholePath, {
      'skeleton/catalog-info.yaml': catalogInfo,
      'skeleton/src/${{ values.name }}.js': 'export default "${{ values.name }}";\n',
    }),
  );

  test('makes a repository with one commit, registers and deploys it', async () => {
    const run = await execute('whole', { name: 'lyrics' });
    expect(run).toMatchObject({
      status: 'succeeded',
      title: 'whole: lyrics',
      output: { links: [{ title: 'Open', url: 'http://lyrics.dev.localhost' }], text: [] },
    });
    expect(run.steps.map((step) => [step.id, step.status])).toEqual([
      ['fetch', 'succeeded'],
      ['publish', 'succeeded'],
      ['register', 'succeeded'],
      ['deploy', 'succeeded'],
    ]);
    const scm = platform.service(repositories);
    expect(await scm.get('team/lyrics')).toMatchObject({ ownerRef: 'group:default/x', defaultBranch: 'main' });
    expect(await scm.commits('team/lyrics', 'main')).toHaveLength(1);
    expect((await scm.readFile('team/lyrics', 'main', 'src/lyrics.js'))?.text).toBe('export default "lyrics";\n');
    expect(await platform.service(catalog).get('component:default/lyrics')).toMatchObject({ spec: { type: 'service' } });
    expect(platform.deployed.requests).toHaveLength(1);
  });

  test('a repository of that name stops it with a sentence', async () => {
    const run = await execute('whole', { name: 'lyrics' });
    expect(run.status).toBe('failed');
    expect(run.error?.message).toMatch(/team\/lyrics/);
    expect(run.steps.map((step) => step.status)).toEqual(['succeeded', 'failed', 'skipped', 'skipped']);
  });

  test('values that do not fit are refused before anything happens, with a sentence at each field', async () => {
    const answer = await platform.request('POST', '/api/templates/default/whole/execute', { body: { values: { name: 'No Good' } } });
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({
      detail: 'Name "No Good" does not fit.',
      problems: [{ at: '/name', fix: 'Lower-case letters and dashes.' }],
    });
  });

  test('a preview says what would be made and makes nothing', async () => {
    const { json } = await platform.request('POST', '/api/templates/default/whole/preview', { body: { values: { name: 'preview-only' } } });
    expect(json).toMatchObject({ valid: true, repository: 'team/preview-only', entities: [{ ref: 'component:default/preview-only' }] });
    expect(json.files.map((file: { path: string }) => file.path)).toEqual(['catalog-info.yaml', 'src/preview-only.js']);
    expect(await platform.service(repositories).get('team/preview-only')).toBeUndefined();
  });

  test('the list shows how often it was used and how long it takes', async () => {
    const { json } = await platform.request('GET', '/api/templates');
    expect(json.items.find((item: { name: string }) => item.name === 'whole')).toMatchObject({
      ref: 'template:default/whole',
      owner: 'group:default/x',
      steps: 4,
      uses: 2,
      typicalMs: expect.any(Number),
      problems: [],
    });
  });
});

describe('bad templates', () => {
  test('an unknown action is refused with the nearest name', async () => {
    await template('unknown', { steps: [{ id: 'a', action: 'fetch:tempalte' }] });
    const answer = await platform.request('POST', '/api/templates/default/unknown/execute', { body: {} });
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({
      detail: expect.stringContaining('The action "fetch:tempalte" is not known.'),
      fix: 'Did you mean fetch:template?',
    });
    const { json } = await platform.request('GET', '/api/templates/default/unknown');
    expect(json.card.problems).toMatchObject([{ at: '/spec/steps/0/action' }]);
  });

  test.each([
    ['../../x', 'leads out of its folder'],
    ['/etc', 'leads out of its folder'],
    ['./missing', 'has no folder "./missing"'],
    ['https://example.com/x', 'is not next to the template'],
  ])('the source %s is refused', async (url, why) => {
    const name = `source-${Math.abs([...url].reduce((n, c) => n * 31 + c.charCodeAt(0), 7)) % 100_000}`;
    await template(name, { steps: [{ id: 'fetch', action: 'fetch:plain', input: { url } }] });
    const run = await execute(name);
    expect(run).toMatchObject({ status: 'failed', error: { message: expect.stringContaining(why) } });
  });

  test('a file name that leads out is refused', async () => {
    await template(
      'name-out',
      { steps: [{ id: 'fetch', action: 'fetch:template', input: { url: './s', values: { p: '../../escaped' } } }] },
      { 's/${{ values.p }}': 'x' },
    );
    expect((await execute('name-out')).error?.message).toContain('"../../escaped" leads out of its folder');
  });

  test('a target path that leads out is refused', async () => {
    await template(
      'target-out',
      { steps: [{ id: 'fetch', action: 'fetch:plain', input: { url: './s', targetPath: '../x' } }] },
      { 's/a': 'x' },
    );
    expect((await execute('target-out')).error?.message).toContain('leads out of its folder');
  });

  test('a symbolic link is refused', async () => {
    await template('link', { steps: [{ id: 'fetch', action: 'fetch:plain', input: { url: './s' } }] }, { 's/a': 'x' });
    symlinkSync('/etc/passwd', path.join(folder, 'link/s/passwd'));
    expect((await execute('link')).error?.message).toBe('"passwd" is a symbolic link.');
  });

  test('a loop without end in a skeleton is stopped, naming the file', async () => {
    await template(
      'loop',
      { steps: [{ id: 'fetch', action: 'fetch:template', input: { url: './s' } }] },
      { 's/a.txt': '{% for a in range(0,1000000) %}{% for b in range(0,1000000) %}x{% endfor %}{% endfor %}' },
    );
    expect((await execute('loop')).error?.message).toMatch(/^In file a\.txt: .*limit/);
  });

  test('a broken expression names step, input and place', async () => {
    await template('broken', { steps: [{ id: 'log', action: 'debug:log', input: { message: 'x ${{ parameters.name | nosuch }}' } }] });
    expect((await execute('broken')).error?.message).toMatch(/^Step "log", input\.message: .*"nosuch"/);
  });

  test('an input of the wrong type is a sentence', async () => {
    await template('wrong-type', { steps: [{ id: 'del', action: 'fs:delete', input: { files: 'a' } }] });
    expect((await execute('wrong-type')).error?.message).toMatch(/^Step "del" \(fs:delete\): input\.files: /);
  });
});

describe('steps', () => {
  test('if, each, outputs, always() and failure()', async () => {
    await template('flow', {
      parameters: { properties: { names: { type: 'array', default: ['a', 'b'] } } },
      steps: [
        { id: 'no', action: 'debug:log', if: '${{ parameters.names | length > 5 }}', input: { message: 'never' } },
        {
          id: 'each',
          action: 'catalog:write',
          each: '${{ parameters.names }}',
          input: { filePath: '${{ each.value }}.yaml', entity: { metadata: { name: '${{ each.value }}' } } },
        },
        { id: 'list', action: 'debug:log', input: { listWorkspace: true } },
        { id: 'fail', action: 'fs:rename', input: { files: [{ from: 'nope', to: 'x' }] } },
        { id: 'after', action: 'debug:log', input: { message: 'not reached' } },
        { id: 'cleanup', action: 'debug:log', if: '${{ always() }}', input: { message: 'tidy' } },
        { id: 'alarm', action: 'debug:log', if: '${{ failure() }}', input: { message: 'alarm' } },
      ],
    });
    const run = await execute('flow');
    expect(run.steps.map((step) => [step.id, step.status])).toEqual([
      ['no', 'skipped'],
      ['each', 'succeeded'],
      ['list', 'succeeded'],
      ['fail', 'failed'],
      ['after', 'skipped'],
      ['cleanup', 'succeeded'],
      ['alarm', 'succeeded'],
    ]);
    expect(run.error?.message).toContain('The workspace has no "nope"');
    const { json } = await platform.request('GET', `/api/scaffolder/v2/tasks/${run.id}/events`);
    expect(
      json
        .filter((event: { body: { stepId?: string } }) => event.body.stepId === 'list')
        .map((event: { body: { message: string } }) => event.body.message),
    ).toContain('  - a.yaml');
  });

  test('secrets reach steps and are seen nowhere', async () => {
    await template('secret', {
      steps: [{ id: 'log', action: 'debug:log', input: { message: 'token=${{ secrets.token }}' } }],
      output: { seen: '${{ secrets.token }}' },
    });
    const run = await execute('secret', {}, { token: 'sup3r-s3cret-value' });
    expect(run.status).toBe('succeeded');
    const task = await platform.request('GET', `/api/scaffolder/v2/tasks/${run.id}`);
    const events = await platform.request('GET', `/api/scaffolder/v2/tasks/${run.id}/events`);
    expect(events.text).toContain('token=***');
    expect(JSON.stringify(run) + task.text + events.text).not.toContain('sup3r-s3cret-value');
  });

  test('copying keeps modes and binary files, renders paths, leaves out empty ones', async () => {
    await template(
      'copy',
      {
        steps: [
          {
            id: 'fetch',
            action: 'fetch:template',
            input: { url: './s', copyWithoutTemplating: ['raw/**'], values: { name: 'x', empty: '' } },
          },
          { id: 'keep', action: 'fetch:template', input: { url: './t', values: {} } },
          { id: 'publish', action: 'publish:git', input: { repoUrl: 'paved?owner=team&repo=copied', owner: 'group:default/x' } },
        ],
      },
      {
        's/run.sh': '#!/bin/sh\n',
        's/${{ values.name }}.txt': '${{ values.name }}',
        's/raw/${{ values.name }}.yml': '${{ github.ref }}',
        's/${{ values.empty }}/gone': 'x',
        's/.hidden': '1',
        't/x.txt': 'second',
      },
    );
    const { chmodSync } = await import('node:fs');
    chmodSync(path.join(folder, 'copy/s/run.sh'), 0o755);
    writeFileSync(path.join(folder, 'copy/s/logo.bin'), Buffer.from([0, 1, 2, 0x24, 0x7b, 0x7b]));
    expect((await execute('copy')).status).toBe('succeeded');
    const scm = platform.service(repositories);
    const files = (await scm.tree('team/copied', 'main', '', { recursive: true }))
      .filter((entry) => entry.type === 'file')
      .map((entry) => entry.path);
    expect(files.sort()).toEqual(['.hidden', 'logo.bin', 'raw/x.yml', 'run.sh', 'x.txt']);
    expect((await scm.readFile('team/copied', 'main', 'raw/x.yml'))?.text).toBe('${{ github.ref }}');
    expect((await scm.readFile('team/copied', 'main', 'x.txt'))?.text).toBe('x');
  });
});

describe('Backstage’s API', () => {
  beforeAll(() =>
    template('hello', {
      parameters: [{ title: 'One', required: ['name'], properties: { name: { type: 'string', title: 'Name' } } }],
      steps: [{ id: 'log', name: 'Log', action: 'debug:log', input: { message: 'Hello ${{ parameters.name }}' } }],
      output: { text: [{ title: 'T', content: '${{ parameters.name }}' }] },
    }),
  );

  test('parameter-schema', async () => {
    const { json } = await platform.request('GET', '/api/scaffolder/v2/templates/default/template/hello/parameter-schema');
    expect(json).toMatchObject({ title: 'hello', steps: [{ title: 'One', schema: { required: ['name'] } }] });
  });

  test('actions carry JSON Schemas', async () => {
    const { json } = await platform.request('GET', '/api/scaffolder/v2/actions');
    expect(json.map((action: { id: string }) => action.id)).toEqual(
      expect.arrayContaining([
        'fetch:plain',
        'fetch:template',
        'catalog:register',
        'catalog:write',
        'catalog:fetch',
        'debug:log',
        'fs:delete',
        'fs:rename',
        'publish:git',
        'deploy:workload',
      ]),
    );
    expect(json.find((action: { id: string }) => action.id === 'debug:log').schema.input).toMatchObject({
      type: 'object',
      properties: { message: { type: 'string' } },
    });
  });

  test('a task from start to completion', async () => {
    const { json, status } = await platform.request('POST', '/api/scaffolder/v2/tasks', {
      body: { templateRef: 'template:default/hello', values: { name: 'abc' } },
    });
    expect(status).toBe(201);
    await platform.service(runs).ended(json.id, 20_000);
    const stream = await fetch(`${platform.baseUrl()}/api/scaffolder/v2/tasks/${json.id}/eventstream`);
    const text = await stream.text();
    expect(text).toMatch(/^retry: \d+\n\nevent: log\ndata: \{"id":\d+,/);
    expect(text).toContain('Hello abc');
    expect(text).toMatch(/event: completion\ndata: .*"output":\{"text":\[\{"title":"T","content":"abc"\}\]\}/);
    expect((await platform.request('GET', `/api/scaffolder/v2/tasks/${json.id}`)).json).toMatchObject({
      id: json.id,
      status: 'completed',
      createdBy: testActor.ref,
      spec: { parameters: { name: 'abc' }, templateInfo: { entityRef: 'template:default/hello' } },
    });
    expect((await platform.request('GET', '/api/scaffolder/v2/tasks?limit=1&status=completed')).json).toMatchObject({
      tasks: [{ status: 'completed' }],
      totalTasks: expect.any(Number),
    });
  });

  test('values that do not fit answer with the errors, unknown templates with 404', async () => {
    expect(
      (await platform.request('POST', '/api/scaffolder/v2/tasks', { body: { templateRef: 'template:default/hello', values: {} } })).json,
    ).toMatchObject({ errors: [{ path: ['name'], message: 'Name is missing.' }] });
    expect(
      await platform.request('POST', '/api/scaffolder/v2/tasks', { body: { templateRef: 'template:default/nope', values: {} } }),
    ).toMatchObject({ status: 404, json: { error: { name: 'NotFoundError' } } });
    expect((await platform.request('GET', '/api/scaffolder/v2/tasks/nope')).status).toBe(404);
  });

  test('a dry run keeps the log when a step fails', async () => {
    const { status, json } = await platform.request('POST', '/api/scaffolder/v2/dry-run', {
      body: {
        template: {
          apiVersion: 'scaffolder.backstage.io/v1beta3',
          kind: 'Template',
          metadata: { name: 'dry' },
          spec: {
            type: 'x',
            steps: [
              { id: 'w', action: 'fetch:template', input: { url: './s', values: { n: '${{ parameters.n }}' } } },
              { id: 'bad', action: 'debug:log', input: { message: '${{ parameters. }}' } },
            ],
          },
        },
        values: { n: 1 },
        directoryContents: [{ path: 's/a.txt', base64Content: Buffer.from('n=${{ values.n }}').toString('base64') }],
      },
    });
    expect(status).toBe(200);
    expect(json.error.message).toMatch(/^Step "bad", input\.message: /);
    expect(json.log.length).toBeGreaterThan(3);
    expect(json.directoryContents).toEqual([{ path: 'a.txt', executable: false, base64Content: Buffer.from('n=1').toString('base64') }]);
  });
});

describe('taking back', () => {
  const made = async (slug: string): Promise<boolean> => (await platform.service(repositories).get(slug)) !== undefined;
  const publish = (name: string): JsonObject => ({
    id: 'publish',
    name: 'Publish',
    action: 'publish:git',
    input: { repoUrl: `paved?owner=team&repo=${name}`, owner: 'group:default/x' },
  });
  const write = { id: 'write', action: 'catalog:write', input: { filePath: 'a.yaml', entity: { kind: 'X', metadata: { name: 'x' } } } };
  const fail = { id: 'fail', action: 'fs:rename', input: { files: [{ from: 'nope', to: 'x' }] } };

  test('a failed run keeps what it made, for repair', async () => {
    await template('keeps', { steps: [write, publish('kept'), fail] });
    const run = await execute('keeps');
    expect(run.steps.map((step) => step.status)).toEqual(['succeeded', 'succeeded', 'failed']);
    expect(await made('team/kept')).toBe(true);
  });

  test('a failed run removes it when the template asks for it, each round of a loop too', async () => {
    const each = { ...publish('${{ each.value }}'), each: ['one', 'two'] };
    await template('removes', { steps: [write, each, fail] }, {}, { 'paved.dev/undo': 'on-failure' });
    const run = await execute('removes');
    expect(run.steps.map((step) => step.status)).toEqual(['succeeded', 'undone', 'failed']);
    expect([await made('team/one'), await made('team/two')]).toEqual([false, false]);
  });

  test('who cancels wants it gone: a run of its own removes it', async () => {
    await template('cancelled', {
      steps: [
        write,
        publish('gone-again'),
        { id: 'wait', action: 'deploy:workload', input: { component: 'component:default/never', environment: 'dev' } },
      ],
    });
    platform.deployed.hold = true;
    const { json } = await platform.request('POST', '/api/templates/default/cancelled/execute', { body: {} });
    await expect.poll(async () => (await platform.service(runs).get(json.runId))?.steps[2]?.status, { timeout: 10_000 }).toBe('running');
    expect(await made('team/gone-again')).toBe(true);
    expect((await platform.request('POST', `/api/scaffolder/v2/tasks/${json.runId}/cancel`, { body: {} })).json).toEqual({
      status: 'cancelled',
    });
    expect((await platform.service(runs).ended(json.runId, 20_000)).status).toBe('cancelled');
    await expect.poll(() => made('team/gone-again'), { timeout: 10_000 }).toBe(false);
    const [undo] = await platform.service(runs).list({ kind: 'templates.template.undo' });
    expect(undo).toMatchObject({ title: 'Take back cancelled', cause: { type: 'run', ref: json.runId } });
    platform.deployed.hold = false;
  });
});

test('a template in one of the platform’s own repositories reads its skeleton from there, and cannot leave it', async () => {
  const scm = platform.service(repositories);
  await scm.create({ slug: 'platform/golden', description: '', ownerRef: 'group:default/x' }, testActor);
  const entity = (name: string, url: string): string =>
    stringify({
      apiVersion: 'scaffolder.backstage.io/v1beta3',
      kind: 'Template',
      metadata: { name },
      spec: {
        type: 'x',
        steps: [
          { id: 'fetch', action: 'fetch:template', input: { url, values: { n: 1 } } },
          { id: 'list', action: 'debug:log', input: { listWorkspace: 'with-contents' } },
        ],
      },
    });
  const files = {
    'catalog-info.yaml': `${entity('from-git', './skeleton')}---\n${entity('from-git-out', '../../..')}`,
    'skeleton/a.txt': 'n=${{ values.n }}',
  };
  await scm.commitFiles('platform/golden', { branch: 'main', files, message: 'Add' }, testActor);
  await platform.service(catalog).addLocation({ type: 'git', target: 'paved://repositories/platform/golden' }, testActor);
  const run = await execute('from-git');
  expect(run.status, JSON.stringify(run.error)).toBe('succeeded');
  expect((await platform.request('GET', `/api/scaffolder/v2/tasks/${run.id}/events`)).text).toContain('n=1');
  expect((await execute('from-git-out')).error?.message).toContain('leads out of its folder');
});
