import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { stringify } from 'yaml';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '@paved/testing';

const program = path.join(import.meta.dirname, 'testing/crash-process.ts');
const template = {
  apiVersion: 'scaffolder.backstage.io/v1beta3',
  kind: 'Template',
  metadata: { name: 'whole' },
  spec: {
    type: 'service',
    steps: [
      { id: 'fetch', action: 'fetch:template', input: { url: './skeleton', values: { name: '${{ parameters.name }}' } } },
      { id: 'crash', action: 'test:crash' },
      {
        id: 'publish',
        action: 'publish:git',
        input: { repoUrl: 'paved?owner=team&repo=${{ parameters.name }}', owner: 'group:default/x' },
      },
      { id: 'register', action: 'catalog:register', input: { repoContentsUrl: '${{ steps.publish.output.repoContentsUrl }}' } },
      { id: 'deploy', action: 'deploy:workload', input: { component: '${{ steps.register.output.entityRef }}', environment: 'dev' } },
    ],
    output: { url: '${{ steps.deploy.output.url }}' },
  },
};
const component =
  'apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: "${{ values.name }}" }\nspec: { type: service, lifecycle: experimental, owner: x }\n';

let database: TestDatabase;
let client: pg.Client;
let folder: string;
let children: ChildProcess[];

beforeEach(async () => {
  database = await testDatabase();
  client = new pg.Client({ connectionString: database.url });
  client.on('error', () => {});
  await client.connect();
  folder = mkdtempSync(path.join(os.tmpdir(), 'paved-crash-'));
  mkdirSync(path.join(folder, 'golden/skeleton'), { recursive: true });
  writeFileSync(path.join(folder, 'golden/template.yaml'), stringify(template));
  writeFileSync(path.join(folder, 'golden/skeleton/catalog-info.yaml'), component);
  writeFileSync(path.join(folder, 'deployments'), '');
  children = [];
});
afterEach(async () => {
  const alive = children.filter((child) => child.exitCode === null && child.signalCode === null);
  await Promise.all(
    alive.map((child) => {
      child.kill('SIGKILL');
      return once(child, 'exit');
    }),
  );
  await client.end();
  await database[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a server; resolves when it has said something, or is dead. */
async function server(settings: Record<string, string> = {}): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program], {
    env: {
      ...process.env,
      DATABASE_URL: database.url,
      DATA: path.join(folder, 'data'),
      DEPLOYMENTS: path.join(folder, 'deployments'),
      TEMPLATE: path.join(folder, 'golden/template.yaml'),
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), once(child, 'exit')]);
  return child;
}
const number = async (query: string): Promise<number> => Number((await client.query<{ n: string }>(query)).rows[0]?.n);

describe('a server killed with -9 in a step of the golden path', () => {
  test.each([
    'step',
    'create:before',
    'create:after',
    'commitFolder:before',
    'commitFolder:after',
    'addLocation:before',
    'addLocation:after',
    'deploy:before',
    'deploy:after',
  ])('at %s: the next one finishes it, with one of everything', async (moment) => {
    // A first server reads the template, so that a death in addLocation is one of the golden path.
    const preparing = await server({ REGISTER: '1' });
    preparing.kill('SIGTERM');
    await once(preparing, 'exit');
    const dying = await server({ START: '1', DIE_AT: moment });
    if (dying.signalCode === null && dying.exitCode === null) await once(dying, 'exit');
    expect(dying.signalCode).toBe('SIGKILL');
    expect(await number(`select count(*) as n from runs.run where kind = 'templates.template.execute' and status = 'succeeded'`)).toBe(0);

    await server();
    await expect
      .poll(
        async () =>
          (
            await client.query<{ status: string; error: unknown }>(
              `select status, error from runs.run where kind = 'templates.template.execute'`,
            )
          ).rows[0],
        { timeout: 30_000, interval: 100 },
      )
      .toMatchObject({ status: 'succeeded' });

    expect(await number('select count(*) as n from templates.task')).toBe(1);
    expect(await number('select count(*) as n from repositories.repository')).toBe(1);
    expect(await number(`select count(*) as n from catalog.location where target like '%lyrics%'`)).toBe(1);
    expect(readFileSync(path.join(folder, 'deployments'), 'utf8').split('\n').filter(Boolean)).toHaveLength(1);
    const { rows } = await client.query<{ status: string }>(
      `select status from runs.step where run_id = (select id from runs.run where kind = 'templates.template.execute') order by 1`,
    );
    expect(rows.every((row) => row.status === 'succeeded')).toBe(true);
  });
});
