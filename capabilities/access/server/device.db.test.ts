import { describe, expect, it } from 'vitest';
import { auditCapability } from '@paved/audit/server';
import type { TestPlatform } from '@paved/testing';
import { accessPlatform, administrator, join } from './company.fixture.ts';

const start = () => accessPlatform([auditCapability]);
const begin = async (platform: TestPlatform) => (await platform.request('POST', '/api/access/device/code', { body: {} })).json;
const poll = (platform: TestPlatform, code: string) =>
  platform.request('POST', '/api/access/device/token', { body: { device_code: code } });
const decide = (platform: TestPlatform, headers: Record<string, string>, decision: string, userCode: string) =>
  platform.request('POST', `/api/access/device/${decision}`, { headers, body: { userCode } });

describe('device flow', () => {
  it('gives the device a session of the person who approves', async () => {
    await using platform = await start();
    const mira = await join(platform, await administrator(platform), 'mira');
    const { device_code: deviceCode, user_code: userCode, verification_uri_complete: address } = await begin(platform);
    expect(userCode).toMatch(/^[A-Z2-9]{4}-[A-Z2-9]{4}$/);
    expect(address).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:\\d+/device\\?code=${userCode}$`));
    expect((await poll(platform, deviceCode)).json).toMatchObject({ error: 'authorization_pending' });
    expect((await poll(platform, deviceCode)).json).toMatchObject({ error: 'slow_down' });

    const seen = await platform.request('GET', `/api/access/device/${userCode.toLowerCase()}`, { headers: mira });
    expect(seen.json).toEqual({ status: 'pending', client: 'paved-cli' });
    expect((await decide(platform, mira, 'approve', userCode)).status).toBe(204);
    const other = await begin(platform);
    await decide(platform, mira, 'deny', other.user_code);
    expect((await poll(platform, other.device_code)).json).toMatchObject({ error: 'access_denied' });

    await new Promise((resolve) => setTimeout(resolve, 2_000)); // the library's poll interval, by its own clock
    const { access_token: token } = (await poll(platform, deviceCode)).json;
    const headers = { authorization: `Bearer ${token}`, 'user-agent': 'paved-cli/1' };
    expect((await platform.request('GET', '/api/access/session', { headers })).json.actor).toMatchObject({
      ref: 'user:default/mira',
      door: 'cli',
    });
    expect((await poll(platform, deviceCode)).status).toBe(400);

    // A device cannot let in further devices.
    const third = await begin(platform);
    expect((await decide(platform, headers, 'approve', third.user_code)).status).toBe(403);

    // It ends like any session.
    expect((await platform.request('POST', '/api/access/sign-out', { headers })).status).toBe(204);
    expect((await platform.request('GET', '/api/access/session', { headers })).status).toBe(401);
  });

  it('lets nobody approve for somebody else, with a token, or twice', async () => {
    await using platform = await start();
    const admin = await administrator(platform);
    const mira = await join(platform, admin, 'mira');
    const { user_code: userCode } = await begin(platform);
    const { token } = (await platform.request('POST', '/api/access/tokens', { headers: mira, body: { name: 'x' } })).json;
    expect((await decide(platform, { authorization: `Bearer ${token}` }, 'approve', userCode)).status).toBe(403);
    expect((await decide(platform, { cookie: mira['cookie'] ?? '' }, 'approve', userCode)).status).toBe(403);
    await platform.request('GET', `/api/access/device/${userCode}`, { headers: mira });
    expect((await decide(platform, admin, 'approve', userCode)).status).toBe(403);
    expect((await decide(platform, mira, 'approve', userCode)).status).toBe(204);
    expect((await decide(platform, mira, 'approve', userCode)).status).toBe(404);
    expect((await decide(platform, mira, 'approve', 'AAAA-AAAA')).status).toBe(404);
  });

  it('knows its own client only', async () => {
    await using platform = await start();
    const answer = await platform.request('POST', '/api/access/device/code', { body: { client_id: 'somebody-else' } });
    expect([answer.status, answer.json.error]).toEqual([400, 'invalid_client']);
    expect((await poll(platform, 'not-a-device-code')).json.error).toBe('invalid_grant');
  });

  it('bounds how many codes one address asks for', async () => {
    await using platform = await start();
    const statuses = [];
    for (let i = 0; i < 61; i++) statuses.push((await platform.request('POST', '/api/access/device/code', { body: {} })).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(60);
    expect(statuses.at(-1)).toBe(429);
    platform.advance(16 * 60_000);
    expect((await platform.request('POST', '/api/access/device/code', { body: {} })).status).toBe(200);
  });
});
