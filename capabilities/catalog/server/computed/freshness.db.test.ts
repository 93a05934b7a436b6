import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { TestPlatform } from '@paved/testing';
import { catalogPlatform, component } from '../platform.test-kit.ts';
import { randomOf } from '../fuzz.test-kit.ts';

const declared = `apiVersion: paved.dev/v1alpha1
kind: EntityKind
metadata: {name: component-facts}
spec:
  extends: Component
  computed:
    - {name: tier, mirror: {through: {relation: partOf, kind: System}, value: it.spec.tier}}
    - {name: domainTier, mirror: {through: [{relation: partOf, kind: System}, {relation: partOf, kind: Domain}], value: it.computed.best}}
    - {name: risk, calculate: 'entity.spec.load * (entity.computed.tier == 1 ? 2 : 1)'}
    - {name: needs, aggregate: {through: dependsOn, function: sum, value: it.spec.load}}
    - {name: secondHand, aggregate: {through: [dependsOn, dependsOn], function: count}}
---
apiVersion: paved.dev/v1alpha1
kind: EntityKind
metadata: {name: system-facts}
spec:
  extends: System
  computed:
    - {name: parts, aggregate: {through: hasPart, function: count, where: it.kind == "Component"}}
    - {name: risk, aggregate: {through: {relation: hasPart, kind: Component}, function: max, value: it.computed.risk}}
---
apiVersion: paved.dev/v1alpha1
kind: EntityKind
metadata: {name: domain-facts}
spec:
  extends: Domain
  computed:
    - {name: best, aggregate: {through: hasPart, function: min, value: it.spec.tier}}
    - {name: average, aggregate: {through: [hasPart, hasPart], function: average, value: it.spec.load}}
    - {name: worst, aggregate: {through: hasPart, function: max, value: it.computed.risk}}
`;

type Values = { ref: string; computed: string | null; rows: string }[];

const snapshot = async ({ platform: { db } }: TestPlatform): Promise<Values> =>
  (
    await sql<Values[number]>`
    select e.ref, e.computed, coalesce((select string_agg(s.key || '=' || coalesce(s.value, ''), ' ' order by s.key, s.value) from catalog.search s where s.entity_id = e.id and s.key like 'computed.%'), '') as rows
    from catalog.entity e where e.kind in ('component', 'system', 'domain') order by e.ref`.execute(db)
  ).rows;

const settled = async ({ platform: { db } }: TestPlatform): Promise<void> => {
  await expect
    .poll(async () => (await sql<{ n: string }>`select count(*) as n from catalog.computed_due`.execute(db)).rows[0]?.n, {
      timeout: 30_000,
    })
    .toBe('0');
};

it('what is kept up to date step by step is what computing everything anew gives', { timeout: 180_000 }, async () => {
  await using platform = await catalogPlatform({ listen: true });
  const random = randomOf(20_261_121);
  const below = (n: number): number => Math.floor(random() * n);
  const apply = async (documents: string): Promise<void> => {
    const { json } = await platform.request('POST', '/api/catalog/apply', { body: { documents } });
    expect(json.applied, JSON.stringify(json)).toBe(true);
  };
  await apply(declared);
  for (let n = 0; n < 160; n++) {
    const roll = random();
    if (roll < 0.55) {
      const needs = Array.from({ length: below(4) }, () => `component:c${below(12)}`);
      await apply(
        component(`c${below(12)}`, {
          spec: `  load: ${below(9)}\n${random() < 0.8 ? `  system: s${below(4)}\n` : ''}  dependsOn: [${needs.map((ref) => `'${ref}'`).join(', ')}]\n`,
        }),
      );
    } else if (roll < 0.7)
      await apply(
        `apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: s${below(4)}}\nspec: {owner: a, tier: ${1 + below(3)}, domain: d${below(2)}}\n`,
      );
    else if (roll < 0.78)
      await apply(`apiVersion: backstage.io/v1alpha1\nkind: Domain\nmetadata: {name: d${below(2)}}\nspec: {owner: a}\n`);
    else if (roll < 0.95) {
      const [kind, name] =
        random() < 0.7 ? ['component', `c${below(12)}`] : random() < 0.7 ? ['system', `s${below(4)}`] : ['domain', `d${below(2)}`];
      const found = await platform.request('GET', `/api/catalog/entities/by-name/${kind}/default/${name}`);
      if (found.status === 200) await platform.request('DELETE', `/api/catalog/entities/by-uid/${found.json.metadata.uid}`);
    } else await settled(platform);
  }
  await settled(platform);
  const kept = await snapshot(platform);
  expect(kept.filter((row) => row.computed !== null).length).toBeGreaterThan(8);

  const { db } = platform.platform;
  await sql`update catalog.entity set computed = null, computed_reasons = null`.execute(db);
  await sql`delete from catalog.search where key like 'computed.%'`.execute(db);
  await sql`insert into catalog.computed_due (ref, changed) select ref, true from catalog.entity on conflict (ref) do nothing`.execute(db);
  await apply(component('again'));
  await settled(platform);
  expect((await snapshot(platform)).filter((row) => row.ref !== 'component:default/again')).toEqual(kept);
});
