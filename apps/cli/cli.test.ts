import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { createProgram, withoutVainHelp } from './cli.ts';

const program = (): Command => createProgram(new AbortController().signal).program;

/** Every command somebody can call, with its words. */
function all(command: Command, path = ''): { path: string; command: Command }[] {
  return command.commands.flatMap((child) => {
    const full = `${path} ${child.name()}`.trim();
    return [{ path: full, command: child }, ...all(child, full)];
  });
}

test('every command and option says what it does, in one voice: lower case, no full stop', () => {
  for (const { path, command } of all(program())) {
    if (path === 'git-credential' || path === 'complete-values') continue;
    for (const [what, text] of [
      [path, command.description()],
      ...command.options.map((option) => [`${path} ${option.flags}`, option.description] as const),
    ] as const)
      expect([what, text]).toEqual([
        what,
        expect.stringMatching(/^(?:[^A-Z]|[A-Z][A-Za-z]*[A-Z]|Paved|Git|Backstage|ISO|YAML|EntityKind).*[^.]$/s),
      ]);
  }
});

test('the first page shows commands by what somebody is about to do', () => {
  const text = program().helpInformation();
  const order = ['Start here:', 'Ship:', 'Code:', 'Catalog:', 'Platform:'].map((heading) => text.indexOf(heading));
  expect(order.every((at) => at > 0)).toBe(true);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(text).not.toContain('[options] <');
});

test('examples in help are commands that exist, with options that they take', () => {
  const root = program();
  const commands = [{ path: '', command: root }, ...all(root)];
  let seen = 0;
  for (const { command } of commands) {
    let text = '';
    command.configureOutput({ writeOut: (part) => void (text += part) }).outputHelp();
    for (const line of text.split('\n').filter((one) => one.trim().startsWith('$ '))) {
      const example = /paved (.*)$/.exec(line.replace(/ {3,}.*$/, '').replace(/"?\$?\(?paved completion/, 'paved completion'))?.[1] ?? '';
      let found = root;
      for (const word of example.split(' ')) found = found.commands.find((child) => child.name() === word) ?? found;
      expect([line, found.name()]).not.toEqual([line, 'paved']);
      for (const flag of example.match(/(?<= )--[a-z-]+/g) ?? [])
        expect([line, found.options.map(({ long }) => long)]).toEqual([line, expect.arrayContaining([flag])]);
      seen += 1;
    }
  }
  expect(seen).toBeGreaterThan(20);
});

test('a mistyped command with --help is told from a question about paved', () => {
  expect(withoutVainHelp(program(), ['servcie', '--help'])).toEqual(['servcie']);
  expect(withoutVainHelp(program(), ['catalog', 'lst', '-h'])).toEqual(['catalog', 'lst']);
  for (const args of [
    ['--help'],
    ['catalog', '--help'],
    ['-o', 'json', 'catalog', 'list', '-h'],
    ['deploy', 'help', '--help'],
    ['help', 'deploy'],
  ])
    expect(withoutVainHelp(program(), args)).toEqual(args);
});

test('commands in the README, guides and capability READMEs exist, with options that they take', () => {
  const root = program();
  const rootFolder = fileURLToPath(new URL('../../', import.meta.url));
  const files = globSync(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/guides/*.md', 'capabilities/*/README.md'], {
    cwd: rootFolder,
  });
  expect(files.length).toBeGreaterThan(20);
  let seen = 0;
  for (const file of files) {
    // What stands in backticks, and lines of code blocks; not what follows a comment sign or an ellipsis.
    const text = readFileSync(path.join(rootFolder, file), 'utf8');
    const code = [...text.matchAll(/^ *```[\s\S]*?^ *```|`[^`\n]+`/gm)].flatMap(([part]) => part.replaceAll('`', '').split('\n'));
    for (const line of code) {
      for (const [, words = ''] of line
        .replace(/\s#.*$/, '')
        // A step of a CI file calls it by its path.
        .replace(/^ *- (?:run: )?(?=\S*bin\/paved)/, '')
        .replace(/\S*bin\/paved\.mjs (?=[a-z])/g, 'paved ')
        .matchAll(/(?:^|npx --no-install |&& |\$\()\s*paved ((?:-o )?[a-z][^&|)]*)/g)) {
        const given = words.trim().split(/\s+/);
        let found = root;
        for (const word of given) {
          const names = word.split('/').map((name) => found.commands.find((child) => child.name() === name));
          found = names.find((child) => child !== undefined) ?? found;
        }
        expect([file, line.trim(), found.name()]).not.toEqual([file, line.trim(), 'paved']);
        for (const flag of given.filter((word) => /^--?[a-z]/.test(word)))
          expect([file, line.trim(), found.options.flatMap(({ long, short }) => [long, short])]).toEqual([
            file,
            line.trim(),
            expect.arrayContaining([flag.replace(/=.*$/, '')]),
          ]);
        seen += 1;
      }
    }
  }
  expect(seen).toBeGreaterThan(40);
});
