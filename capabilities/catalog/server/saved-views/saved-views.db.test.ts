import type { Actor, Role } from '@paved/kernel';
import type { Audit, AuditEntry } from '@paved/audit';
import { audit } from '@paved/audit';
import { runs } from '@paved/runs';
import { testPlatform, type TestPlatform } from '@paved/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeRuns } from '../fake-runs.test-kit.ts';
import { catalogCapability } from '../index.ts';

const person = (name: string, role: Role, ...groups: string[]): Actor => ({
  ref: `user:default/${name}`,
  displayName: name,
  role,
  ownershipRefs: [`user:default/${name}`, ...groups],
  door: 'portal',
});
const TEAM = 'group:default/playback';
const mira = person('mira', 'developer', TEAM);
const ana = person('ana', 'developer', TEAM);
const otto = person('otto', 'developer');
const paula = person('paula', 'platform-engineer');

describe('saved views', () => {
  let platform: TestPlatform;
  const entries: AuditEntry[] = [];
  beforeAll(async () => {
    const noted: Audit = { record: async (entry) => void entries.push(entry), verify: async () => ({ entries: 0 }) };
    platform = await testPlatform({
      capabilities: [catalogCapability],
      provide: [
        [audit, noted],
        [runs, fakeRuns()],
      ],
      authorize: (actor, permission) =>
        permission !== 'catalog.view.share' || actor.role === 'platform-engineer'
          ? { allowed: true }
          : { allowed: false, reason: 'Only platform engineers share with everybody.' },
    });
  });
  afterAll(() => platform[Symbol.asyncDispose]());
  const save = (as: Actor, body: object) => platform.request('POST', '/api/catalog/views', { as, body });
  const seen = async (as: Actor): Promise<string[]> =>
    (await platform.request('GET', '/api/catalog/views', { as })).json.items.map((view: { name: string }) => view.name);

  it('are seen by whom they are for', async () => {
    expect((await save(mira, { name: 'Mine', query: '?kind=API' })).json).toMatchObject({
      name: 'Mine',
      query: 'kind=API',
      audience: 'me',
      mine: true,
    });
    expect((await save(mira, { name: 'Team', query: 'kind=API', audience: 'team', teamRef: TEAM })).status).toBe(201);
    expect((await save(paula, { name: 'All', query: 'owner=x', audience: 'everybody' })).status).toBe(201);
    expect(await seen(mira)).toEqual(['Mine', 'Team', 'All']);
    expect(await seen(ana)).toEqual(['Team', 'All']);
    expect(await seen(otto)).toEqual(['All']);
  });

  it('are shared only by those who may', async () => {
    expect((await save(otto, { name: 'No', query: '', audience: 'everybody' })).status).toBe(403);
    expect((await save(otto, { name: 'No', query: '', audience: 'team', teamRef: TEAM })).status).toBe(403);
    expect((await save(otto, { name: 'No', query: '', audience: 'team' })).status).toBe(400);
    expect((await save(otto, { name: ' ', query: '' })).status).toBe(400);
  });

  it('are renamed, changed and deleted by their owners, each change recorded', async () => {
    const { id } = (await save(mira, { name: 'Old', query: 'a=b', audience: 'team', teamRef: TEAM })).json;
    const put = (as: Actor, body: object) => platform.request('PUT', `/api/catalog/views/${id}`, { as, body });
    expect((await put(otto, { name: 'New', query: 'a=b' })).status).toBe(404);
    expect((await put(ana, { name: 'New', query: 'a=c', audience: 'team', teamRef: TEAM })).json).toMatchObject({
      name: 'New',
      query: 'a=c',
      mine: true,
    });
    const { id: shared } = (await save(paula, { name: 'Shared', query: '', audience: 'everybody' })).json;
    expect((await platform.request('DELETE', `/api/catalog/views/${shared}`, { as: otto })).status).toBe(403);
    expect((await platform.request('DELETE', `/api/catalog/views/${shared}`, { as: paula })).status).toBe(204);
    expect((await platform.request('DELETE', `/api/catalog/views/${id}`, { as: mira })).status).toBe(204);
    expect((await platform.request('GET', `/api/catalog/views/${id}`, { as: mira })).status).toBe(404);
    expect(entries.filter((entry) => entry.subject === `view:${id}`).map((entry) => [entry.action, entry.actor.ref])).toEqual([
      ['catalog.view.create', mira.ref],
      ['catalog.view.update', ana.ref],
      ['catalog.view.delete', mira.ref],
    ]);
  });

  it('open as the default of a kind, one in each audience', async () => {
    const first = (await save(mira, { name: 'First', query: 'x=1', defaultFor: 'API' })).json;
    const second = (await save(mira, { name: 'Second', query: 'x=2', defaultFor: 'api' })).json;
    const team = (await save(ana, { name: 'Of team', query: 'x=3', audience: 'team', teamRef: TEAM, defaultFor: 'api' })).json;
    const { items } = (await platform.request('GET', '/api/catalog/views', { as: mira })).json;
    const defaults = items.filter((view: { defaultFor?: string }) => view.defaultFor === 'api').map((view: { id: string }) => view.id);
    expect(defaults).toEqual([second.id, team.id]);
    expect(defaults).not.toContain(first.id);
  });
});
