import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalog } from '@paved/catalog';
import type { OutputFormat } from '@paved/client';
import { repositories } from '@paved/repositories';
import { testActor, testCli, type CliOutput } from '@paved/testing';
import { goldenPathPlatform } from '../server/testing/golden-path-platform.ts';
import { register } from './index.ts';

let platform: Awaited<ReturnType<typeof goldenPathPlatform>>;
const folder = mkdtempSync(path.join(os.tmpdir(), 'paved-create-'));

beforeAll(async () => {
  platform = await goldenPathPlatform();
  const entity = {
    apiVersion: 'scaffolder.backstage.io/v1beta3',
    kind: 'Template',
    metadata: { name: 'tiny', title: 'Tiny' },
    spec: {
      type: 'service',
      parameters: {
        required: ['name'],
        properties: { name: { title: 'Name', type: 'string', pattern: '^[a-z]+$', description: 'Lower-case letters.' } },
      },
      steps: [
        {
          id: 'fetch',
          name: 'Write the files',
          action: 'fetch:template',
          input: { url: './skeleton', values: { name: '${{ parameters.name }}' } },
        },
        {
          id: 'publish',
          name: 'Create the repository',
          action: 'publish:git',
          input: { repoUrl: 'paved?owner=team&repo=${{ parameters.name }}', owner: 'group:default/x' },
        },
      ],
      output: { links: [{ title: 'Repository', url: '${{ steps.publish.output.remoteUrl }}' }] },
    },
  };
  mkdirSync(path.join(folder, 'skeleton'));
  writeFileSync(path.join(folder, 'skeleton/README.md'), '# ${{ values.name }}\n');
  writeFileSync(path.join(folder, 'template.yaml'), stringify(entity));
  await platform.service(catalog).addLocation({ type: 'file', target: path.join(folder, 'template.yaml') }, testActor);
});
afterAll(async () => {
  await platform[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the command as a script would, and gives what it said. */
const paved = (args: string[], format?: OutputFormat): Promise<CliOutput> =>
  testCli({ server: platform.baseUrl(), register, settingsDir: folder, ...(format === undefined ? {} : { format }) })('create', ...args);

test('lists golden paths', async () => {
  expect((await paved([])).shown).toMatchObject([{ name: 'tiny', title: 'Tiny' }]);
});

test('shows what a form asks for, by the names that --set takes', async () => {
  expect((await paved(['tiny', '--fields'])).text).toBe('name | yes | text like ^[a-z]+$ |  | Name: Lower-case letters.');
});

test('creates by flags and shows each step and the links', async () => {
  const { said } = await paved(['tiny', '--set', 'name=abc']);
  expect(said.filter((line) => line.startsWith('✓'))).toEqual(['✓ Write the files', '✓ Create the repository']);
  expect(said.at(-1)).toBe(`Repository: ${platform.baseUrl()}/git/team/abc.git`);
  expect(await platform.service(repositories).get('team/abc')).toBeDefined();
});

test('creates by a values file, not waiting', async () => {
  writeFileSync(path.join(folder, 'values.yaml'), 'name: def\n');
  const { shown } = await paved(['template:default/tiny', '--values', path.join(folder, 'values.yaml'), '--no-wait'], 'json');
  expect(shown).toEqual([{ runId: expect.stringMatching(/^run_/) }]);
});

test('a preview changes nothing and says what is wrong', async () => {
  const { said } = await paved(['tiny', '--set', 'name=preview', '--preview']);
  expect(said).toEqual(['  repository  team/preview, 1 files']);
  expect(await platform.service(repositories).get('team/preview')).toBeUndefined();
  // `abc` was created above: what would fail half-way is said before anything is made.
  const made = (await platform.service(repositories).list()).length;
  await expect(paved(['tiny', '--set', 'name=abc'])).rejects.toMatchObject({
    message: 'There is a repository team/abc already.',
    fix: expect.stringContaining('Choose another name.'),
  });
  expect(await platform.service(repositories).list()).toHaveLength(made);
  await expect(paved(['tiny', '--set', 'name=NO', '--preview'])).rejects.toMatchObject({
    message: 'Name "NO" does not fit.',
    fix: expect.stringContaining('Lower-case letters.'),
  });
});

test('what fails ends with the reason', async () => {
  await expect(paved(['tiny', '--set', 'name=abc'])).rejects.toThrow(/team\/abc/);
  await expect(paved(['tiny'])).rejects.toMatchObject({
    message: 'Name is missing.',
    fix: 'See what it asks for: paved create tiny --fields',
  });
  await expect(paved(['nope', '--set', 'name=x'])).rejects.toMatchObject({ code: 'not_found', fix: 'There are tiny.' });
  await expect(paved(['tiny', '--values', '/nowhere.yaml'])).rejects.toThrow('there is no such file');
});
