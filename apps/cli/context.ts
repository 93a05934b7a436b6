import os from 'node:os';
import path from 'node:path';
import Table from 'cli-table3';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };
import { createApiClient, type ApiClient, type CliContext, type Column, type OutputFormat } from '@paved/client';
import { createProgress } from './progress.ts';
import { readCredentials } from './credentials.ts';
import { administratorToken } from './local-token.ts';

const DEFAULT_SERVER = 'http://127.0.0.1:7420';

/** What every command gets; nothing is read before it is asked for. */
export function createCliContext(program: Command, signal: AbortSignal): CliContext {
  const settingsDir = path.join(process.env['XDG_CONFIG_HOME'] ?? path.join(os.homedir(), '.config'), 'paved');
  const format = (): OutputFormat => program.opts<{ output: OutputFormat }>().output;
  const interactive = process.stdout.isTTY === true && process.stdin.isTTY === true && process.env['CI'] === undefined;
  let api: ApiClient | undefined;
  return {
    get api() {
      if (api === undefined) {
        const stored = readCredentials(settingsDir);
        const server = program.opts<{ server?: string }>().server ?? process.env['PAVED_SERVER'] ?? stored.current ?? DEFAULT_SERVER;
        const token = process.env['PAVED_TOKEN'] ?? stored.servers[server.replace(/\/$/, '')]?.token;
        api = createApiClient({ server, token, userAgent: `paved-cli/${packageJson.version}` });
      }
      return api;
    },
    get format() {
      return format();
    },
    interactive,
    settingsDir,
    signal,
    local: {
      administratorToken,
      // Loaded when it is asked for: other commands start in a blink without the server's code.
      settingsProblems: async (settings) => (await import('@paved/host')).settingsProblems(settings),
    },
    list(rows, columns) {
      if (format() === 'json') console.log(JSON.stringify(rows, null, 2));
      else if (format() === 'yaml') console.log(stringify(rows).trimEnd());
      else if (rows.length === 0) console.log('Nothing to show.');
      else console.log(tableOf(rows, columns));
    },
    show(value, fields) {
      if (format() === 'json') console.log(JSON.stringify(value, null, 2));
      else if (format() === 'yaml' || fields === undefined) console.log(stringify(value).trimEnd());
      else {
        const width = Math.max(...fields.map(([label]) => label.length));
        for (const [label, text] of fields) if (text !== undefined) console.log(`${label.padEnd(width)}  ${text}`);
      }
    },
    say(text) {
      if (format() === 'table') console.log(text);
    },
    progress: () => createProgress({ animated: interactive && format() === 'table', silent: format() !== 'table' }),
  };
}

/** Plain columns, no borders: reads well and pastes well. */
function tableOf<T>(rows: readonly T[], columns: readonly Column<T>[]): string {
  const none = {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
    'bottom-right': '',
    left: '',
    'left-mid': '',
    mid: '',
    'mid-mid': '',
    right: '',
    'right-mid': '',
    middle: '  ',
  };
  const table = new Table({
    head: columns.map((c) => c.header.toUpperCase()),
    chars: none,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colAligns: columns.map((c) => c.align ?? 'left'),
  });
  for (const row of rows) table.push(columns.map((c) => String(c.value(row) ?? '–')));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
