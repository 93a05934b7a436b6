import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mortalServers, type MortalServers } from '@paved/testing';
import { elsewhere } from './testing/services-platform.ts';

const program = path.join(import.meta.dirname, 'testing/crash-process.ts');
const node = { 'package.json': JSON.stringify({ scripts: { start: 'node main.js' } }), 'main.js': '' };

let servers: MortalServers;
beforeEach(async () => {
  servers = await mortalServers(program, (folder) => ({ REMOVED: path.join(folder, 'removed') }));
  writeFileSync(path.join(servers.folder, 'removed'), '');
});
afterEach(() => servers[Symbol.asyncDispose]());

/** The run's status once it has ended. */
const ends = (kind: string) =>
  expect.poll(
    async () => (await servers.rows<{ status: string }>('select status from runs.run where kind = $1', [kind])).map(({ status }) => status),
    { timeout: 30_000, interval: 100 },
  );

const importing = (files: Record<string, string> = node): Record<string, string> => ({
  START: '/api/services/import',
  BODY: JSON.stringify({ source: elsewhere(files), owner: 'playback' }),
});

describe('a server killed with -9 while it imports', () => {
  test.each(['importFrom:after', 'commitFiles:before', 'commitFiles:after', 'addLocation:before', 'addLocation:after'])(
    'at %s: the next one finishes it, with one of everything',
    async (moment) => {
      await servers.died(await servers.start({ ...importing(), DIE_AT: moment }));
      await servers.start();
      await ends('services.service.import').toEqual(['succeeded']);
      expect(await servers.number('select count(*) as n from repositories.repository')).toBe(1);
      expect(await servers.number(`select count(*) as n from catalog.location where target like '%lyrics%'`)).toBe(1);
      // One commit for the import itself, one for what was added.
      expect(await servers.number(`select count(*) as n from audit.entry where action = 'repositories.branch.push'`)).toBe(2);
    },
  );

  test.each(['delete:before', 'delete:after'])('at %s, taking it back: nothing is left', async (moment) => {
    const broken = { ...node, 'catalog-info.yaml': 'kind: Component\nmetadata: {name: "no name!"}\n' };
    await servers.died(await servers.start({ ...importing(broken), DIE_AT: moment }));
    await servers.start();
    await ends('services.service.import').toEqual(['failed']);
    expect(await servers.number('select count(*) as n from repositories.repository')).toBe(0);
    expect(await servers.number(`select count(*) as n from catalog.location where target like '%lyrics%'`)).toBe(0);
  });
});

describe('a server killed with -9 while it deletes', () => {
  test.each(['remove:before', 'remove:after', 'removeVariable:after', 'removeLocation:after', 'delete:after'])(
    'at %s: the next one finishes it',
    async (moment) => {
      const first = await servers.start(importing());
      await ends('services.service.import').toEqual(['succeeded']);
      await servers.end(first);

      const settings = { RUNS: '1', START: '/api/services/removal', BODY: JSON.stringify({ component: 'lyrics', confirm: 'lyrics' }) };
      await servers.died(await servers.start({ ...settings, VARIABLE: '1', DIE_AT: moment }));
      await servers.start({ RUNS: '1' });
      await ends('services.service.delete').toEqual(['succeeded']);
      expect(await servers.number('select count(*) as n from repositories.repository')).toBe(0);
      expect(await servers.number(`select count(*) as n from catalog.location where target like '%lyrics%'`)).toBe(0);
      expect(await servers.number('select count(*) as n from secrets.secret')).toBe(0);
      expect(await servers.number('select count(*) as n from services.deleted_service')).toBe(1);
      expect(readFileSync(path.join(servers.folder, 'removed'), 'utf8').split('\n').filter(Boolean).length).toBe(1);
    },
  );
});
