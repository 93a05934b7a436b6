import { describe, expect, test } from 'vitest';
import { catalog } from '@paved/catalog';
import { systemActor } from '@paved/kernel';
import { repositories } from '@paved/repositories';
import { runs } from '@paved/runs';
import { secrets } from '@paved/secrets';
import type { RemovalPreview } from '../index.ts';
import { elsewhere, person, servicesPlatform, type ServicesPlatform } from './testing/services-platform.ts';

const lyrics = 'component:default/lyrics';
const node = { 'package.json': JSON.stringify({ scripts: { start: 'node main.js' } }), 'main.js': '' };

/** A service with two environments, a variable and a secret. */
async function lived(paved: ServicesPlatform): Promise<RemovalPreview> {
  await paved.import({ owner: 'playback', source: elsewhere(node) });
  for (const environment of ['dev', 'staging']) paved.world.runIn(lyrics, environment);
  const own = paved.service(secrets);
  await own.setVariable({ component: lyrics, environment: 'dev', name: 'LEVEL', value: 'debug' }, systemActor);
  await own.setVariable({ component: lyrics, environment: 'dev', name: 'KEY', value: 'x', secret: true }, systemActor);
  return preview(paved);
}

const preview = async (paved: ServicesPlatform): Promise<RemovalPreview> =>
  (await paved.request('GET', '/api/services/removal?component=lyrics')).json as RemovalPreview;

async function remove(paved: ServicesPlatform, more: object = {}) {
  const answer = await paved.request('POST', '/api/services/removal', { body: { component: 'lyrics', confirm: 'lyrics', ...more } });
  return answer.status === 202 ? paved.ended(String(answer.json.runId)) : answer;
}

describe('deleting', () => {
  test('the preview says what happens', async () => {
    await using paved = await servicesPlatform();
    const shown = await lived(paved);
    expect(shown).toMatchObject({
      component: lyrics,
      name: 'lyrics',
      environments: [{ name: 'dev' }, { name: 'staging' }],
      variables: [
        { name: 'KEY', kind: 'secret' },
        { name: 'LEVEL', kind: 'variable' },
      ],
      repository: { slug: 'playback/lyrics', commits: 2, branches: 1, openPullRequests: 0 },
      catalog: { entities: [lyrics] },
      kept: [
        { uid: 'postgres-lyrics-dev', bytes: 8_000_000 },
        { uid: 'postgres-lyrics-staging', environment: 'staging' },
      ],
    });
    expect(await remove(paved, { expected: shown.digest })).toMatchObject({
      status: 'succeeded',
      output: { kept: ['postgres workloads.lyrics.postgres in dev', 'postgres workloads.lyrics.postgres in staging'] },
    });
    const gone = shown.environments.flatMap(({ nodes }) => nodes.filter(({ action }) => action === 'delete').map(({ uid }) => uid));
    expect(paved.world.resources.filter(({ status }) => status === 'deleted').map(({ uid }) => uid)).toEqual(gone);
    expect(await paved.service(secrets).variables(lyrics)).toEqual([]);
    expect(await paved.service(catalog).get(lyrics)).toBeUndefined();
    expect(await paved.service(repositories).get('playback/lyrics')).toBeUndefined();
    const kept = (await paved.request('GET', '/api/services/kept')).json;
    expect(kept.items.map((one: { uid: string }) => one.uid).toSorted()).toEqual(shown.kept.map(({ uid }) => uid));
    expect(kept.items[0]).toMatchObject({
      component: lyrics,
      ownerRefs: ['group:default/playback'],
      deleted: { by: { displayName: 'Tess' } },
    });
    expect((await paved.request('GET', '/api/services/removal?component=lyrics')).status).toBe(404);
  });

  test('keeps the repository when asked', async () => {
    await using paved = await servicesPlatform();
    await lived(paved);
    expect(await remove(paved, { keepRepository: true })).toMatchObject({ status: 'succeeded' });
    expect(await paved.service(repositories).get('playback/lyrics')).toBeDefined();
    expect(await paved.service(catalog).get(lyrics)).toBeUndefined();
  });

  test('needs the name, and exactly what was shown', async () => {
    await using paved = await servicesPlatform();
    const { digest } = await lived(paved);
    expect(await remove(paved, { confirm: 'Lyrics' })).toMatchObject({ status: 400 });
    await paved.service(secrets).setVariable({ component: lyrics, environment: 'dev', name: 'NEW', value: '1' }, systemActor);
    expect(await remove(paved, { expected: digest })).toMatchObject({ status: 412 });
    expect(await paved.service(catalog).get(lyrics)).toBeDefined();
    expect(paved.world.removals).toEqual([]);
  });

  test('goes on after a failure where it stopped, and twice is once', async () => {
    await using paved = await servicesPlatform();
    await lived(paved);
    paved.world.state.failing = true;
    const failed = (await remove(paved)) as { id: string; status: string; error: object };
    expect(failed).toMatchObject({ status: 'failed', error: { message: 'Taking it out of dev failed: The driver cannot today.' } });
    expect(await paved.service(catalog).get(lyrics)).toBeDefined();
    paved.world.state.failing = false;
    await paved.service(runs).retry(failed.id, systemActor);
    expect((await paved.ended(failed.id)).status).toBe('succeeded');
    expect(paved.world.removals.map(({ environment }) => environment)).toEqual(['dev', 'dev', 'staging']);
  });

  test('leaves a source and a repository that others live in', async () => {
    await using paved = await servicesPlatform();
    const component = (name: string) =>
      `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: ${name}}\nspec: {type: service, lifecycle: production, owner: playback}\n`;
    await paved.import({
      owner: 'playback',
      source: elsewhere({ 'catalog-info.yaml': `${component('lyrics')}---\n${component('words')}` }),
    });
    const shown = await preview(paved);
    expect(shown.catalog.stays).toContain('component:default/words');
    expect(shown.repository?.stays).toContain('component:default/words');
    expect(await remove(paved)).toMatchObject({ status: 'succeeded' });
    expect(await paved.service(catalog).get(lyrics)).toBeDefined();
    expect(await paved.service(repositories).get('playback/lyrics')).toBeDefined();
  });
});

describe('owners', () => {
  const owned = {
    authorize: (actor, permission, resource) =>
      actor.role !== 'developer' ||
      permission.endsWith('.read') ||
      (resource?.ownerRefs ?? []).some((ref) => actor.ownershipRefs.includes(ref))
        ? { allowed: true }
        : { allowed: false, reason: 'It is not yours.' },
  } satisfies Parameters<typeof servicesPlatform>[0];
  const stranger = person('noa', 'developer', ['group:default/discovery']);

  test('delete what is theirs, and destroy its data when the service is gone; others do neither', async () => {
    await using paved = await servicesPlatform(owned);
    await lived(paved);
    expect((await paved.request('GET', '/api/services/removal?component=lyrics', { as: stranger })).status).toBe(403);
    const body = { component: 'lyrics', confirm: 'lyrics' };
    expect((await paved.request('POST', '/api/services/removal', { body, as: stranger })).status).toBe(403);
    const started = await paved.request('POST', '/api/services/removal', { body, as: person('mira') });
    expect(await paved.ended(String(started.json.runId))).toMatchObject({ status: 'succeeded' });

    const destroy = (as: typeof stranger, uid = 'postgres-lyrics-dev') =>
      paved.request('POST', `/api/services/kept/${uid}/destroy`, { body: { confirm: 'workloads.lyrics.postgres' }, as });
    expect((await paved.request('GET', '/api/services/kept', { as: stranger })).json.items[0]).toMatchObject({ mayDestroy: false });
    expect((await destroy(stranger)).status).toBe(403);
    // Nor get at the data by a new service of that name.
    const again = { owner: 'discovery', source: elsewhere(node) };
    expect((await paved.request('POST', '/api/services/import', { body: again, as: stranger })).json.detail).toContain('is kept');
    expect((await destroy(person('mira'))).status).toBe(202);
    expect(paved.world.destroyed).toEqual(['postgres-lyrics-dev']);
    expect((await destroy(person('mira'), 'workload-lyrics-dev')).status).toBe(404);
    expect((await paved.request('GET', '/api/services/kept?component=lyrics', { as: person('mira') })).json.items).toHaveLength(1);
  });
});
