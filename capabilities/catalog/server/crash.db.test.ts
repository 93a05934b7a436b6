import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { testActor, type TestPlatform } from '@paved/testing';
import { catalog } from '../index.ts';
import { catalogPlatform, component, folderWith, write } from './platform.test-kit.ts';

const victim = fileURLToPath(new URL('./sync-victim.test-kit.ts', import.meta.url));

/** What must never be: search rows or edges without their entity, relations texts that do not say what the edges say, doubled names. */
async function wrong(platform: TestPlatform): Promise<unknown> {
  const { db } = platform.platform;
  const { rows } = await sql`
    select 'search row without entity' as what, count(*)::int as n from catalog.search s where not exists (select from catalog.entity e where e.id = s.entity_id)
    union all select 'edge without its entity', count(*)::int from catalog.edge g where not exists (select from catalog.entity e where e.ref = g.from_ref)
    union all select 'relations that differ from the edges', count(*)::int from catalog.entity e where e.relations::jsonb <> coalesce((
      select jsonb_agg(jsonb_build_object('type', type, 'targetRef', target) order by type collate "C", target collate "C") from (
        select type, to_ref as target from catalog.edge where from_ref = e.ref union select reverse, from_ref from catalog.edge where to_ref = e.ref
      ) r), '[]')
    union all select 'entity without search rows', count(*)::int from catalog.entity e where not exists (select from catalog.search s where s.entity_id = e.id)`.execute(
    db,
  );
  return (rows as { what: string; n: number }[]).filter((row) => row.n > 0);
}

it('is whole after kill -9 of a server in the middle of a sync, whenever it comes', async () => {
  await using platform = await catalogPlatform();
  const size = 600;
  const version = (v: number) =>
    Array.from({ length: size }, (_, i) =>
      component(`c${i}`, { owner: `team-${v}`, spec: `  dependsOn: [component:c${(i * 7 + v) % size}]\n` }),
    ).join('---\n');
  const folder = folderWith({ 'catalog-info.yaml': version(0) });
  await platform.service(catalog).addLocation({ type: 'directory', target: folder }, testActor);
  expect(await wrong(platform)).toEqual([]);
  for (let round = 1; round <= 5; round++) {
    write(folder, { 'catalog-info.yaml': version(round) });
    const child = spawn(process.execPath, [victim, platform.databaseUrl, platform.dataDir, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // It may be done, and gone, before it is killed.
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    await new Promise((resolve) => setTimeout(resolve, 40 + round * 60));
    child.kill('SIGKILL');
    await ended;
    expect(await wrong(platform)).toEqual([]);
    expect((await platform.service(catalog).query({ filter: [{ kind: ['component'] }], limit: 0 })).totalItems).toBe(size);
    const owners = (await platform.request('GET', '/api/catalog/entity-facets?facet=spec.owner&filter=kind=component')).json.facets[
      'spec.owner'
    ];
    // One transaction: all of the new version, or none of it.
    expect(owners).toHaveLength(1);
  }
  await platform.service(catalog).refresh({ type: 'directory', target: folder });
  expect((await platform.service(catalog).query({ filter: [{ 'spec.owner': ['team-5'] }], limit: 0 })).totalItems).toBe(size);
  expect(await wrong(platform)).toEqual([]);
});
