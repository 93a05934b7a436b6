import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Command } from 'commander';
import { createProgram } from './cli.ts';
import { exitCodes, explain } from './explain.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'paved-every-'));
const file = path.join(folder, 'team.yaml');
/** An address where nothing listens. */
let nowhere = '';

beforeAll(async () => {
  writeFileSync(file, 'apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: { name: a }\nspec: { type: team, children: [] }\n');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  nowhere = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise((resolve) => server.close(resolve));
  // Nobody is signed in, and no credential of whoever runs this is looked at.
  vi.stubEnv('XDG_CONFIG_HOME', folder);
  vi.stubEnv('PAVED_SERVER', nowhere);
  vi.stubEnv('PAVED_TOKEN', undefined);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

interface Leaf {
  readonly name: string;
  readonly command: Command;
}

function leaves(command: Command, above = ''): Leaf[] {
  return command.commands.flatMap((child) => {
    const name = `${above} ${child.name()}`.trim();
    return child.commands.length > 0 ? leaves(child, name) : [{ name, command: child }];
  });
}

/** Runs a command line in this process: what it said on both outputs and its exit code. */
async function run(args: readonly string[]): Promise<{ code: number; out: string; error: string }> {
  let out = '';
  let error = '';
  const { program, cli } = createProgram(new AbortController().signal);
  const tell = (command: Command): void => {
    command.configureOutput({ writeOut: (text) => void (out += text), writeErr: (text) => void (error += text) });
    command.commands.forEach(tell);
  };
  tell(program);
  const log = vi.spyOn(console, 'log').mockImplementation((text: unknown) => void (out += `${String(text)}\n`));
  try {
    await program.parseAsync([...args], { from: 'user' });
    return { code: exitCodes.done, out, error };
  } catch (thrown) {
    const code = explain(thrown, {
      format: cli.format,
      interrupted: false,
      tokenFrom: 'sign-in',
      write: (text) => void (error += `${text}\n`),
    });
    return { code, out, error };
  } finally {
    log.mockRestore();
  }
}

const every = leaves(createProgram(new AbortController().signal).program);

/** Called by programs, not by people. */
const hidden = ['git-credential', 'complete-values'];

/** Need no server, only look whether there is one, or ask another one first. */
const alone = ['import backstage', 'up', 'logout', 'config', 'doctor', 'completion', 'catalog validate', ...hidden];

/** What a call needs beyond an `x` for each required argument and option. */
const words: Readonly<Record<string, readonly string[]>> = {
  'env set': ['x', 'NAME=value'],
  'catalog apply': ['-f', file],
  'catalog diff': ['x'],
  'catalog refresh': ['x'],
  'onboard edit': ['x/y', '-f', file],
  'onboard scan': ['https://git.example.com/a/b.git'],
  'onboard owner': ['group:x', 'x/y'],
  'onboard open': ['x/y'],
  'token create': ['--name', 'x'],
  'pr list': ['x/y'],
  'pr open': ['x/y', '--head', 'z', '--title', 'Z'],
  'pr get': ['x/y', '1'],
  'pr merge': ['x/y', '1'],
  'pr close': ['x/y', '1'],
  'pipeline watch': ['x/y'],
};

const callOf = ({ name, command }: Leaf): string[] => [
  ...name.split(' '),
  ...(words[name] ?? [
    ...command.registeredArguments.filter(({ required }) => required).map(() => 'x/y'),
    ...command.options.filter(({ mandatory }) => mandatory).flatMap(({ long }) => [long ?? '', 'x']),
  ]),
];

test('the walk sees all commands', () => {
  expect(every.length).toBeGreaterThan(60);
  const names = every.map(({ name }) => name);
  for (const name of [...Object.keys(words), ...alone]) expect(names).toContain(name);
});

test.each(every.filter(({ name }) => !hidden.includes(name)))(
  'paved $name --help fits 80 columns and names each option',
  async ({ name, command }) => {
    const { code, out } = await run([...name.split(' '), '--help']);
    expect(code).toBe(exitCodes.done);
    expect(out).toContain(`Usage: paved ${name}`);
    for (const { long, hidden: unseen } of command.options) if (!unseen && long != null) expect(out).toContain(long);
    const prose = out.slice(0, out.includes('\nExamples:') ? out.indexOf('\nExamples:') : undefined);
    expect(prose.split('\n').filter((line) => line.length > 80)).toEqual([]);
  },
);

test.each(every)('paved $name --no-such-option is a wrong call, and does nothing', async (leaf) => {
  const { code, out, error } = await run([...callOf(leaf), '--no-such-option']);
  expect(code).toBe(exitCodes.usage);
  expect(error).toContain("unknown option '--no-such-option'");
  expect(out).toBe('');
});

test.each(every.filter(({ name }) => !alone.includes(name)))('paved $name without a server says so, and what to do', async (leaf) => {
  const { code, out, error } = await run(callOf(leaf));
  expect({ code, out, error }).toEqual({
    code: exitCodes.failed,
    out: '',
    error: expect.stringContaining(`The server ${nowhere} does not answer.\n`),
  });
  expect(error).toContain('--server');
  const scripted = await run([...callOf(leaf), '-o', 'json']);
  expect([scripted.code, scripted.out]).toEqual([exitCodes.failed, '']);
  expect(JSON.parse(scripted.error)).toMatchObject({ code: 'offline', fix: expect.any(String) });
});
