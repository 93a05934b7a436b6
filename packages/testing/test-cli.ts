import os from 'node:os';
import { Command } from 'commander';
import { createApiClient, type CliContext, type OutputFormat } from '@paved/client';

/** What a command said and showed. */
export interface CliOutput {
  /** All of it as a person reads it: steps, rows with ` | ` between the cells, `label: value`, and sentences. */
  readonly text: string;
  /** Only the sentences and steps, in their order; steps begin with `…`, `✓` or `✗`. */
  readonly said: readonly string[];
  /** Each listed row's cells, as the columns give them. */
  readonly rows: readonly (readonly unknown[])[];
  /** What scripts get with `-o json`: each list's rows, each shown value. */
  readonly shown: readonly unknown[];
}

export interface TestCliOptions {
  readonly server: string;
  readonly token?: string | undefined;
  /** Of the capability under test. */
  readonly register: (program: Command, cli: CliContext) => void;
  readonly format?: OutputFormat;
  readonly settingsDir?: string;
  /** What is wrong with settings, for commands that look at them. */
  readonly settingsProblems?: CliContext['local']['settingsProblems'];
}

const notHere = (): Promise<never> => Promise.reject(new Error('This test has no data directory.'));

/** Runs commands as a script would; a command that fails throws. */
export function testCli({
  server,
  token,
  register,
  format = 'table',
  settingsDir = os.tmpdir(),
  settingsProblems = notHere,
}: TestCliOptions) {
  return async (...words: string[]): Promise<CliOutput> => {
    const lines: string[] = [];
    const said: string[] = [];
    const cells: unknown[][] = [];
    const shown: unknown[] = [];
    const say = (line: string): void => void (said.push(line), lines.push(line));
    const cli: CliContext = {
      api: createApiClient({ server, token }),
      format,
      interactive: false,
      ask: (message) => Promise.reject(new Error(`Nobody answers "${message}" in a test.`)),
      list(rows, columns, empty) {
        if (rows.length === 0 && empty !== undefined) say(empty);
        const values = rows.map((row) => columns.map((column) => column.value(row)));
        shown.push(...rows);
        cells.push(...values);
        lines.push(...values.map((row) => row.map((value) => value ?? '').join(' | ')));
      },
      show(value, fields = []) {
        shown.push(value);
        lines.push(...fields.flatMap(([label, text]) => (text === undefined ? [] : [`${label.trim()}: ${text}`])));
      },
      say,
      progress: () => ({
        step: (_id, text) => say(`… ${text}`),
        done: (_id, text) => say(`✓ ${text ?? ''}`),
        failed: (_id, text) => say(`✗ ${text ?? ''}`),
        note: say,
        end() {},
      }),
      settingsDir,
      local: { administratorToken: notHere, settingsProblems },
      signal: AbortSignal.timeout(60_000),
    };
    const program = new Command('paved').exitOverride().configureOutput({ writeErr: () => {} });
    register(program, cli);
    // As the real program does: every command has these.
    const visit = (command: Command): void => {
      for (const child of command.commands) {
        for (const flags of ['-o, --output <format>', '--server <url>']) {
          const option = child.createOption(flags);
          if (!child.options.some(({ long }) => long === option.long)) child.addOption(option);
        }
        visit(child.exitOverride());
      }
    };
    visit(program);
    await program.parseAsync(words, { from: 'user' });
    return { text: lines.join('\n'), said, rows: cells, shown };
  };
}
