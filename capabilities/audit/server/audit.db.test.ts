import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { testActor, testPlatform, type TestPlatform } from '@paved/testing';
import { audit } from '../index.ts';
import { auditCapability } from './index.ts';

const platformWithAudit = () => testPlatform({ capabilities: [auditCapability] });

async function recordMany(platform: TestPlatform, n: number): Promise<void> {
  const log = platform.service(audit);
  for (let i = 1; i <= n; i++) await log.record({ actor: testActor, action: 'demo.thing.change', subject: `thing:${i}`, facts: { i } });
}

/** What a superuser with bad intentions can do. */
async function withoutTriggers(platform: TestPlatform, ...statements: string[]): Promise<void> {
  await sql.raw('alter table audit.entry disable trigger user').execute(platform.platform.db);
  for (const statement of statements) await sql.raw(statement).execute(platform.platform.db);
  await sql.raw('alter table audit.entry enable trigger user').execute(platform.platform.db);
}

describe('audit', () => {
  it('chains entries and verifies them', async () => {
    await using platform = await platformWithAudit();
    await recordMany(platform, 5);
    expect(await platform.service(audit).verify()).toEqual({ entries: 5 });
    expect((await platform.request('GET', '/api/audit/verify')).json).toEqual({ entries: 5 });
  });

  it('commits with the change or not at all', async () => {
    await using platform = await platformWithAudit();
    const log = platform.service(audit);
    const { db } = platform.platform;
    await expect(
      db.transaction().execute(async (tx) => {
        await log.record({ actor: testActor, action: 'demo.thing.change', subject: 'rolled back' }, tx.withSchema('host'));
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await db
      .transaction()
      .execute((tx) => log.record({ actor: testActor, action: 'demo.thing.change', subject: 'kept' }, tx.withSchema('host')));
    const page = (await platform.request('GET', '/api/audit')).json;
    expect(page.items.map((e: { subject: string }) => e.subject)).toEqual(['kept']);
  });

  it('keeps one chain under concurrent transactions that lock each other', async () => {
    await using platform = await platformWithAudit();
    const log = platform.service(audit);
    const { db } = platform.platform;
    await sql`create table host.contended (id int primary key, n int not null default 0)`.execute(db);
    await sql`insert into host.contended (id) values (1)`.execute(db);
    await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        db.transaction().execute(async (tx) => {
          // Half record first and lock a row later, half the other way round: a chain lock taken early would deadlock.
          const change = () => sql`update host.contended set n = n + 1 where id = 1`.execute(tx);
          const record = () => log.record({ actor: testActor, action: 'demo.thing.change', subject: `thing:${i}` }, tx);
          if (i % 2 === 0) await record();
          await change();
          if (i % 2 === 1) await record();
          await record();
        }),
      ),
    );
    expect(await log.verify()).toEqual({ entries: 80 });
  });

  it('refuses UPDATE, DELETE and TRUNCATE', async () => {
    await using platform = await platformWithAudit();
    await recordMany(platform, 1);
    for (const statement of [`update audit.entry set body = '{}'`, 'delete from audit.entry', 'truncate audit.entry']) {
      await expect(sql.raw(statement).execute(platform.platform.db), statement).rejects.toThrow('The audit log is append-only.');
    }
  });

  it.each([
    ['a changed entry', [`update audit.entry set body = replace(body, 'thing:3', 'thing:9') where seq = 3`], 3],
    ['a deleted entry', ['delete from audit.entry where seq = 4'], 4],
    [
      'an entry whose own hash was made to fit',
      [
        `update audit.entry set body = replace(body, 'thing:2', 'x'), hash = encode(sha256(decode(previous, 'hex') || convert_to(replace(body, 'thing:2', 'x'), 'UTF8')), 'hex') where seq = 2`,
      ],
      3,
    ],
  ])('finds %s', async (_what, statements, brokenAt) => {
    await using platform = await platformWithAudit();
    await recordMany(platform, 5);
    await withoutTriggers(platform, ...statements);
    expect((await platform.service(audit).verify()).brokenAt).toBe(brokenAt);
  });

  it('does not let a column differ from what was hashed', async () => {
    await using platform = await platformWithAudit();
    await recordMany(platform, 1);
    await expect(withoutTriggers(platform, `update audit.entry set actor_ref = 'user:default/other'`)).rejects.toThrow(/actor_ref/);
  });

  it('lists by actor, action, subject and time, page by page, newest first', async () => {
    await using platform = await platformWithAudit();
    await recordMany(platform, 5);
    await platform
      .service(audit)
      .record({ actor: { ...testActor, ref: 'user:default/other' }, action: 'demo.other.make', subject: 'thing:1', cause: 'run_1' });
    const ask = async (query: string) => (await platform.request('GET', `/api/audit?${query}`)).json;

    const first = await ask('limit=4');
    expect(first.items.map((e: { seq: number }) => e.seq)).toEqual([6, 5, 4, 3]);
    expect(first.totalItems).toBe(6);
    const second = await ask(`limit=4&cursor=${first.pageInfo.nextCursor}`);
    expect(second.items.map((e: { seq: number }) => e.seq)).toEqual([2, 1]);
    expect(second.pageInfo).toEqual({});

    expect((await ask('actor=user:default/other')).items).toMatchObject([{ action: 'demo.other.make', cause: 'run_1' }]);
    expect((await ask('action=demo.other.*')).totalItems).toBe(1);
    expect((await ask('action=demo.*')).totalItems).toBe(6);
    expect((await ask('action=demo_other.*')).totalItems).toBe(0);
    expect((await ask('subject=thing:1')).totalItems).toBe(2);
    expect((await ask(`since=${new Date(Date.now() + 60_000).toISOString()}`)).totalItems).toBe(0);
    expect((await platform.request('GET', '/api/audit?cursor=x')).json.detail).toContain('cursor');
  });
});
