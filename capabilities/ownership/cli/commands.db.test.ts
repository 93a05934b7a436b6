import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditCapability } from '@paved/audit/server';
import { catalog } from '@paved/catalog';
import { catalogCapability } from '@paved/catalog/server';
import { forges } from '@paved/forges';
import type { Entity } from '@paved/kernel';
import { repositoriesCapability } from '@paved/repositories/server';
import { runsCapability } from '@paved/runs/server';
import { testActor, testCli, testPlatform, type TestPlatform } from '@paved/testing';
import { ownershipCapability } from '../server/index.ts';
import { register } from './index.ts';

const entity = (kind: string, name: string, spec: NonNullable<Entity['spec']>, metadata: Partial<Entity['metadata']> = {}): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind,
  metadata: { name, ...metadata },
  spec,
});
const component = (name: string, owner: string): Entity => entity('Component', name, { type: 'service', lifecycle: 'production', owner });

describe('paved ownership', () => {
  let platform: TestPlatform;
  let run: (...words: string[]) => Promise<string>;

  beforeAll(async () => {
    platform = await testPlatform({
      capabilities: [auditCapability, runsCapability, catalogCapability, repositoriesCapability, ownershipCapability],
      listen: true,
      provide: [[forges, { place: () => undefined }]],
    });
    const links = [{ url: 'https://pager.example/playback', title: 'On-call' }];
    await platform
      .service(catalog)
      .put(
        [
          entity('Group', 'media', { type: 'department', children: ['playback'] }, { title: 'Media' }),
          entity('Group', 'playback', { type: 'team', children: [] }, { title: 'Playback', links }),
          entity('User', 'mira', { memberOf: ['playback'] }),
          component('player', 'playback'),
          component('queue', 'playback'),
          component('lost', 'team-that-left'),
        ],
        'test',
        testActor,
      );
    const command = testCli({ server: platform.baseUrl(), register });
    run = async (...words) => (await command('ownership', ...words)).text;
  });
  afterAll(() => platform[Symbol.asyncDispose]());

  it('shows teams below the one they are part of', async () => {
    expect(await run('teams')).toBe(
      [
        'Media | group:default/media | 0 | 1 | 0 | ',
        '  Playback | group:default/playback | 1 | 1 | 2 | https://pager.example/playback',
      ].join('\n'),
    );
  });

  it('confirms what is due, and gives back what is not theirs with a note', async () => {
    expect(await run('unowned')).toBe('component:default/lost | group:default/team-that-left | unknown owner | ');
    expect(await run('due', '--owner', 'playback')).toBe(
      [
        'component:default/player | group:default/playback | due |  |  | ',
        'component:default/queue | group:default/playback | due |  |  | ',
      ].join('\n'),
    );
    expect(await run('confirm', 'player')).toMatch(/^component:default\/player \| confirmed \| \d{4}-\d\d-\d\d$/);
    expect(await run('confirm', 'queue', '--not-ours', '--note', 'Went to media.')).toBe('component:default/queue | disowned | ');
    expect(await run('due', '--owner', 'group:playback')).toBe('Nothing is to be confirmed.');
    expect(await run('due', '--owner', 'playback', '--all')).toMatch(/player \| group:default\/playback \| confirmed \|  \| .+ \d{4}-/);
    expect(await run('unowned', '--kind', 'component', '--limit', '5')).toMatch(
      /^component:default\/queue \| group:default\/playback \| disowned \| Went to media\.\ncomponent:default\/lost/,
    );
    await expect(run('confirm', 'player', 'nope')).rejects.toThrow('The catalog has no component:default/nope.');
  });

  it('says what speaks for an owner, or that nothing does', async () => {
    expect(await run('suggest', 'lost')).toContain('Nothing speaks for an owner');
  });
});
