import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { testActor } from '@paved/testing';
import { catalog } from '../../index.ts';
import { catalogPlatform } from '../platform.test-kit.ts';
it('x', async () => {
  await using platform = await catalogPlatform();
  const svc = platform.service(catalog);
  const put = () => svc.put([{ apiVersion: 'backstage.io/v1alpha1', kind: 'Component', metadata: { name: 'a' }, spec: { type: 'service', lifecycle: 'production', owner: 'red', dependsOn: [] } }, { apiVersion: 'backstage.io/v1alpha1', kind: 'System', metadata: { name: 'shop' }, spec: { owner: 'red' } }] as any, 'test', testActor);
  let off = 0; const tick = () => { platform.advance(10_000); off += 10_000; return new Date(Date.now() + off - 5000).toISOString(); };
  const ats: string[] = [];
  await put(); ats.push(tick()); await svc.remove(['component:default/a'], 'test', testActor); ats.push(tick()); await put(); ats.push(tick()); await put(); ats.push(tick()); await svc.remove(['component:default/a'], 'test', testActor); ats.push(tick());
  const { db } = platform.platform;
  console.log(ats);
  console.table((await sql`select 'now' as w, from_ref, to_ref, since::text, null as valid_to from catalog.edge union all select 'past', from_ref, to_ref, valid_from::text, valid_to::text from catalog.edge_past`.execute(db)).rows);
  console.table((await sql`select ref, version, change, valid_from::text, valid_to::text from catalog.entity_past`.execute(db)).rows);
  for (const at of ats) console.log(at, (await platform.request('GET', `/api/catalog/entities/by-name/component/default/a?at=${at}`)).text.slice(-300));
});
