import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createProgram } from './cli.ts';
import { bashScript, fishScript, zshScript } from './completion-scripts.ts';
import { completedCommands } from './completion-words.ts';

let folder: string;
const file = (shell: string): string => path.join(folder, `paved.${shell}`);
const installed = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'paved-completion-'));
  // What the server would say is not what is tested here: every question to it is answered with one name.
  const asked = path.join(folder, 'asked');
  writeFileSync(asked, '#!/bin/sh\necho "$2-one"\n', { mode: 0o755 });
  const commands = completedCommands(createProgram(new AbortController().signal).program);
  writeFileSync(file('bash'), bashScript(commands, `'${asked}'`));
  writeFileSync(file('zsh'), zshScript(commands, `'${asked}'`));
  writeFileSync(file('fish'), fishScript(commands, `'${asked}'`));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A line as somebody types it up to Tab, and something that must be offered then. */
const lines: readonly (readonly [line: string, offered: string])[] = [
  ['paved cat', 'catalog'],
  ['paved catalog val', 'validate'],
  ['paved -o json catalog hist', 'history'],
  ['paved deploy -e dev --com', '--commit'],
  ['paved runs list -o y', 'yaml'],
  ['paved completion z', 'zsh'],
  ['paved service import x --lifecycle dep', 'deprecated'],
  ['paved deploy comp', 'component-one'],
  ['paved promote checkout --to env', 'environment-one'],
  ['paved ownership confirm a b re', 'ref-one'],
];

test('bash offers commands, options, their values, and names that the server knows', () => {
  const script = `source '${file('bash')}'\nCOMP_LINE="$1" COMP_POINT=\${#1} COMP_WORDBREAKS=' :='; _paved; printf '%s\\n' "\${COMPREPLY[@]}"`;
  for (const [line, offered] of lines) {
    const replies = execFileSync('bash', ['--norc', '-c', script, 'bash', line], { encoding: 'utf8' }).trim().split('\n');
    expect([line, replies]).toEqual([line, [offered]]);
  }
});

test.skipIf(!installed('fish'))('fish offers the same, with what each is (needs fish)', () => {
  for (const [line, offered] of lines) {
    const replies = execFileSync('fish', ['--no-config', '-c', `source '${file('fish')}'; complete -C '${line}'`], { encoding: 'utf8' });
    expect([line, replies.split('\n').map((reply) => reply.split('\t')[0])]).toEqual([line, expect.arrayContaining([offered])]);
  }
});

test.skipIf(!installed('zsh'))('zsh sees which command a line is about (needs zsh)', () => {
  const script = `compdef() {}; source '${file('zsh')}'; _paved_walk "$@"; print -r -- "$_paved_path|$_paved_option|$_paved_given"`;
  const walk = (...words: string[]): string => execFileSync('zsh', ['-f', '-c', script, 'zsh', ...words], { encoding: 'utf8' }).trim();
  expect(walk('catalog', 'get', 'checkout')).toBe('catalog get||1');
  expect(walk('-o', 'json', 'deploy', '-e', 'dev')).toBe('deploy||0');
  expect(walk('promote', 'checkout', '--to')).toBe('promote|--to|1');
});
