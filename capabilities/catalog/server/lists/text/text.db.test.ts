import { sql } from 'kysely';
import type { Entity } from '@paved/kernel';
import { testActor, type TestPlatform } from '@paved/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalog } from '../../../index.ts';
import { wordsOf } from '../../../model/search-keys.ts';
import { words } from '../../migrations/080-words.ts';
import { catalogPlatform } from '../../platform.test-kit.ts';

const long = Array.from({ length: 70 }, (_, i) => `z${i}q`).join('');
const entity = (kind: string, name: string, title?: string, description?: string): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind,
  metadata: { name, ...(title === undefined ? {} : { title }), ...(description === undefined ? {} : { description }) },
  spec: { type: 'service', lifecycle: 'production', owner: 'team-a' },
});
const before = [
  entity('Component', 'check-out.v2', 'Checkout', 'Takes payments; 100% of them. pay_later too'),
  entity('Component', 'basket', 'Warenkörbe Größe', 'what is bought\nbefore check-out'),
  entity('System', 'payments', undefined, 'Pay by card'),
  entity('Resource', 'long', long, undefined),
  ...Array.from({ length: 150 }, (_, i) => entity('Component', `numbered-${1000 + i * 7}`, `Nr ${i}`)),
];
const after = [
  entity('Component', 'check-out.v2', 'Till', 'Takes money'),
  ...before.slice(2),
  entity('Component', 'newcomer', 'Checkout again'),
];
const terms = [
  ...['check', 'HECKOUT', 'pay', 'payments', 'ment', 'k-o', 'check-out', 't.v2', '100%', '_later', 'too', 'ö', 'körbe grö', 'before'],
  ...['bought\nbefore', '-', '; 1', 'numbered-1', 'd-10', '7', '1007', 'nr 1', 'card', 'nothing like it', 'a', '%', '\\', '.'],
  ...[long.slice(50, 140), long.slice(-60), long.slice(100, 204), long.slice(0, 99)],
];

/** What every search has to find: what holds the text, looked at one by one. */
const expected = (all: readonly Entity[], term: string, field?: 'name' | 'title' | 'description'): string[] =>
  all
    .filter((one) => (field === undefined ? wordsOf(one) : (one.metadata[field] ?? '').toLowerCase()).includes(term.toLowerCase()))
    .map((one) => `${one.kind.toLowerCase()} ${one.metadata.name}`)
    .sort();

describe('text search', () => {
  let platform: TestPlatform;
  let past: string;
  beforeAll(async () => {
    platform = await catalogPlatform();
    await platform.service(catalog).put(before, 'test', testActor);
  });
  afterAll(() => platform[Symbol.asyncDispose]());

  const found = async (parameters: string): Promise<{ names: string[]; total: number; next?: string }> => {
    const { status, json } = await platform.request('GET', `/api/catalog/entities/by-query?${parameters}`);
    expect(status, JSON.stringify(json)).toBe(200);
    const { items, totalItems, pageInfo } = json as { items: Entity[]; totalItems: number; pageInfo: { nextCursor?: string } };
    return {
      names: items.map((one) => `${one.kind.toLowerCase()} ${one.metadata.name}`),
      total: totalItems,
      ...(pageInfo.nextCursor === undefined ? {} : { next: pageInfo.nextCursor }),
    };
  };
  const WORDS = 'fullTextFilterFields=metadata.name,metadata.title,metadata.description';
  /** Entities in no source of their own stay out. */
  const OWN = 'filter=metadata.annotations.backstage.io/managed-by-location=paved:test';
  const asked = (term: string): string => `${OWN}&limit=500&fullTextFilterTerm=${encodeURIComponent(term)}`;
  const all = async (all: readonly Entity[], more = ''): Promise<void> => {
    for (const term of terms) {
      const { names, total } = await found(`${asked(term)}&${WORDS}${more}`);
      expect(names.toSorted(), term).toEqual(expected(all, term));
      expect(total, term).toBe(names.length);
    }
  };

  it('finds exactly what holds the text', () => all(before));

  it('finds it in the fields that are named, within a kind, sorted and over pages', async () => {
    for (const field of ['name', 'title', 'description'] as const)
      for (const term of ['check', 'pay', 'ö', '100', '-', 'check-out'])
        expect((await found(`${asked(term)}&fullTextFilterFields=metadata.${field}`)).names.toSorted(), `${term} in ${field}`).toEqual(
          expected(before, term, field),
        );
    expect((await found(`filter=kind=system&fullTextFilterTerm=pay&${WORDS}`)).names).toEqual(['system payments']);
    expect((await found(`fullTextFilterTerm=pay&${WORDS}&sort=metadata.name,desc`)).names).toEqual([
      'system payments',
      'component check-out.v2',
    ]);
    const uid = (await platform.request('GET', '/api/catalog/entities/by-name/system/default/payments')).json.metadata.uid as string;
    expect((await found(`filter=metadata.uid=${uid}&fullTextFilterTerm=pay&${WORDS}`)).names).toEqual(['system payments']);
    expect((await found(`filter=relations.ownedBy=group:default/team-a,kind=system&fullTextFilterTerm=pay&${WORDS}`)).names).toEqual([
      'system payments',
    ]);
    const walked: string[] = [];
    let page = await found(`fullTextFilterTerm=numbered-1&${WORDS}&orderField=metadata.name,desc&limit=20`);
    for (;;) {
      walked.push(...page.names);
      if (page.next === undefined) break;
      page = await found(`cursor=${encodeURIComponent(page.next)}&limit=20`);
    }
    expect(walked).toEqual(expected(before, 'numbered-1').toReversed());
    const facets = await platform.request('GET', `/api/catalog/entity-facets?facet=kind&fullTextFilterTerm=pay&${WORDS}`);
    expect(facets.status).toBe(200);
  });

  it('finds what is there after changes and removals, and what was there before them', async () => {
    past = new Date(Date.now() + 500).toISOString();
    platform.advance(1000);
    await platform.service(catalog).put(after, 'test', testActor);
    await platform.service(catalog).remove(['component:default/basket'], 'test', testActor);
    platform.advance(1000);
    await all(after);
    await all(before, `&at=${past}`);
  });

  it('knows the words of entities that stood there before words were kept', async () => {
    await platform.platform.db.transaction().execute(async (tx) => {
      await sql`drop table catalog.word, catalog.entity_text`.execute(tx);
      await words.up(tx);
    });
    await sql`update catalog.generation set n = n + 1`.execute(platform.platform.db);
    await all(after);
  });
});
