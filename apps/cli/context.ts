import os from 'node:os';
import path from 'node:path';
import { styleText } from 'node:util';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };
import { createApiClient, type ApiClient, type CliContext, type OutputFormat } from '@paved/client';
import { PavedError } from '@paved/kernel';
import { createProgress } from './progress.ts';
import { readCredentials } from './credentials.ts';
import { administratorToken } from './local-token.ts';
import { readable, renderTable } from './table.ts';

const DEFAULT_SERVER = 'http://127.0.0.1:7420';

/** What every command gets; nothing is read before it is asked for. */
export function createCliContext(program: Command, signal: AbortSignal): CliContext {
  const settingsDir = path.join(process.env['XDG_CONFIG_HOME'] ?? path.join(os.homedir(), '.config'), 'paved');
  const format = (): OutputFormat => program.opts<{ output: OutputFormat }>().output;
  const interactive = process.stdout.isTTY === true && process.stdin.isTTY === true && process.env['CI'] === undefined;
  // At terminals only; Node knows what TERM and NO_COLOR say.
  const colours = process.stdout.hasColors?.() === true && process.env['NO_COLOR'] === undefined;
  let api: ApiClient | undefined;
  return {
    get api() {
      if (api === undefined) {
        const stored = readCredentials(settingsDir);
        const server = program.opts<{ server?: string }>().server ?? process.env['PAVED_SERVER'] ?? stored.current ?? DEFAULT_SERVER;
        if (!/^https?:\/\/[^/]/i.test(server) || !URL.canParse(server))
          throw new PavedError('invalid', `"${server}" is not the address of a server.`, {
            fix: 'Write it like https://paved.example.com.',
          });
        const token = process.env['PAVED_TOKEN'] ?? stored.servers[new URL(server).origin]?.token;
        api = createApiClient({
          server,
          token,
          userAgent: `paved-cli/${packageJson.version}`,
          // Ctrl-C ends whatever is under way.
          fetch: (input, init) => fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([signal, init.signal]) : signal }),
        });
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
    async ask(message, { hidden = false } = {}) {
      const prompts = await import('@clack/prompts');
      const answer = hidden ? await prompts.password({ message }) : await prompts.text({ message });
      if (prompts.isCancel(answer)) throw new PavedError('cancelled', 'Nothing was done.', { facts: { interrupted: true } });
      return answer;
    },
    list(rows, columns, empty = 'Nothing to show.') {
      if (format() === 'json') console.log(JSON.stringify(rows, null, 2));
      else if (format() === 'yaml') console.log(stringify(rows).trimEnd());
      else if (rows.length === 0) console.log(empty);
      else
        console.log(
          renderTable(rows, columns, {
            width: process.stdout.isTTY && process.stdout.columns > 0 ? process.stdout.columns : undefined,
            colours,
          }),
        );
    },
    show(value, fields) {
      if (format() === 'json') console.log(JSON.stringify(value, null, 2));
      else if (format() === 'yaml' || fields === undefined) console.log(stringify(value).trimEnd());
      else {
        const given = fields.filter(([, text]) => text !== undefined);
        const width = Math.max(...given.map(([label]) => label.length));
        for (const [label, text] of given) {
          const head = label.padEnd(width);
          console.log(
            `${colours ? styleText('dim', head, { validateStream: false }) : head}  ${readable(String(text)).replaceAll('\n', `\n${' '.repeat(width + 2)}`)}`,
          );
        }
      }
    },
    say(text) {
      if (format() === 'table') console.log(text);
    },
    progress: () => createProgress({ animated: interactive && format() === 'table', silent: format() !== 'table' }),
  };
}
