import { expect, test } from 'vitest';
import { testActor } from '@paved/testing';
import { catalog } from '../../index.ts';
import { catalogPlatform, component } from '../platform.test-kit.ts';

const group = (name: string, namespace = 'default') => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Group',
  metadata: { name, namespace },
  spec: { type: 'team', children: [] },
});

test('references that lead nowhere are told with what may be meant, and the document is taken all the same', async () => {
  await using paved = await catalogPlatform();
  await paved.service(catalog).put([group('playback'), group('search'), group('identity', 'other')], 'test', testActor);
  const check = async (documents: string) =>
    (await paved.request('POST', '/api/catalog/check-documents', { body: { documents } })).json.items;

  const [fine] = await check(component('player', { owner: 'Playback' }));
  expect(fine).toMatchObject({ ref: 'component:default/player', problems: [], warnings: [] });

  const [item] = await check(
    component('player', { owner: 'playbak', spec: '  system: nowhere\n  dependsOn:\n  - group:default/identity\n  - component:player\n' }),
  );
  expect(item.problems).toEqual([]);
  expect(item.warnings).toEqual([
    {
      at: '/spec/owner',
      line: 8,
      text: 'playbak',
      ref: 'group:default/playbak',
      message: 'group:default/playbak is not in the catalog.',
      fix: 'Did you mean group:default/playback?',
      use: 'playback',
    },
    {
      at: '/spec/system',
      line: 9,
      text: 'nowhere',
      ref: 'system:default/nowhere',
      message: 'system:default/nowhere is not in the catalog.',
    },
    {
      at: '/spec/dependsOn/0',
      line: 11,
      text: 'group:default/identity',
      ref: 'group:default/identity',
      message: 'group:default/identity is not in the catalog.',
      fix: 'Did you mean group:other/identity?',
      use: 'group:other/identity',
    },
  ]);
  const answer = await paved.request('POST', '/api/catalog/validate-entity', {
    body: {
      entity: { ...group('x'), kind: 'Component', spec: { type: 'service', lifecycle: 'production', owner: 'playbak' } },
      location: 'url:https://example.com/a.yaml',
    },
  });
  expect(answer.status, 'Backstage’s own check says nothing of it').toBe(200);
});

test('documents of one text know each other, also to say what is meant', async () => {
  await using paved = await catalogPlatform();
  const documents = `${component('player', { owner: 'crew' })}---\n${component('radio', { owner: 'crwe' })}---\n${JSON.stringify(group('crew'))}\n`;
  const { items } = (await paved.request('POST', '/api/catalog/check-documents', { body: { documents } })).json;
  expect(items.map((item: { warnings: { use?: string }[] }) => item.warnings.map((one) => one.use))).toEqual([[], ['crew'], []]);
});

test('a name whose beginning is mistyped is found too', async () => {
  await using paved = await catalogPlatform();
  await paved.service(catalog).put([group('playback')], 'test', testActor);
  const body = { documents: component('player', { owner: 'palyback' }) };
  const { items } = (await paved.request('POST', '/api/catalog/check-documents', { body })).json;
  expect(items[0].warnings).toMatchObject([{ use: 'playback' }]);
});
