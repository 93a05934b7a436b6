import { Command } from 'commander';
import { expect, test } from 'vitest';
import { createApiClient, type CliContext } from '@paved/client';
import { elsewhere, servicesPlatform, type ServicesPlatform } from '../server/testing/services-platform.ts';
import { register } from './index.ts';

/** Runs a command; gives what it prints. */
function cliOf(paved: ServicesPlatform): (...words: string[]) => Promise<string> {
  const said: string[] = [];
  const cli: CliContext = {
    api: createApiClient({ server: paved.baseUrl() }),
    format: 'table',
    interactive: false,
    list: (rows, columns) => void said.push(...rows.map((row) => columns.map((column) => column.value(row) ?? '').join(' | '))),
    show: (_value, fields) =>
      void said.push(...(fields ?? []).flatMap(([label, value]) => (value === undefined ? [] : [`${label}: ${value}`]))),
    say: (text) => void said.push(text),
    progress: () => ({
      step: () => {},
      done: (_id, text) => void said.push(text ?? ''),
      failed: (_id, text) => void said.push(`failed ${text}`),
      note: (text) => void said.push(text),
      end: () => {},
    }),
    settingsDir: paved.dataDir,
    local: { administratorToken: () => Promise.reject(new Error('not here')) },
    signal: AbortSignal.timeout(30_000),
  };
  return async (...words) => {
    said.length = 0;
    const program = new Command().exitOverride();
    register(program, cli);
    // As the program does: every command has it.
    for (const command of program.commands.flatMap((group) => group.commands)) command.option('-o, --output <format>');
    await program.parseAsync(['service', ...words], { from: 'user' });
    return said.join('\n');
  };
}

test('imports, says what would go, deletes when confirmed, and destroys what was kept', async () => {
  await using paved = await servicesPlatform();
  const run = cliOf(paved);
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
