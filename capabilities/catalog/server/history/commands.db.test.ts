import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { testActor, testCli } from '@paved/testing';
import { register } from '../../cli/index.ts';
import { catalog } from '../../index.ts';
import { catalogPlatform, component, folderWith } from '../platform.test-kit.ts';

const paved = (server: string, ...words: string[]) => testCli({ server, register })('catalog', ...words);

it('lists versions and changes, compares versions and files, and looks back with --at', async () => {
  await using platform = await catalogPlatform({ listen: true });
  const server = platform.baseUrl();
  const folder = folderWith({ 'catalog-info.yaml': component('checkout') });
  await paved(server, 'apply', '-f', folder);
  platform.advance(2 * 3600_000);
  writeFileSync(`${folder}/catalog-info.yaml`, component('checkout', { owner: 'team-b' }));
  expect((await paved(server, 'diff', '-f', folder)).rows).toEqual([['component:default/checkout', 'spec.owner', 'team-a', 'team-b']]);
  const dry = await paved(server, 'apply', '-f', folder, '--dry-run');
  expect(dry.rows).toEqual([
    ['component:default/checkout', 'updated', ''],
    ['component:default/checkout', 'spec.owner', 'team-a', 'team-b'],
  ]);
  expect(dry.said.at(-1)).toBe('\nNothing was stored: without --dry-run it is.');
  await paved(server, 'apply', '-f', folder);
  expect((await paved(server, 'diff', '-f', folder)).said).toEqual(['The catalog says the same.']);

  const history = await paved(server, 'history', 'checkout');
  expect(history.rows.map(([version, , change, by, why, commit, fields]) => [version, change, by, why, commit, fields])).toEqual([
    [2, 'updated', testActor.ref, 'origin:api', undefined, 'spec.owner'],
    [1, 'added', testActor.ref, 'origin:api', undefined, ''],
  ]);
  expect((await paved(server, 'history', 'checkout', '--version', '1')).shown[0]).toMatchObject({ spec: { owner: 'team-a' } });
  expect((await paved(server, 'history', 'checkout', '--version', '1', '--yaml')).said[0]).toBe(component('checkout').trimEnd());
  expect((await paved(server, 'diff', 'checkout')).rows).toEqual([['spec.owner', 'team-a', 'team-b']]);
  expect((await paved(server, 'diff', 'checkout', '2', '1')).rows).toEqual([['spec.owner', 'team-b', 'team-a']]);
  expect((await paved(server, 'diff', 'checkout', 'v1', 'v1')).said).toEqual(['Versions 1 and 1 are the same.']);
  await expect(paved(server, 'diff', 'checkout', 'first')).rejects.toThrow('"first" is no version');
  await expect(paved(server, 'diff')).rejects.toThrow('Nothing says what to compare.');

  // The command's clock is the real one, the server's stands two hours ahead.
  const then = new Date(Date.now() + 3600_000).toISOString();
  expect((await paved(server, 'get', 'checkout', '--at', then)).shown[0]).toMatchObject({ spec: { owner: 'team-a' } });
  expect((await paved(server, 'list', '--owner', 'team-a', '--at', then)).rows).toHaveLength(1);
  expect((await paved(server, 'list', '--owner', 'team-a')).rows).toHaveLength(0);
  expect((await paved(server, 'list', '--at', '3d')).rows).toHaveLength(0);
  expect((await paved(server, 'history', 'checkout', '--at', then)).rows.map(([version]) => version)).toEqual([1]);
  await expect(paved(server, 'history', 'checkout', '--version', '2', '--at', then)).rejects.toThrow('has no version 2');
  for (const words of [['problems'], ['sources'], ['orphans']]) expect((await paved(server, ...words, '--at', then)).rows).toEqual([]);
  expect((await paved(server, 'kinds', '--at', then)).rows.length).toBeGreaterThan(10);
  await expect(paved(server, 'orphans', '--remove', '--at', then)).rejects.toThrow('The past cannot be changed');
  await expect(paved(server, 'list', '--at', 'noon')).rejects.toThrow('"noon" is not a time');

  await platform.service(catalog).remove(['component:default/checkout'], 'api', testActor);
  expect((await paved(server, 'changes', '--since', '1d', '--team', 'team-b')).rows.map((row) => row[2])).toEqual([
    'removed',
    'updated',
    'added',
  ]);
});
