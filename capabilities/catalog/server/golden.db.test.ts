import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '@paved/kernel';
import { testActor, type TestPlatform } from '@paved/testing';
import { catalog } from '../index.ts';
import { catalogPlatform } from './platform.test-kit.ts';

const root = new URL('../../../../shared/fixtures/backstage/', import.meta.url).pathname;
const present = existsSync(root);
const read = <T>(name: string): T => (present ? (JSON.parse(readFileSync(`${root}golden-1.55/${name}.json`, 'utf8')) as T) : ([] as T));

interface Call {
  request: { method: 'GET' | 'POST'; path: string; body?: unknown };
  response: { status: number; headers: Record<string, string>; body: never };
}
interface AnyEntity {
  kind: string;
  metadata: { name: string; namespace: string; uid: string };
  relations?: { type: string; targetRef: string }[];
}

const examples = `${root}from-1.35-snapshot/packages/catalog-model/examples`;
/** The locations of the recording; org.yaml comes first because its `user:default/guest` was the quicker one of two there. */
const locations = [
  `${root}packages/create-app/templates/default-app/examples/org.yaml`,
  `${examples}/all.yaml`,
  `${examples}/acme-corp.yaml`,
  `${root}packages/create-app/templates/default-app/examples/entities.yaml`,
  `${root}packages/create-app/templates/default-app/examples/template/template.yaml`,
  `${root}plugins/scaffolder-backend/sample-templates/bui-kitchen-sink-demo/template.yaml`,
  `${root}plugins/scaffolder-backend/sample-templates/conditional-output-demo/template.yaml`,
  `${root}other-repos/backstage-software-templates/scaffolder-templates/*/template.yaml`,
  `${examples}/does-not-exist.yaml`,
];

const refOf = (entity: AnyEntity) => `${entity.kind}:${entity.metadata.namespace}/${entity.metadata.name}`.toLowerCase();

/** Calls whose answer differs on purpose; each stands in docs/reference/backstage-compatibility.md. */
const deliberate: Readonly<Record<string, string>> = {
  '/api/catalog/entities/by-refs': 'references are taken in any case',
  '/api/catalog/locations': 'configured locations are listed too',
  '/api/catalog/locations/by-query': 'configured locations are listed too',
  '/api/catalog/locations/by-entity/component/default/petstore': 'configured locations are found too',
};

/** Files that the recording could not read (no network) or that Backstage does not read from files: visible here. */
const readableHere = ['api:default/petstore', 'api:default/petstore-webhook'];

describe.skipIf(!present)('recorded calls of Backstage 1.55', () => {
  let platform: TestPlatform;
  const golden = read<AnyEntity[]>('catalog-entities-all');
  const known = new Set(golden.map(refOf));
  let extra: AnyEntity[] = [];
  const all = async (): Promise<AnyEntity[]> => (await platform.request('GET', '/api/catalog/entities')).json;

  beforeAll(async () => {
    platform = await catalogPlatform();
    for (const target of locations)
      await platform
        .service(catalog)
        .addLocation({ type: 'file', target }, testActor)
        .catch(() => {});
    // What the recording could not read is taken out again, so that every list and count is comparable.
    extra = (await all()).filter((entity) => !known.has(refOf(entity)) && !refOf(entity).startsWith('location:default/generated-'));
    for (const entity of extra) await platform.request('DELETE', `/api/catalog/entities/by-uid/${entity.metadata.uid}`);
  });
  afterAll(() => platform[Symbol.asyncDispose]());

  const normalise = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value)
        .replaceAll(root, '/FIXTURES/')
        .replace(/generated-[0-9a-f]{40}/g, 'generated-HASH')
        .replace(/"(uid|etag|nextCursor|prevCursor)":"[^"]*"/g, '"$1":"…"'),
    );
  const byRef = (a: unknown, b: unknown) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1);

  it('has every recorded entity, with the same fields and relations', async () => {
    expect(extra.map(refOf).sort()).toEqual(readableHere);
    expect((normalise(await all()) as unknown[]).sort(byRef)).toEqual((normalise(golden) as unknown[]).sort(byRef));
  });

  const calls = [...read<Call[]>('catalog-get-requests'), ...read<Call[]>('catalog-post-requests')];
  it.each(
    calls.map(
      (call) => [`${call.request.method} ${call.request.path} ${JSON.stringify(call.request.body ?? '')}`.slice(0, 200), call] as const,
    ),
  )('%s', async (_title, { request, response }) => {
    const mine = await platform.request(request.method, request.path, request.body === undefined ? {} : { body: request.body });
    if (request.path in deliberate && response.status !== 400) return expect(mine.status).toBe(200);
    expect(mine.status, mine.text).toBe(response.status);
    if (response.status >= 400) {
      if (response.body !== '') expect(mine.json.error.name).toBe((response.body as { error: { name: string } }).error.name);
      return;
    }
    if (response.body === '') return expect(mine.text).toBe('');
    const ordered = /[?&]order(Field)?=/.test(request.path) || JSON.stringify(request.body ?? '').includes('orderBy');
    const [answer, wanted] = [normalise(mine.json), normalise(response.body)] as {
      items?: unknown[];
      totalItems?: number;
      pageInfo?: object;
    }[];
    expect(mine.headers['link'] === undefined).toBe(response.headers['link'] === undefined);
    if (ordered) return expect(answer).toEqual(wanted);
    // Without an order Backstage sorts by random uid: what is on a page cannot be compared, a whole list can.
    const [items, wantedItems] = [answer, wanted].map((a) => (Array.isArray(a) ? a : a?.items)) as [
      unknown[] | undefined,
      unknown[] | undefined,
    ];
    if (items === undefined || wantedItems === undefined) return expect(answer).toEqual(wanted);
    expect(items).toHaveLength(wantedItems.length);
    if (!request.path.includes('limit=')) expect(items.toSorted(byRef)).toEqual(wantedItems.toSorted(byRef));
    expect({ ...answer, items: [] }).toEqual(Array.isArray(wanted) ? { ...answer, items: [] } : { ...wanted, items: [] });
  });

  it('walks pages forth and back by cursors as recorded', async () => {
    const recorded = read<{ items: string[]; totalItems: number; pageInfoKeys: string[] }[]>('catalog-cursor-walk');
    let path = '/api/catalog/entities/by-query?filter=kind=component&orderField=metadata.name&limit=4&fields=metadata.name';
    const pages: string[][] = [];
    const previous: string[] = [];
    for (const page of recorded) {
      const { json } = await platform.request('GET', path);
      const items = json.items.map((e: AnyEntity) => e.metadata.name);
      expect({ items, totalItems: json.totalItems, pageInfoKeys: Object.keys(json.pageInfo) }).toEqual({
        items: page.items,
        totalItems: page.totalItems,
        pageInfoKeys: page.pageInfoKeys,
      });
      pages.push(items);
      previous.push(json.pageInfo.prevCursor ?? '');
      path = `/api/catalog/entities/by-query?limit=4&fields=metadata.name&cursor=${encodeURIComponent(json.pageInfo.nextCursor ?? '')}`;
    }
    for (let i = pages.length - 1; i > 0; i--) {
      const { json } = await platform.request(
        'GET',
        `/api/catalog/entities/by-query?limit=4&fields=metadata.name&cursor=${encodeURIComponent(previous[i] ?? '')}`,
      );
      expect(json.items.map((e: AnyEntity) => e.metadata.name)).toEqual(pages[i - 1]);
      expect(json.pageInfo.nextCursor).toBeDefined();
      expect(json.pageInfo.prevCursor === undefined).toBe(i === 1);
    }
  });
});
