import { expect, test } from 'vitest';
import { testCli } from '@paved/testing';
import { elsewhere, servicesPlatform } from '../server/testing/services-platform.ts';
import { register } from './index.ts';

test('imports, says what would go, deletes when confirmed, and destroys what was kept', async () => {
  await using paved = await servicesPlatform();
  const command = testCli({ server: paved.baseUrl(), register });
  const run = async (...words: string[]): Promise<string> => (await command('service', ...words)).text;
  const source = elsewhere({ 'package.json': JSON.stringify({ scripts: { start: 'node main.js' } }) });
  const imported = await run('import', source, '--owner', 'playback', '-o', 'table');
  expect(imported).toContain('service: component:default/lyrics\nrepository: playback/lyrics');
  expect(imported).toContain('score.yaml was made from the start script of package.json.');

  paved.world.runIn('component:default/lyrics', 'dev');
  const shown = await run('delete', 'lyrics');
  expect(shown).toContain('from dev: workload\nrepository: playback/lyrics: 2 commits');
  expect(shown).toContain('kept: postgres workloads.lyrics.postgres in dev, 7.6 MB');
  expect(shown).toContain('Nothing was deleted. Add --confirm lyrics to delete it.');
  await expect(run('delete', 'lyrics', '--confirm', 'other')).rejects.toThrow(
    '"other" does not confirm deleting component:default/lyrics.',
  );
  expect(await run('delete', 'lyrics', '--confirm', 'lyrics')).toContain('Data is kept: workloads.lyrics.postgres in dev.');

  expect(await run('kept')).toMatch(
    /^postgres-lyrics-dev \| workloads\.lyrics\.postgres \| postgres \| dev \| component:default\/lyrics \| 7\.6 MB/,
  );
  await expect(run('kept', '--destroy', 'postgres-lyrics-dev')).rejects.toThrow('Destroying data cannot be taken back.');
  await run('kept', '--destroy', 'postgres-lyrics-dev', '--confirm', 'workloads.lyrics.postgres', '--no-wait');
  expect(paved.world.destroyed).toEqual(['postgres-lyrics-dev']);
});
