import { sql } from 'kysely';
import { createLogger, type Database } from '@paved/host';
import type { Entity } from '@paved/kernel';
import { testActor, type TestPlatform } from '@paved/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalog } from '../../../index.ts';
import { BLOCK } from '../../../model/postings.ts';
import { textBlocks as textBlocksMigration } from '../../migrations/100-text-blocks.ts';
import { catalogPlatform } from '../../platform.test-kit.ts';
import { createQueries, type Queries } from '../queries.ts';
import { createTextIndex, type TextIndex } from './text-index.ts';
import { textBlocks } from './views.ts';

const vocabulary = ['payment', 'payments', 'basket', 'checkout', 'order', 'invoice', 'stock', 'rare'];
const entity = (n: number, words: readonly string[]): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: `component-${n}`, title: words.join(' ') },
  spec: { type: 'service', lifecycle: 'production', owner: 'team-a' },
});
/** Word i stands in one of i + 1 entities, so that some are frequent and some rare. */
const titled = (n: number, salt = 0): Entity =>
  entity(
    n,
    vocabulary.filter((_, i) => (n + salt) % (i * i + 1) === 0),
  );

const log = createLogger({ level: 'silent' });

describe('the postings of a large catalog', () => {
  let platform: TestPlatform;
  let db: Database;
  let index: TextIndex;
  beforeAll(async () => {
    platform = await catalogPlatform();
    db = platform.platform.db;
    // Several blocks, the last of which is only begun.
    for (let block = 0; block < 4; block++) {
      await sql`select setval(pg_get_serial_sequence('catalog.entity', 'id'), ${(block + 1) * BLOCK - 60}::bigint)`.execute(db);
      await put(Array.from({ length: 90 }, (_, i) => titled(block * 90 + i)));
    }
    index = createTextIndex(db, log, 1);
  });
  afterAll(() => platform[Symbol.asyncDispose]());

  const put = (entities: readonly Entity[]) => platform.service(catalog).put(entities, 'test', testActor);
  const idsLike = async (term: string): Promise<number[]> =>
    (await sql<{ id: number }>`select id from catalog.word where word like ${`%${term}%`}`.execute(db)).rows.map(({ id }) => id);
  /** Postings that are not here yet are read beside the search that misses them. */
  const counted = async (term: string, of = index) => {
    const ids = await idsLike(term);
    await expect.poll(() => of.count(ids), { timeout: 20_000 }).toBeDefined();
    return of.count(ids);
  };
  const looked = async (term: string): Promise<number> => {
    const { rows } = await sql<{ n: string }>`select count(*) as n from catalog.entity where words like ${`%${term}%`}`.execute(db);
    return Number(rows[0]?.n);
  };
  const agrees = async (): Promise<void> => {
    const { rows } = await sql<{ n: string }>`select count(*) as n from catalog.entity`.execute(db);
    for (const term of [...vocabulary, 'pay', 'o', 'component', '11', 'nothing'])
      expect(await counted(term), term).toEqual({ count: await looked(term), among: Number(rows[0]?.n) });
  };

  it('count what looking at each text counts', agrees);

  it('count so after changes, arrivals and removals, for whoever changed it', async () => {
    await put(Array.from({ length: 200 }, (_, i) => titled(i + 100, 1)));
    await platform.service(catalog).remove(
      Array.from({ length: 70 }, (_, i) => `component:default/component-${i * 3}`),
      'test',
      testActor,
    );
    await put([entity(1000, ['newcomer', 'payment'])]);
    await agrees();
    expect((await counted('newcomer'))?.count).toBe(1);
  });

  it('miss no change that comes while a block is read', async () => {
    const writing = (async () => {
      for (let round = 0; round < 20; round++) await put([entity(2000 + round, ['arrival'])]);
    })();
    const ids = async () => idsLike('arrival');
    let over = false;
    void writing.finally(() => (over = true));
    while (!over) {
      const before = await looked('arrival');
      const found = await index.count(await ids());
      if (found !== undefined) expect(found.count).toBeGreaterThanOrEqual(before);
    }
    await writing;
    expect((await counted('arrival'))?.count).toBe(20);
  });

  it('are left alone in a small catalog', async () => {
    const small = createTextIndex(db, log, 50);
    expect(await small.count(await idsLike('payment'))).toBeUndefined();
    small.follow(platform.platform.events)();
    expect(await small.count(await idsLike('payment'))).toBeUndefined();
  });

  it('are read ahead of the first search, and again after a write', async () => {
    const read = new Set<string>();
    const watched = createTextIndex(
      db.withPlugin({
        transformQuery: ({ node }) => node,
        transformResult: async ({ result }) => {
          for (const row of result.rows) if ('texts' in row) read.add(String(row['texts']));
          return result;
        },
      }),
      log,
      1,
    );
    const stop = watched.follow(platform.platform.events);
    try {
      const blocks = (await textBlocks(db)).size;
      await expect.poll(() => read.size, { timeout: 20_000 }).toBe(blocks);
      await put([entity(3000, ['readagain'])]);
      const word = (await idsLike('readagain'))[0];
      await expect.poll(() => [...read].some((texts) => texts.includes(String(word))), { timeout: 20_000 }).toBe(true);
    } finally {
      stop();
    }
  });

  it('answer lists as PostgreSQL alone does: frequent and rare words, all orders, every page', async () => {
    const with_ = createQueries(db, 'present', index);
    const without = createQueries(db);
    const walk = async (queries: Queries, term: string, field: string, order: 'asc' | 'desc', offset: number) => {
      const text = { term };
      const names: string[] = [];
      let page = await queries.list({ query: {}, order: [{ field, order }], text, limit: 7, offset, total: true });
      const total = page.totalItems;
      for (;;) {
        names.push(...page.bodies.map((one) => (JSON.parse(one) as Entity).metadata.name));
        expect(page.totalItems).toBe(total);
        if (page.nextCursor === undefined) return { total, names };
        page = await queries.list({ query: {}, order: [], limit: 7, offset: 0, total: true, cursor: page.nextCursor });
      }
    };
    for (const term of ['payment', 'checkout', 'rare', 'o', 'newcomer', 'nothing', 'component-3'])
      for (const field of ['metadata.name', 'metadata.uid', 'metadata.title', 'spec.system'])
        for (const order of ['asc', 'desc'] as const)
          for (const offset of [0, 5])
            expect(await walk(with_, term, field, order, offset), `${term} by ${field} ${order} from ${offset}`).toEqual(
              await walk(without, term, field, order, offset),
            );
    const { bodies, totalItems } = await with_.list({ query: {}, order: [], text: { term: 'payment' }, limit: 0, offset: 0, total: true });
    expect([bodies.length, totalItems]).toEqual([0, await looked('payment')]);
  });

  it('know the blocks of texts that were there before blocks were kept', async () => {
    await db.transaction().execute(async (tx) => {
      await sql`drop table catalog.text_block`.execute(tx);
      await textBlocksMigration.up(tx as never);
    });
    await agrees();
  });
});
