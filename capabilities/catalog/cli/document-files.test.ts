import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentFiles, filesBeside, standsBeside } from './document-files.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'paved-files-'));
  for (const name of [
    'catalog-info.yaml',
    'services/a/catalog-info.yaml',
    'services/b/catalog-info.yml',
    'services/b/openapi.yaml',
    'teams/one.yaml',
    'teams/two.yaml',
    'node_modules/x/catalog-info.yaml',
    '.hidden/catalog-info.yaml',
    'template/template.yaml',
    'template/skeleton/catalog-info.yaml',
  ]) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), 'kind: X\n');
  }
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
const named = async (...names: string[]): Promise<string[]> =>
  (await documentFiles(names.map((name) => path.join(root, name)))).map((file) => path.relative(root, file.name));

test('a folder stands for its catalog files; dependencies, hidden folders and skeletons are left out', async () => {
  expect(await named('.')).toEqual([
    'catalog-info.yaml',
    'services/a/catalog-info.yaml',
    'services/b/catalog-info.yml',
    'template/template.yaml',
  ]);
});

test('a pattern that no shell filled in is filled in here', async () => {
  expect(await named('services/**/catalog-info.{yaml,yml}')).toEqual(['services/a/catalog-info.yaml', 'services/b/catalog-info.yml']);
  expect(await named('**/catalog-info.yaml', 'catalog-info.yaml')).toContain('catalog-info.yaml');
  await expect(named('services/**/nothing.yaml')).rejects.toMatchObject({
    code: 'not_found',
    message: expect.stringContaining('No file matches'),
  });
  await expect(named('gone.yaml')).rejects.toMatchObject({ code: 'not_found' });
  await expect(named('teams')).rejects.toMatchObject({ message: 'There is no catalog-info.yaml here.' });
});

test('what a document names is looked for from where it stands', () => {
  const file = path.join(root, 'services/b/catalog-info.yml');
  expect(standsBeside(file, './openapi.yaml')).toBe(true);
  expect(standsBeside(file, './gone.yaml')).toBe(false);
  expect(filesBeside(file, '../../teams/*.yaml')?.map(({ name }) => path.relative(root, name))).toEqual([
    'teams/one.yaml',
    'teams/two.yaml',
  ]);
  expect(filesBeside(file, '../../teams/*.json')).toBeUndefined();
});
