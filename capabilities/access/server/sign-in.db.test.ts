import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { audit } from '@paved/audit';
import { auditCapability } from '@paved/audit/server';
import type { TestPlatform } from '@paved/testing';
import { access } from '../index.ts';
import { accessPlatform, administrator, codeOf, cookieOf, join, PASSWORD, samePage } from './company.fixture.ts';

const session = '/api/access/session';

/** Everything that both schemas hold, as text: what somebody who steals the database reads. */
async function everyRow(platform: TestPlatform): Promise<string> {
  const { db } = platform.platform;
  const { rows } = await sql<{ name: string }>`
    select format('%I.%I', table_schema, table_name) as name from information_schema.tables
    where table_schema in ('access', 'audit', 'host') and table_type = 'BASE TABLE'`.execute(db);
  const texts = await Promise.all(
    rows.map(async ({ name }) => (await sql<{ row: string }>`select t::text as row from ${sql.raw(name)} t`.execute(db)).rows),
  );
  return texts
    .flat()
    .map(({ row }) => row)
    .join('\n');
}

describe('signing in', () => {
  it('lets the first administrator in by the one-time link, once', async () => {
    await using platform = await accessPlatform([auditCapability]);
    const url = (await platform.service(access).administratorLink()) ?? '';
    expect(await platform.service(access).administratorLink()).toBe(url);
    expect((await platform.request('GET', '/api/access/sign-in')).json).toMatchObject({ needsAdministrator: true, demo: false });
    expect((await platform.request('GET', `/api/access/links/${codeOf(url)}`)).json).toMatchObject({ purpose: 'administrator' });

    const headers = await administrator(platform);
    const me = (await platform.request('GET', session, { headers })).json;
    expect(me).toMatchObject({
      actor: { ref: 'user:default/ada', displayName: 'Ada', role: 'administrator', door: 'portal' },
      hasPassword: true,
    });
    expect(me.permissions.everywhere).toContain('access.role.assign');

    const again = await platform.request('POST', `/api/access/links/${codeOf(url)}`, {
      body: { username: 'eve', name: 'Eve', password: PASSWORD },
    });
    expect(again.status).toBe(404);
    expect(await platform.service(access).administratorLink()).toBeUndefined();
  });

  it('gives a link to one of many who use it at once', async () => {
    await using platform = await accessPlatform([auditCapability]);
    const admin = await administrator(platform);
    const link = await platform.request('POST', '/api/access/users/mira/links', { headers: admin, body: { purpose: 'invite' } });
    const code = codeOf(link.json.url);
    const redeem = () => platform.request('POST', `/api/access/links/${code}`, { body: { password: PASSWORD } });
    const answers = await Promise.all(Array.from({ length: 8 }, redeem));
    const statuses = answers.map((answer) => answer.status).sort((a, b) => a - b);
    expect(statuses).toEqual([200, ...Array.from({ length: 7 }, () => 404)]);
  });

  it('makes one administrator of several links used at once', async () => {
    await using platform = await accessPlatform([auditCapability]);
    await using second = await accessPlatform([auditCapability], { beside: platform });
    await using third = await accessPlatform([auditCapability], { beside: platform });
    const links = await Promise.all([platform, second, third].map((p) => p.service(access).administratorLink()));
    expect(new Set(links).size).toBe(3);
    const answers = await Promise.all(
      links.map((link, i) =>
        platform.request('POST', `/api/access/links/${codeOf(link ?? '')}`, {
          body: { username: `p${i}x`, name: 'P', password: PASSWORD },
        }),
      ),
    );
    expect(answers.map((answer) => answer.status).sort((a, b) => a - b)).toEqual([200, 404, 404]);
  });

  it('offers the link until somebody can sign in, whatever the configuration says about roles', async () => {
    await using platform = await accessPlatform([auditCapability], {
      config: { access: { roles: { 'group:default/platform': 'administrator' } } },
    });
    await administrator(platform);
    expect(await platform.service(access).administratorLink()).toBeUndefined();
  });

  it('lets links expire after a day', async () => {
    await using platform = await accessPlatform([auditCapability]);
    const code = codeOf((await platform.service(access).administratorLink()) ?? '');
    platform.advance(25 * 3600 * 1000);
    expect((await platform.request('GET', `/api/access/links/${code}`)).status).toBe(404);
  });

  it('takes name, ref or e-mail with the password, and sets a cookie that scripts cannot read', async () => {
    await using platform = await accessPlatform([auditCapability]);
    await join(platform, await administrator(platform), 'mira');
    for (const login of ['mira', 'Mira', 'user:default/mira', 'mira@acme.example']) {
      const answer = await platform.request('POST', '/api/access/sign-in', { body: { login, password: PASSWORD } });
      expect(answer.status, login).toBe(200);
      expect(String(answer.headers['set-cookie'])).toMatch(/^paved_session=.*HttpOnly; SameSite=Lax/);
      const me = await platform.request('GET', session, { headers: { cookie: cookieOf(answer) } });
      expect(me.json.actor).toMatchObject({
        ref: 'user:default/mira',
        displayName: 'Mira Vogel',
        role: 'developer',
        groups: ['group:default/payments', 'group:default/commerce'],
      });
    }
  });

  it('marks cookies Secure behind https', async () => {
    await using platform = await accessPlatform([auditCapability], { config: { server: { baseUrl: 'https://paved.acme.example' } } });
    const url = (await platform.service(access).administratorLink()) ?? '';
    expect(url).toMatch(/^https:\/\/paved\.acme\.example\/sign-in\?link=/);
    const answer = await platform.request('POST', `/api/access/links/${codeOf(url)}`, {
      body: { username: 'ada', name: 'Ada', password: PASSWORD },
    });
    expect(String(answer.headers['set-cookie'])).toMatch(/^__Secure-paved_session=.*Secure/);
    expect((await platform.request('GET', session, { headers: { cookie: cookieOf(answer) } })).status).toBe(200);
  });

  it('answers a wrong password and an unknown name alike, and stops guessing', async () => {
    await using platform = await accessPlatform([auditCapability]);
    await join(platform, await administrator(platform), 'mira');
    const attempt = (login: string, password: string) => platform.request('POST', '/api/access/sign-in', { body: { login, password } });
    const [wrong, unknown] = [await attempt('mira', 'not this one'), await attempt('nobody', 'not this one')];
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(wrong.json.detail).toBe(unknown.json.detail);

    const burst = await Promise.all(Array.from({ length: 12 }, () => attempt('mira', 'guess number n')));
    expect(burst.filter((answer) => answer.status === 429).length).toBeGreaterThanOrEqual(4);
    expect((await attempt('mira', PASSWORD)).status).toBe(429);
    platform.advance(16 * 60_000);
    expect((await attempt('mira', PASSWORD)).status).toBe(200);
  });

  it('refuses weak passwords with a sentence and keeps the link', async () => {
    await using platform = await accessPlatform([auditCapability]);
    const code = codeOf((await platform.service(access).administratorLink()) ?? '');
    const weak = await platform.request('POST', `/api/access/links/${code}`, { body: { username: 'ada', name: 'Ada', password: 'short' } });
    expect(weak.status).toBe(400);
    expect(weak.json).toMatchObject({ detail: 'The password has 5 characters.', fix: expect.stringContaining('10') });
    expect((await platform.request('GET', `/api/access/links/${code}`)).status).toBe(200);
  });

  it('ends a session on sign-out, at once', async () => {
    await using platform = await accessPlatform([auditCapability]);
    const headers = await administrator(platform);
    expect((await platform.request('GET', session, { headers })).status).toBe(200);
    const out = await platform.request('POST', '/api/access/sign-out', { headers });
    expect(out.status).toBe(204);
    expect(String(out.headers['set-cookie'])).toContain('Max-Age=0');
    expect((await platform.request('GET', session, { headers })).status).toBe(401);
  });

  it('ends every session of a person whose password is reset', async () => {
    await using platform = await accessPlatform([auditCapability]);
    const admin = await administrator(platform);
    const before = await join(platform, admin, 'mira');
    expect((await platform.request('GET', session, { headers: before })).status).toBe(200);
    const link = await platform.request('POST', '/api/access/users/mira/links', { headers: admin, body: { purpose: 'reset' } });
    const reset = await platform.request('POST', `/api/access/links/${codeOf(link.json.url)}`, {
      body: { password: 'five loud sparrows' },
    });
    expect((await platform.request('GET', session, { headers: before })).status).toBe(401);
    expect((await platform.request('GET', session, { headers: { cookie: cookieOf(reset) } })).status).toBe(200);
    expect((await platform.request('POST', '/api/access/sign-in', { body: { login: 'mira', password: PASSWORD } })).status).toBe(401);
  });

  it('keeps suspended people out', async () => {
    await using platform = await accessPlatform([auditCapability]);
    const admin = await administrator(platform);
    const mira = await join(platform, admin, 'mira');
    const { token } = (await platform.request('POST', '/api/access/tokens', { headers: mira, body: { name: 'laptop' } })).json;
    const bearer = { authorization: `Bearer ${token}` };
    expect((await platform.request('GET', session, { headers: bearer })).status).toBe(200);
    expect((await platform.request('POST', '/api/access/users/mira/suspend', { headers: admin })).status).toBe(204);
    expect((await platform.request('GET', session, { headers: mira })).status).toBe(401);
    expect((await platform.request('GET', session, { headers: bearer })).status).toBe(401);
    expect((await platform.request('POST', '/api/access/sign-in', { body: { login: 'mira', password: PASSWORD } })).status).toBe(401);
    await platform.request('POST', '/api/access/users/mira/resume', { headers: admin });
    expect((await platform.request('GET', session, { headers: bearer })).status).toBe(200);
    expect((await platform.request('POST', '/api/access/users/ada/suspend', { headers: admin })).status).toBe(409);
  });

  it('changes the password and keeps only this session', async () => {
    await using platform = await accessPlatform([auditCapability]);
    const headers = await administrator(platform);
    const change = (current: string) =>
      platform.request('PUT', '/api/access/password', { headers, body: { current, next: 'five loud sparrows' } });
    expect((await change('wrong guess here')).status).toBe(403);
    const changed = await change(PASSWORD);
    expect(changed.status).toBe(204);
    expect((await platform.request('GET', session, { headers })).status).toBe(401);
    const fresh = { cookie: cookieOf(changed), ...samePage };
    const sessions = (await platform.request('GET', '/api/access/sessions', { headers: fresh })).json;
    expect(sessions.items).toMatchObject([{ current: true }]);
    expect((await platform.request('DELETE', `/api/access/sessions/${sessions.items[0].id}`, { headers: fresh })).status).toBe(204);
    expect((await platform.request('GET', session, { headers: fresh })).status).toBe(401);
  });

  it('refuses changes that a page of another site sends with the cookie', async () => {
    await using platform = await accessPlatform([auditCapability]);
    const { cookie = '' } = await administrator(platform);
    const change = (headers: Record<string, string>) =>
      platform.request('POST', '/api/access/tokens', { headers: { cookie, host: 'localhost:7420', ...headers }, body: { name: 'x' } });
    for (const headers of [
      {},
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { origin: 'http://shop.localhost:7420' },
      { origin: 'null' },
    ]) {
      const refused = await change(headers);
      expect(refused.status, JSON.stringify(headers)).toBe(403);
      expect(refused.json.detail).toContain('another site');
    }
    expect((await change({ 'sec-fetch-site': 'same-origin' })).status).toBe(201);
    expect((await change({ origin: 'http://localhost:7420' })).status).toBe(201);
    // Reading is free, and a page cannot sign its visitor in as somebody else.
    expect((await platform.request('GET', session, { headers: { cookie, 'sec-fetch-site': 'cross-site' } })).status).toBe(200);
    const forced = await platform.request('POST', '/api/access/sign-in', {
      headers: { 'sec-fetch-site': 'cross-site' },
      body: { login: 'ada', password: PASSWORD },
    });
    expect(forced.status).toBe(403);
  });

  it('offers the demo only where the configuration says so', async () => {
    await using platform = await accessPlatform([auditCapability]);
    expect((await platform.request('GET', '/api/access/demo/people')).status).toBe(403);
    expect((await platform.request('POST', '/api/access/demo/sign-in', { body: { userRef: 'user:default/mira' } })).status).toBe(403);

    await using demo = await accessPlatform([auditCapability], {
      config: { access: { demoSignIn: true, roles: { 'group:default/platform': 'platform-engineer' } } },
    });
    const people = (await demo.request('GET', '/api/access/demo/people')).json.items;
    expect(people.map((person: { ref: string; role: string }) => [person.ref, person.role])).toEqual([
      ['user:default/sam', 'platform-engineer'],
      ['user:default/lin', 'developer'],
      ['user:default/mira', 'developer'],
    ]);
    const answer = await demo.request('POST', '/api/access/demo/sign-in', { body: { userRef: 'user:default/sam' } });
    expect((await demo.request('GET', session, { headers: { cookie: cookieOf(answer) } })).json.actor).toMatchObject({
      ref: 'user:default/sam',
      role: 'platform-engineer',
    });
    expect((await demo.request('POST', '/api/access/demo/sign-in', { body: { userRef: 'nobody' } })).status).toBe(404);
  });

  it('keeps no credential in clear in any table, and every change in the audit log', async () => {
    await using platform = await accessPlatform([auditCapability]);
    const admin = await administrator(platform);
    const { json: link } = await platform.request('POST', '/api/access/users/mira/links', { headers: admin, body: { purpose: 'invite' } });
    const { json: token } = await platform.request('POST', '/api/access/tokens', { headers: admin, body: { name: 'ci' } });
    const { json: device } = await platform.request('POST', '/api/access/device/code', { body: {} });
    await platform.request('POST', '/api/access/sign-in', { body: { login: 'ada', password: 'a wrong password' } });
    const rows = await everyRow(platform);
    expect(rows).toContain('user:default/ada');
    const cookie = decodeURIComponent((admin['cookie'] ?? '').slice('paved_session='.length));
    for (const clear of [
      PASSWORD,
      'a wrong password',
      cookie,
      cookie.split('.')[0],
      codeOf(link.url),
      token.token,
      token.token.slice(4),
      device.device_code,
      device.user_code.replace('-', ''),
    ]) {
      expect(clear?.length).toBeGreaterThan(7);
      expect(rows.includes(clear ?? ''), clear).toBe(false);
    }
    const entries = (await platform.request('GET', '/api/audit?action=access.*', { headers: admin })).json.items;
    expect(entries.map((entry: { action: string }) => entry.action)).toEqual([
      'access.session.refuse',
      'access.token.create',
      'access.link.create',
      'access.link.redeem',
      'access.role.assign',
      'access.link.create',
    ]);
    expect(await platform.service(audit).verify()).toEqual({ entries: 6 });
  });
});
