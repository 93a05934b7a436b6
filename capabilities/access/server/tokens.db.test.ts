import { sql } from 'kysely';
import pg from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { audit, type Audit } from '@paved/audit';
import { auditCapability, auditMigrations, openAudit } from '@paved/audit/server';
import { ENTITY_CHANGED } from '@paved/catalog';
import { createLogger } from '@paved/host';
import { systemActor } from '@paved/kernel';
import { testDatabase, type TestPlatform } from '@paved/testing';
import { access } from '../index.ts';
import { accessPlatform, administrator, company, join } from './company.fixture.ts';
import { createLocalAdministratorToken } from './index.ts';

const session = '/api/access/session';
const start = (options?: Parameters<typeof accessPlatform>[1]) => accessPlatform([auditCapability], options);
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const basic = (token: string) => ({ authorization: `Basic ${Buffer.from(`anyone:${token}`).toString('base64')}` });

async function tokenOf(
  platform: TestPlatform,
  headers: Record<string, string>,
  body: object = { name: 'laptop' },
): Promise<{ id: string; token: string }> {
  const answer = await platform.request('POST', '/api/access/tokens', { headers, body });
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.json;
}

/** Events come in order: once this one is heard, no earlier one clears what is remembered. */
async function settled(platform: TestPlatform): Promise<void> {
  const { db, events } = platform.platform;
  const heard = new Promise((resolve) => events.subscribe(['test.all.settled'], resolve));
  await db.transaction().execute((tx) => events.publish(tx, { type: 'test.all.settled', subject: 'test', data: {} }));
  await heard;
}

describe('personal tokens', () => {
  it('stand for their person at every door', async () => {
    await using platform = await start();
    const mira = await join(platform, await administrator(platform), 'mira');
    const { token } = await tokenOf(platform, mira);
    expect(token).toMatch(/^pvd_[\w-]{43}$/);
    const door = async (headers: Record<string, string>) => (await platform.request('GET', session, { headers })).json.actor;
    expect(await door(bearer(token))).toMatchObject({
      ref: 'user:default/mira',
      door: 'api',
      token: 'laptop',
      groups: ['group:default/payments', 'group:default/commerce'],
    });
    expect(await door({ ...bearer(token), 'user-agent': 'paved-cli/1.0' })).toMatchObject({ door: 'cli' });
    expect(await door(basic(token))).toMatchObject({ ref: 'user:default/mira', door: 'git' });
    expect(await platform.service(access).actorOfToken(token, 'git')).toMatchObject({
      ref: 'user:default/mira',
      ownershipRefs: ['user:default/mira', 'group:default/payments', 'group:default/commerce'],
    });
  });

  it('work without a browser’s headers, and refuse what is not one', async () => {
    await using platform = await start();
    const { token } = await tokenOf(platform, await administrator(platform));
    expect((await platform.request('POST', '/api/access/tokens', { headers: bearer(token), body: { name: 'another' } })).status).toBe(201);
    for (const headers of [
      bearer('pvd_made_up'),
      bearer('nonsense'),
      bearer(`${token}x`),
      basic('nonsense'),
      { authorization: 'Digest x' },
      { cookie: 'paved_session=x.y' },
    ]) {
      expect((await platform.request('GET', session, { headers })).status, JSON.stringify(headers)).toBe(401);
    }
    expect(await platform.service(access).actorOfToken('pvd_made_up', 'git')).toBeUndefined();
  });

  it('are revoked at once here, and soon on other replicas', async () => {
    await using platform = await start({ listen: true });
    await using replica = await start({ beside: platform });
    const admin = await administrator(platform);
    const { id, token } = await tokenOf(platform, admin);
    for (const one of [platform, replica]) expect((await one.request('GET', session, { headers: bearer(token) })).status).toBe(200);
    expect((await platform.request('DELETE', `/api/access/tokens/${id}`, { headers: admin })).status).toBe(204);
    expect((await platform.request('GET', session, { headers: bearer(token) })).status).toBe(401);
    // By notification: the clock stands still, so nothing expires by itself.
    await vi.waitFor(async () => expect((await replica.request('GET', session, { headers: bearer(token) })).status).toBe(401), {
      timeout: 2_000,
      interval: 20,
    });
  });

  it('are revoked at once here even when no notification arrives', async () => {
    await using platform = await start();
    const admin = await administrator(platform);
    const { id, token } = await tokenOf(platform, admin);
    await settled(platform);
    expect((await platform.request('GET', session, { headers: bearer(token) })).status).toBe(200);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'paved listener' and datname = current_database()`.execute(
      platform.platform.db,
    );
    expect((await platform.request('DELETE', `/api/access/tokens/${id}`, { headers: admin })).status).toBe(204);
    expect((await platform.request('GET', session, { headers: bearer(token) })).status).toBe(401);
  });

  it('are forgotten after five seconds even if no notification comes', async () => {
    await using platform = await start();
    const { id, token } = await tokenOf(platform, await administrator(platform));
    await settled(platform);
    expect((await platform.request('GET', session, { headers: bearer(token) })).status).toBe(200);
    await sql`update access.token set revoked_at = now() where id = ${id}`.execute(platform.platform.db);
    expect((await platform.request('GET', session, { headers: bearer(token) })).status).toBe(200);
    platform.advance(5_001);
    expect((await platform.request('GET', session, { headers: bearer(token) })).status).toBe(401);
  });

  it('expire', async () => {
    await using platform = await start();
    const { token } = await tokenOf(platform, await administrator(platform), { name: 'short', expiresIn: '2s' });
    expect((await platform.request('GET', session, { headers: bearer(token) })).status).toBe(200);
    platform.advance(2_001);
    expect((await platform.request('GET', session, { headers: bearer(token) })).status).toBe(401);
  });

  it('are listed and revoked by their owner and by administrators only', async () => {
    await using platform = await start();
    const admin = await administrator(platform);
    const [mira, sam] = [await join(platform, admin, 'mira'), await join(platform, admin, 'sam')];
    const { id, token } = await tokenOf(platform, mira);
    await platform.request('GET', session, { headers: bearer(token) });
    const listed = (await platform.request('GET', '/api/access/tokens', { headers: mira })).json;
    expect(listed.items).toMatchObject([{ id, name: 'laptop', lastUsedAt: expect.any(String) }]);
    expect(JSON.stringify(listed)).not.toContain(token.slice(4));
    expect((await platform.request('GET', '/api/access/tokens', { headers: sam })).json.items).toEqual([]);
    expect((await platform.request('GET', '/api/access/tokens?all=true', { headers: sam })).status).toBe(403);
    expect((await platform.request('POST', '/api/access/tokens', { headers: sam, body: { name: 'x', userRef: 'mira' } })).status).toBe(403);
    expect((await platform.request('DELETE', `/api/access/tokens/${id}`, { headers: sam })).status).toBe(404);
    expect((await platform.request('GET', '/api/access/tokens?all=true', { headers: admin })).json.totalItems).toBe(1);
    expect((await platform.request('DELETE', `/api/access/tokens/${id}`, { headers: admin })).status).toBe(204);
  });

  it('cost no query once they are known', async () => {
    await using platform = await start();
    const { token } = await tokenOf(platform, await administrator(platform));
    await settled(platform);
    const service = platform.service(access);
    const first = await service.actorOfToken(token, 'api');
    const query = vi.spyOn(pg.Client.prototype, 'query');
    try {
      for (let i = 0; i < 100; i++) expect(await service.actorOfToken(token, 'api')).toBe(first);
      expect(query.mock.calls.filter(([text]) => JSON.stringify(text).includes('access'))).toEqual([]);
    } finally {
      query.mockRestore();
    }
  });

  it('come from the data directory for an administrator, beside a server and on a fresh database', async () => {
    await using fresh = await testDatabase();
    const log = createLogger({ level: 'silent' });
    const make = (databaseUrl: string) =>
      createLocalAdministratorToken({
        databaseUrl,
        log,
        openAudit: (db, now): Audit => openAudit(db, now),
        auditMigrations,
        osUser: 'root',
      });
    expect((await make(fresh.url)).token).toMatch(/^pvd_/);

    await using platform = await start();
    const { token, userRef } = await make(platform.databaseUrl);
    const me = (await platform.request('GET', session, { headers: bearer(token) })).json;
    expect(me.actor).toMatchObject({ ref: userRef, role: 'administrator', displayName: 'Local administrator' });
    const entries = (await platform.request('GET', '/api/audit', { headers: bearer(token) })).json.items;
    expect(entries[0]).toMatchObject({ action: 'access.token.create', subject: userRef, facts: { local: true, osUser: 'root' } });
    expect(await platform.service(audit).verify()).toEqual({ entries: 1 });
  });
});

describe('roles', () => {
  it('change what a person may do, at once', async () => {
    await using platform = await start();
    const admin = await administrator(platform);
    const mira = await join(platform, admin, 'mira');
    const people = async () => (await platform.request('GET', '/api/access/users', { headers: mira })).status;
    const role = encodeURIComponent('user:default/mira');
    expect(await people()).toBe(403);
    expect((await platform.request('PUT', `/api/access/roles/${role}`, { headers: mira, body: { role: 'administrator' } })).status).toBe(
      403,
    );
    expect(
      (await platform.request('PUT', `/api/access/roles/${role}`, { headers: admin, body: { role: 'platform-engineer' } })).status,
    ).toBe(204);
    expect(await people()).toBe(200);
    expect((await platform.request('DELETE', `/api/access/roles/${role}`, { headers: admin })).status).toBe(204);
    expect(await people()).toBe(403);
    await platform.request('PUT', `/api/access/roles/${encodeURIComponent('group:default/commerce')}`, {
      headers: admin,
      body: { role: 'platform-engineer' },
    });
    expect(await people()).toBe(200);
  });

  it('never leave a platform without administrator', async () => {
    await using platform = await start();
    const admin = await administrator(platform);
    const ada = encodeURIComponent('user:default/ada');
    expect((await platform.request('DELETE', `/api/access/roles/${ada}`, { headers: admin })).status).toBe(409);
    expect((await platform.request('PUT', `/api/access/roles/${ada}`, { headers: admin, body: { role: 'viewer' } })).status).toBe(409);
    await platform.service(access).assignRole('user:default/sam', 'administrator', systemActor);
    expect((await platform.request('PUT', `/api/access/roles/${ada}`, { headers: admin, body: { role: 'viewer' } })).status).toBe(204);
  });

  it('follow the catalog: new groups count as soon as it says so', async () => {
    const acme = company();
    await using platform = await start({ company: acme, listen: true });
    const mira = await join(platform, await administrator(platform), 'mira');
    const groups = async () => (await platform.request('GET', session, { headers: mira })).json.actor.groups;
    await settled(platform);
    expect(await groups()).toContain('group:default/payments');
    acme.groups.set('user:default/mira', ['group:default/search']);
    expect(await groups()).toContain('group:default/payments');
    const { db, events } = platform.platform;
    await db.transaction().execute((tx) =>
      events.publish(tx, {
        type: ENTITY_CHANGED,
        subject: 'group:default/search',
        data: { ref: 'group:default/search', kind: 'Group', change: 'updated' },
      }),
    );
    await vi.waitFor(async () => expect(await groups()).toEqual(['group:default/search']), { timeout: 2_000, interval: 20 });
  });

  it('are shown with people: catalog, accounts and where a role comes from', async () => {
    await using platform = await start({ config: { access: { roles: { 'group:default/security': 'platform-engineer' } } } });
    const admin = await administrator(platform);
    const created = await platform.request('POST', '/api/access/users', {
      headers: admin,
      body: { username: 'kim', name: 'Kim', role: 'viewer' },
    });
    expect(created.json).toMatchObject({ ref: 'user:default/kim', url: expect.stringContaining('/sign-in?link=') });
    const { items } = (await platform.request('GET', '/api/access/users', { headers: admin })).json;
    expect(
      items.map((p: { ref: string; role: string; account: string; inCatalog: boolean }) => [
        p.ref.slice(13),
        p.role,
        p.account,
        p.inCatalog,
      ]),
    ).toEqual([
      ['ada', 'administrator', 'active', true],
      ['kim', 'viewer', 'invited', true],
      ['lin', 'platform-engineer', 'none', true],
      ['mira', 'developer', 'none', true],
      ['sam', 'developer', 'none', true],
    ]);
    const page = async (query: string) => {
      const { items: some, totalItems, pageInfo } = (await platform.request('GET', `/api/access/users?${query}`, { headers: admin })).json;
      return [some.map((p: { ref: string }) => p.ref.slice(13)), totalItems, pageInfo.nextCursor];
    };
    expect(await page('limit=2')).toEqual([['ada', 'kim'], 5, 'user:default/kim']);
    expect(await page('limit=3&cursor=user:default/kim')).toEqual([['lin', 'mira', 'sam'], 5, undefined]);
    expect(await page('search=OKA')).toEqual([['sam'], 1, undefined]);
    const roles = (await platform.request('GET', '/api/access/roles', { headers: admin })).json.items;
    expect(roles).toMatchObject([
      { subjectRef: 'user:default/ada', role: 'administrator', source: 'assigned' },
      { subjectRef: 'user:default/kim', role: 'viewer', source: 'assigned' },
      { subjectRef: 'group:default/security', role: 'platform-engineer', source: 'configuration' },
    ]);
  });
});
