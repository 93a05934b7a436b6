import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { testActor, type TestPlatform } from '@paved/testing';
import { catalog } from '../../index.ts';
import { catalogPlatform, component, folderWith, write } from '../platform.test-kit.ts';

const names = ['a', 'b', 'c', 'd'] as const;
const name = fc.constantFrom(...names);

interface Put {
  readonly do: 'put';
  readonly name: string;
  readonly owner: string;
  readonly system: string | undefined;
  readonly dependsOn: readonly string[];
  readonly tags: readonly string[];
  readonly title: string | undefined;
}
type Step = Put | { readonly do: 'remove'; readonly name: string } | { readonly do: 'file'; readonly files: readonly string[] };

const put: fc.Arbitrary<Put> = fc.record({
  do: fc.constant('put' as const),
  name,
  owner: fc.constantFrom('red', 'blue'),
  system: fc.option(fc.constantFrom('shop', 'pay'), { nil: undefined }),
  dependsOn: fc.uniqueArray(
    name.map((n) => `component:${n}`),
    { maxLength: 3 },
  ),
  tags: fc.uniqueArray(fc.constantFrom('java', 'Go', 'web'), { maxLength: 2 }),
  title: fc.option(fc.constantFrom('Checkout', 'Basket'), { nil: undefined }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: put },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), name }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('file' as const),
      files: fc.uniqueArray(fc.constantFrom('x', 'y', 'z: broken', 'z', 'y: depends'), { maxLength: 4 }),
    }),
  },
);

/** Reads of every kind: whatever they answered at a time, they answer about that time later. */
const reads: readonly (readonly [method: string, url: string, body?: unknown])[] = [
  ...[...names.map((n) => `component/default/${n}`), 'component/default/y', 'component/default/z', 'system/default/shop'].map(
    (path) => ['GET', `/api/catalog/entities/by-name/${path}`] as const,
  ),
  ['GET', '/api/catalog/entities/by-name/component/default/y/ancestry'],
  ['GET', '/api/catalog/entities'],
  ['GET', '/api/catalog/entities?filter=spec.type=service,metadata.tags=go&order=desc:metadata.name'],
  ['GET', '/api/catalog/entities/by-query?filter=kind=component&orderField=metadata.name,desc&limit=2'],
  ['GET', '/api/catalog/entities/by-query?filter=relations.ownedBy=group:default/red&fields=metadata.name,relations'],
  ['GET', '/api/catalog/entities/by-query?fullTextFilterTerm=check&fullTextFilterFields=metadata.title&orderField=metadata.title'],
  ['GET', '/api/catalog/entities/by-query?sort=metadata.title,asc&sort=metadata.name,desc'],
  ['POST', '/api/catalog/entities/by-query', { query: { $not: { 'spec.system': { $exists: true } } } }],
  ['POST', '/api/catalog/entities/by-query', { query: { relations: { $contains: { type: 'dependencyOf' } } } }],
  ['POST', '/api/catalog/entities/by-refs', { entityRefs: ['component:default/a', 'component:default/x', 'component:default/no'] }],
  ['GET', '/api/catalog/entity-facets?facet=metadata.tags&facet=spec.owner&facet=kind&facet=relations.dependsOn'],
  ['POST', '/api/catalog/entity-facets', { facets: ['spec.system'], query: { kind: 'component' } }],
  ['GET', '/api/catalog/graph?ref=component:a&depth=3'],
];

async function answers(platform: TestPlatform, at?: string): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const [method, url, body] of reads) {
    const asked = at === undefined ? url : `${url}${url.includes('?') ? '&' : '?'}at=${at}`;
    const { status, json } = await platform.request(method, asked, body === undefined ? {} : { body });
    expect(status, asked).toBeLessThan(500);
    found[`${method} ${url} ${JSON.stringify(body ?? '')}`] = [status, status === 200 ? json : json.detail];
  }
  const first = await platform.request(
    'GET',
    `/api/catalog/entities/by-query?filter=kind=component&limit=1${at === undefined ? '' : `&at=${at}`}`,
  );
  const cursor: string | undefined = first.json.pageInfo.nextCursor;
  if (cursor !== undefined)
    found['second page'] = (
      await platform.request(
        'GET',
        `/api/catalog/entities/by-query?cursor=${encodeURIComponent(cursor)}&limit=1${at === undefined ? '' : `&at=${at}`}`,
      )
    ).json.items;
  return found;
}

async function carryOut(platform: TestPlatform, folder: string, step: Step): Promise<void> {
  const service = platform.service(catalog);
  if (step.do === 'remove') return service.remove([`component:default/${step.name}`], 'test', testActor);
  if (step.do === 'file') {
    const text = step.files.map((file) => {
      const [id = '', how] = file.split(': ');
      if (how === 'broken') return component(id).replace('  lifecycle: production\n', '');
      return component(id, how === 'depends' ? { spec: '  dependsOn: [component:a]\n' } : {});
    });
    write(folder, { 'catalog-info.yaml': text.join('---\n') });
    return service.refresh({ type: 'directory', target: folder });
  }
  const { title, tags, owner, system, dependsOn } = step;
  await service.put(
    [
      {
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Component',
        metadata: {
          name: step.name,
          ...(title === undefined ? {} : { title }),
          ...(tags.length === 0 ? {} : { tags: tags.map((t) => t.toLowerCase()) }),
        },
        spec: { type: 'service', lifecycle: 'production', owner, ...(system === undefined ? {} : { system }), dependsOn: [...dependsOn] },
      },
      { apiVersion: 'backstage.io/v1alpha1', kind: 'System', metadata: { name: 'shop' }, spec: { owner } },
    ],
    'test',
    testActor,
  );
}

it('answers every read about a time as it was answered then, and replaying the history gives the present', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      await using platform = await catalogPlatform();
      const folder = folderWith({ 'catalog-info.yaml': component('first') });
      await platform.service(catalog).addLocation({ type: 'directory', target: folder }, testActor);
      let offset = 0;
      const tick = () => {
        platform.advance(10_000);
        offset += 10_000;
        return new Date(Date.now() + offset - 5000).toISOString();
      };
      const checkpoints: { at: string; answered: Record<string, unknown> }[] = [];
      for (const one of steps) {
        await carryOut(platform, folder, one);
        const answered = await answers(platform);
        checkpoints.push({ at: tick(), answered });
      }
      for (const { at, answered } of checkpoints) expect(await answers(platform, at), `as of ${at}`).toEqual(answered);
      await replayEqualsPresent(platform);
    }),
    { numRuns: 8 },
  );
}, 240_000);

/** Starts with nothing, applies every version in order, and compares with the tables of the present. */
async function replayEqualsPresent(platform: TestPlatform): Promise<void> {
  const { db } = platform.platform;
  const { rows: events } = await sql<{ ref: string; version: number; head: string | null; status: string | null }>`
    select ref, version, head, status, valid_from, written from catalog.entity_past
    union all select ref, version, head, status, since, written from catalog.entity order by valid_from, written, version`.execute(db);
  const replayed = new Map<string, string>();
  const last = new Map<string, number>();
  for (const event of events) {
    expect(event.version, `${event.ref} counts without a gap`).toBe((last.get(event.ref) ?? 0) + 1);
    last.set(event.ref, event.version);
    if (event.head === null) replayed.delete(event.ref);
    else replayed.set(event.ref, `${event.head} ${event.status}`);
  }
  const { rows: present } = await sql<{ ref: string; text: string }>`
    select ref, head || ' ' || coalesce(status, 'null') as text from catalog.entity`.execute(db);
  expect(replayed).toEqual(new Map(present.map(({ ref, text }) => [ref, text])));
}
