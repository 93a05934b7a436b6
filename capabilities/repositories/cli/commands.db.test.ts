import { expect, test } from 'vitest';
import { testCli } from '@paved/testing';
import { repositories } from '../index.ts';
import { hosted, person } from '../server/host.fixture.ts';
import { register } from './index.ts';

const tess = person('tess');

test('repositories and pull requests from the command line', async () => {
  await using paved = await hosted({ actor: tess });
  const command = testCli({ server: paved.baseUrl(), register });
  const run = async (...words: string[]): Promise<string> => (await command(...words)).text;

  expect(await run('repo', 'create', 'playback/api', '--owner', 'group:default/playback')).toContain('repository: playback/api');
  expect(await run('repo', 'list', '--text', 'api')).toBe('playback/api | group:default/playback | main | ');
  const service = paved.service(repositories);
  await service.commitFiles('playback/api', { branch: 'main', files: { 'a.txt': 'a' }, message: 'First' }, tess);
  await service.commitFiles('playback/api', { branch: 'more', files: { 'b.txt': 'b' }, message: 'More' }, tess);

  expect(await run('pr', 'open', 'playback/api', '--head', 'more', '--title', 'Add more')).toContain('pull request: playback/api #1');
  expect(await run('pr', 'list')).toMatch(/^playback\/api #1 \| Add more \| more \| main \| open \| /);
  expect(await run('pr', 'list', 'playback/api', '--state', 'merged')).toBe('No pull request is merged.');
  await expect(run('pr', 'list', '--state', 'opened')).rejects.toThrow('Allowed choices are open, merged, closed, all.');
  expect(await run('pr', 'get', 'playback/api', '1')).toContain('checks: none\nmergeable: yes');
  await expect(run('pr', 'get', 'playback/api', 'one')).rejects.toThrow('"one" is not the number of a pull request.');
  await expect(run('pr', 'get', 'playback/api', '7')).rejects.toMatchObject({ status: 404 });
  expect(await run('pr', 'merge', 'playback/api', '1', '--delete-branch')).toMatch(/state: merged\n.*\ncommit: [0-9a-f]{40}$/s);

  await expect(run('repo', 'get', 'api')).rejects.toMatchObject({
    message: '"api" is not a repository.',
    fix: 'Write it as project/name.',
  });
  expect(await run('repo', 'delete', 'playback/api')).toContain('Nothing was deleted.');
  expect(await run('repo', 'delete', 'playback/api', '--yes')).toContain('deleted: playback/api');
  expect(await run('repo', 'list')).toBe('');
});
