import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { TestPlatform } from '@paved/testing';
import { catalogPlatform } from '../platform.test-kit.ts';
import { copyIn, type CopyRow } from './copy-in.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await catalogPlatform();
});
afterAll(() => platform[Symbol.asyncDispose]());
beforeEach(async () => {
  await sql`drop table if exists catalog.copied`.execute(platform.platform.db);
  await sql`create table catalog.copied (id integer primary key, text text)`.execute(platform.platform.db);
});

const db = () => platform.platform.db;
const count = async (): Promise<number> =>
  Number((await sql<{ n: string }>`select count(*) as n from catalog.copied`.execute(db())).rows[0]?.n);
function* rows(n: number, textOf: (i: number) => string | null = (i) => `row ${i} ${'x'.repeat(100)}`): Generator<CopyRow> {
  for (let i = 0; i < n; i++) yield [i, textOf(i)];
}

it('writes what it is given, whatever characters it holds', async () => {
  const texts = ['a\tb', 'a\nb\r', '\\N', '\\', '', 'ä€😀', null];
  await copyIn(
    db(),
    'catalog.copied',
    ['id', 'text'],
    rows(texts.length, (i) => texts[i] ?? null),
  );
  const { rows: got } = await sql<{ text: string | null }>`select text from catalog.copied order by id`.execute(db());
  expect(got.map((row) => row.text)).toEqual(texts);
  await copyIn(db(), 'catalog.copied', ['id', 'text'], []);
  expect(await count()).toBe(texts.length);
});

it('asks for rows as the database takes them, while others are answered', async () => {
  let made = 0;
  let turns = 0;
  let behind = 0;
  const timer = setInterval(() => turns++, 1);
  function* slow(): Generator<CopyRow> {
    for (const row of rows(200_000)) {
      made++;
      if (turns > 0 && made < 200_000) behind = made;
      yield row;
    }
  }
  await copyIn(db(), 'catalog.copied', ['id', 'text'], slow());
  clearInterval(timer);
  expect(await count()).toBe(200_000);
  expect(behind, 'rows are still being made when other work has had its turn').toBeGreaterThan(0);
});

it('tells what the database refuses in the middle, and stops asking', async () => {
  let made = 0;
  function* twice(): Generator<CopyRow> {
    for (const [i, text] of rows(2_000_000)) {
      made++;
      yield [i === 5000 ? 1 : (i ?? null), text ?? null];
    }
  }
  await expect(copyIn(db(), 'catalog.copied', ['id', 'text'], twice())).rejects.toThrow(/duplicate key/);
  expect(made).toBeLessThan(2_000_000);
  expect(await count()).toBe(0);
});

it('passes on what fails while rows are made, early and late, and leaves the connection usable', async () => {
  for (const at of [0, 3, 50_000]) {
    function* failing(): Generator<CopyRow> {
      for (const row of rows(60_000)) {
        if (row[0] === at) throw new Error(`broken at ${at}`);
        yield row;
      }
    }
    await db()
      .transaction()
      .execute(async (tx) => {
        await expect(copyIn(tx, 'catalog.copied', ['id', 'text'], failing())).rejects.toThrow(`broken at ${at}`);
      })
      .catch(() => {});
    expect(await count()).toBe(0);
  }
});

it('ends when the connection is lost in the middle', async () => {
  const gone = db()
    .transaction()
    .execute(async (tx) => {
      const { rows: found } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
      function* lost(): Generator<CopyRow> {
        for (const row of rows(3_000_000)) {
          if (row[0] === 30_000) void sql`select pg_terminate_backend(${found[0]?.pid})`.execute(db()).catch(() => {});
          yield row;
        }
      }
      await copyIn(tx, 'catalog.copied', ['id', 'text'], lost());
    });
  await expect(gone).rejects.toThrow();
  expect(await count()).toBe(0);
});
