import type { Command } from 'commander';
import type { CliContext } from '@paved/client';

/** `paved config`: every effective value and where it came from, secrets masked. */
export function addConfigCommand(program: Command, cli: CliContext): void {
  program
    .command('config')
    .description('show each effective setting and where it came from')
    .option('--config <file>', 'configuration file')
    .option('--data <dir>', 'data directory')
    .option('--port <n>', 'port')
    .action(async (options: Record<string, string>) => {
      const [{ configFromArguments }, { shownSetting }] = await Promise.all([import('@paved/server'), import('@paved/host')]);
      const { sources } = configFromArguments(
        Object.entries(options)
          .filter(([name]) => ['config', 'data', 'port'].includes(name))
          .flatMap(([name, value]) => [`--${name}`, value]),
      );
      const rows = sources.map(shownSetting);
      cli.list(rows, [
        { header: 'setting', value: (row) => row.key },
        {
          header: 'value',
          value: (row) => (row.value === null ? undefined : typeof row.value === 'object' ? JSON.stringify(row.value) : String(row.value)),
          narrow: 'wrap',
        },
        { header: 'from', value: (row) => row.from, narrow: 'whole' },
        { header: 'meaning', value: (row) => row.description, narrow: 'wrap' },
      ]);
    });
}
