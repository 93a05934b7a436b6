import { expect, test } from 'vitest';
import { agreedOf, repositoryOf, unregistering, type Removal } from './removal.ts';

const removal: Removal = {
  component: 'component:default/lyrics',
  name: 'lyrics',
  title: 'Lyrics',
  ownerRefs: ['group:default/playback'],
  environments: [
    { name: 'dev', title: 'Development', protected: false, nodes: [{ uid: 'a', key: 'k', type: 'dns', id: 'x', action: 'delete' }] },
  ],
  variables: [{ environment: 'dev', name: 'A', kind: 'secret' }],
  repository: { slug: 'playback/lyrics', commits: 3, branches: 1, openPullRequests: 0, bytes: 10 },
  catalog: { entities: ['component:default/lyrics'] },
  kept: [],
};

test('agreeing is to what goes, not to counts', () => {
  const grown = { ...removal, repository: { slug: 'playback/lyrics', commits: 4, branches: 2, openPullRequests: 1, bytes: 20 } };
  expect(agreedOf(grown)).toEqual(agreedOf(removal));
  expect(agreedOf({ ...removal, kept: [{ uid: 'db', key: 'k', type: 'postgres', id: 'i', environment: 'dev' }] })).not.toEqual(
    agreedOf(removal),
  );
  expect(agreedOf({ ...removal, variables: [] })).not.toEqual(agreedOf(removal));
});

test('a source that describes other components stays', () => {
  expect(unregistering('component:default/a', ['component:default/a', 'api:default/a'], 'x')).toMatchObject({
    goes: true,
    entities: ['component:default/a', 'api:default/a'],
  });
  const kept = unregistering('component:default/a', ['component:default/a', 'component:default/b'], '/catalog.yaml');
  expect(kept).toMatchObject({ goes: false, entities: [] });
  expect(kept.stays).toContain('component:default/b');
});

test('the repository is found in annotations', () => {
  expect(repositoryOf({ 'paved.dev/repository': 'Playback/Lyrics.git' })).toBe('playback/lyrics');
  expect(repositoryOf({ 'backstage.io/managed-by-location': 'url:paved://repositories/playback/lyrics/catalog-info.yaml' })).toBe(
    'playback/lyrics',
  );
  expect(repositoryOf({ 'backstage.io/managed-by-location': 'file:/etc/x' })).toBeUndefined();
});
