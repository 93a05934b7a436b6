import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** A folder elsewhere that has the SDK, and nothing else of ours, among its packages. */
let folder: string;

const serving = `
import { testPlatform } from '@paved/sdk/testing';
import { greetings } from './greetings.ts';
import { visits } from './visits.ts';

await using paved = await testPlatform({ capabilities: [greetings, visits] });
const greeting = await paved.request('GET', '/api/greetings/Mira');
const refused = await paved.request('GET', '/api/greetings/nobody');
await paved.request('POST', '/api/visits');
const visited = await paved.request('POST', '/api/visits');
console.log(JSON.stringify([greeting.json, refused.status, refused.json.fix, visited.json]));
`;

/** With a table and an event of its own. */
const withTable = `
import { defineCapability, sql, z, type Generated, type Kysely, type Migration } from '@paved/sdk';

interface Tables {
  visit: { id: Generated<number>; who: string };
}

const visit: Migration = {
  async up(db) {
    await db.schema
      .createTable('visit')
      .addColumn('id', 'bigint', (column) => column.primaryKey().generatedAlwaysAsIdentity())
      .addColumn('who', 'text', (column) => column.notNull().check(sql\`who <> ''\`))
      .execute();
  },
};

export const visits = defineCapability({
  name: 'visits',
  migrations: { '001_visit': visit },
  permissions: [{ name: 'visits.visit.create', description: 'Come by.', role: 'viewer' }],
  create({ db, events }) {
    const tables = db as Kysely<Tables>;
    return {
      service: {},
      routes(app) {
        app.post(
          '/api/visits',
          {
            schema: { operationId: 'visit', tags: ['visits'], summary: 'Come by', response: { 200: z.object({ visits: z.number() }) } },
            config: { permission: 'visits.visit.create' },
          },
          async ({ actor }) => {
            await tables.transaction().execute(async (tx) => {
              await tx.insertInto('visit').values({ who: actor.ref }).execute();
              await events.publish(tx, { type: 'visits.visit.made', subject: actor.ref, data: {} });
            });
            const { n } = await tables.selectFrom('visit').select((e) => e.fn.countAll<string>().as('n')).executeTakeFirstOrThrow();
            return { visits: Number(n) };
          },
        );
      },
    };
  },
});
`;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'paved-plugin-'));
  mkdirSync(path.join(folder, 'node_modules/@paved'), { recursive: true });
  symlinkSync(import.meta.dirname, path.join(folder, 'node_modules/@paved/sdk'));
  const [, example = ''] = /```ts\n(.*?)```/s.exec(readFileSync(path.join(import.meta.dirname, 'README.md'), 'utf8')) ?? [];
  const compilerOptions = { types: ['node'], typeRoots: [path.join(root, 'node_modules/@types')] };
  const files = {
    'package.json': JSON.stringify({ type: 'module' }),
    'tsconfig.json': JSON.stringify({ extends: path.join(root, 'tsconfig.base.json'), compilerOptions, include: ['*.ts'] }),
    'greetings.ts': example,
    'visits.ts': withTable,
    'serve.ts': serving,
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, file), text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a capability written elsewhere serves its routes, with a table of its own', async () => {
  const { stdout } = await run(process.execPath, ['serve.ts'], { cwd: folder });
  expect(JSON.parse(stdout)).toEqual([{ text: 'Hello Mira' }, 404, 'Name somebody.', { visits: 2 }]);
});

test('its types are whole, and a mistake is seen', async () => {
  const tsc = path.join(root, 'node_modules/@typescript/native/bin/tsc');
  await run(process.execPath, [tsc, '-p', folder]);
  const source = readFileSync(path.join(folder, 'greetings.ts'), 'utf8');
  writeFileSync(path.join(folder, 'greetings.ts'), source.replace('text: `Hello', 'words: `Hello'));
  await expect(run(process.execPath, [tsc, '-p', folder])).rejects.toMatchObject({ stdout: expect.stringContaining('greetings.ts') });
});
