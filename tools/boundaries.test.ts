import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sqlVerdict, verdict } from './boundaries.mjs';

test.each([
  ['capabilities/catalog/server/service.ts', '../../runs/server/store.ts', /by its package name/],
  ['capabilities/catalog/server/service.ts', '@paved/runs/server', /through their contract/],
  ['capabilities/catalog/portal/index.tsx', '../server/store.ts', /never imports server/],
  ['capabilities/catalog/portal/index.tsx', '@paved/host', /never imports the host/],
  ['capabilities/catalog/cli/index.ts', '../server/store.ts', /never imports server/],
  ['capabilities/catalog/server/service.ts', '../portal/index.tsx', /knows nothing of portal/],
  ['capabilities/catalog/model/refs.ts', 'node:fs', /pure/],
  ['capabilities/catalog/model/refs.ts', '../server/store.ts', /pure/],
  ['capabilities/catalog/model/refs.ts', '@paved/host', /pure/],
  ['capabilities/catalog/index.ts', './server/index.ts', /contract holds/],
  ['packages/kernel/ref.ts', 'node:crypto', /kernel is pure/],
  ['packages/kernel/ref.ts', '@paved/catalog', /kernel ◄ packages/],
  ['packages/host/platform.ts', '@paved/catalog', /kernel ◄ packages/],
  ['capabilities/orchestrator/server/index.ts', '@paved/driver-process', /kernel ◄ packages/],
  ['drivers/process/index.ts', '@paved/server', /kernel ◄ packages/],
])('%s may not import %s', (file, specifier, sentence) => {
  expect(verdict(file, specifier)).toMatch(sentence);
});

test.each([
  ['capabilities/catalog/server/service.ts', '@paved/runs'],
  ['capabilities/catalog/server/service.ts', '../model/refs.ts'],
  ['capabilities/catalog/server/store.db.test.ts', '@paved/testing'],
  ['drivers/process/index.ts', '@paved/orchestrator'],
  ['apps/server/compose.ts', '@paved/catalog/server'],
])('%s may import %s', (file, specifier) => {
  expect(verdict(file, specifier)).toBeUndefined();
});

test('SQL outside store, views and migrations is refused', () => {
  expect(sqlVerdict('capabilities/catalog/server/service.ts', ['sql'])).toMatch(/SQL stays/);
  expect(sqlVerdict('capabilities/catalog/server/store.ts', ['sql'])).toBeUndefined();
});

// The guards themselves must bite: wrong snippets go through the real linter and the real type checker.
const folder = 'capabilities/delivery/model/wrong';
// Each starts a whole tool, on a machine that may be busy with others.
const timeout = 120_000;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lint = (name: string, text: string): string => {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, name);
  writeFileSync(file, text);
  try {
    return execFileSync('node_modules/.bin/oxlint', [file], { encoding: 'utf8' });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
};

test.each([
  ['clock.ts', 'export const now = (): number => Date.now();', /Date/],
  ['chance.ts', 'export const chance = (): number => Math.random();', /random/],
  ['server.ts', "import { tables } from '../../server/store.ts';\nexport const t = tables;", /knows nothing of server/],
  ['floating.ts', 'const later = async (): Promise<number> => 1;\nexport const run = (): void => {\n  later();\n};', /floating/i],
  ['files.ts', "import { readFileSync } from 'node:fs';\nexport const text = readFileSync('x');", /pure/],
  ['process.ts', 'export const folder = process.cwd();', /process/],
  ['network.ts', "export const answer = fetch('/x');", /fetch/],
])('the linter catches %s', { timeout }, (name, text, sentence) => {
  expect(lint(name, text)).toMatch(sentence);
});

test('the type checker of pure code does not know the browser', { timeout }, () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'impure.ts'), 'export const c = window;');
  let said = '';
  try {
    execFileSync(process.execPath, ['node_modules/@typescript/native/bin/tsc', '-p', 'tsconfig.pure.json'], { encoding: 'utf8' });
  } catch (error) {
    said = (error as { stdout: string }).stdout;
  }
  expect(said).toContain("'window'");
});

test('a deep import does not get past package exports', () => {
  expect(() => import.meta.resolve('@paved/catalog/server/store.ts')).toThrow();
});
