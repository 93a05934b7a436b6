import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { testCli } from '@paved/testing';
import { catalogPlatform, component, folderWith } from './platform.test-kit.ts';
import { register } from '../cli/index.ts';

const paved = (server: string, ...words: string[]) => testCli({ server, register })('catalog', ...words);

describe('paved catalog', () => {
  it('applies, lists, gets, refreshes', async () => {
    await using platform = await catalogPlatform({ listen: true });
    const folder = folderWith({
      'a.yaml': `${component('a')}---\n${component('b', { owner: 'user:mira' })}`,
      'bad.yaml': component('c').replace('type: service', 'type: 3'),
    });
    const server = platform.baseUrl();
    const run = (...words: string[]) => paved(server, ...words);
    expect((await run('apply', '-f', `${folder}/a.yaml`)).rows).toEqual([
      ['component:default/a', 'added', ''],
      ['component:default/b', 'added', ''],
    ]);
    await expect(run('apply', '-f', `${folder}/a.yaml`, `${folder}/bad.yaml`)).rejects.toThrow('Nothing was stored');
    expect((await run('list', 'component', '--owner', 'user:mira')).rows.map((row) => row[1])).toEqual(['b']);
    expect(
      (await run('list', '--filter', 'metadata.name=a', '--filter', 'metadata.name=b', '--order', 'metadata.name,desc')).rows.map(
        (row) => row[1],
      ),
    ).toEqual(['b', 'a']);
    expect((await run('list', '--limit', '1')).rows).toHaveLength(1);
    expect((await run('get', 'a')).shown[0]).toMatchObject({ kind: 'Component', metadata: { name: 'a' } });
    await expect(run('get', 'nope')).rejects.toThrow('The catalog has no component:default/nope.');
    expect((await run('refresh', 'a')).said).toEqual(['The source of component:default/a is read again.']);
    expect((await run('problems')).rows).toEqual([]);
  });

  it('shows the graph around an entity, and who is affected when it breaks', async () => {
    await using platform = await catalogPlatform({ listen: true });
    const folder = folderWith({
      'a.yaml': [
        component('a', { spec: '  dependsOn: [component:b]\n' }),
        component('b', { spec: '  dependsOn: [component:c]\n' }),
        component('c'),
      ].join('---\n'),
    });
    const run = (...words: string[]) => paved(platform.baseUrl(), ...words);
    await run('import', folder);
    expect((await run('graph', 'b', '--relation', 'dependsOn')).rows).toEqual([
      ['component:default/a', 'dependsOn', 'component:default/b'],
      ['component:default/b', 'dependsOn', 'component:default/c'],
    ]);
    expect((await run('graph', 'b', '--relation', 'dependsOn', '--direction', 'outgoing')).rows).toHaveLength(1);
    expect((await run('graph', 'c', '--impact')).rows).toEqual([
      [1, 'component:default/b', 'group:default/team-a', 'production', 'directly'],
      [2, 'component:default/a', 'group:default/team-a', 'production', 'b'],
    ]);
    expect((await run('graph', 'c', '--impact', '--kind', 'system')).rows).toEqual([]);
  });

  it('looks at, adds, lists, reads and removes sources', async () => {
    await using platform = await catalogPlatform({ listen: true, config: { catalog: { orphans: 'keep' } } });
    const folder = folderWith({ 'a.yaml': component('a'), 'b.yaml': `${component('b')}---\n${component('bad name')}` });
    const run = (...words: string[]) => paved(platform.baseUrl(), ...words);
    const looked = await run('import', folder, '--dry-run');
    expect(looked.rows.map((row) => row[0])).toEqual(['component:default/a', 'component:default/b', 'problem']);
    expect((await run('sources')).rows).toEqual([]);
    expect((await run('import', folder)).said).toEqual([expect.stringContaining(`directory:${folder} is registered`)]);
    expect((await run('sources', '--state', 'problems')).rows.map((row) => row.slice(0, 4))).toEqual([
      ['problems', `directory:${folder}`, 2, 1],
    ]);
    rmSync(`${folder}/a.yaml`);
    expect((await run('refresh', folder)).said).toEqual([expect.stringContaining('is read again: run_')]);
    await expect.poll(async () => (await run('orphans')).rows.map((row) => row[0])).toEqual(['component:default/a']);
    expect((await run('orphans', '--remove')).said).toEqual(['1 orphan is removed.']);
    expect((await run('refresh', '--all')).said).toEqual(['1 source is read again.']);
    expect((await run('locations', 'remove', folder)).said).toEqual([`directory:${folder} is removed.`]);
    await expect(run('refresh', folder)).rejects.toThrow('There is no source');
  });

  it('validates without a server', async () => {
    const folder = folderWith({
      'ok/catalog-info.yaml': component('a'),
      'tpl/template.yaml': component('t'),
      'tpl/skeleton/catalog-info.yaml': 'kind: ${{ values.x }}\n',
      'bad.yaml': component('b').replace('  owner: team-a\n', ''),
    });
    const offline = (...words: string[]) => paved('http://127.0.0.1:1', 'validate', ...words);
    expect((await offline(folder)).said).toEqual(['2 documents in 2 files: all valid.']);
    await expect(offline(`${folder}/bad.yaml`)).rejects.toThrow('1 problem in 1 document in 1 file.');
    await expect(offline(`${folder}/none.yaml`)).rejects.toThrow('There is no file');
  });

  it('warns of references that lead to nothing when the server is asked; what stands in another file leads somewhere', async () => {
    await using platform = await catalogPlatform({ listen: true });
    const known = folderWith({ 'team.yaml': component('radio').replace('  owner: team-a', '  owner: user:mira') });
    await paved(platform.baseUrl(), 'import', known);
    const folder = folderWith({
      'a.yaml': component('a', { owner: 'user:mira', spec: '  dependsOn:\n  - component:b\n  - component:radoi\n' }),
      'b.yaml': `# the other one\n---\n${component('b', { owner: 'group:nobody', spec: '  dependsOn: [component:a]\n' })}`,
    });
    const { rows, said } = await paved(platform.baseUrl(), 'validate', `${folder}/a.yaml`, `${folder}/b.yaml`, '--references');
    expect(rows.map(([level, where, ...rest]) => [level, String(where).replace(`${folder}/`, ''), ...rest])).toEqual([
      ['warning', 'a.yaml:8', 'Component a', 'user:default/mira is not in the catalog.', ''],
      ['warning', 'a.yaml:11', 'Component a', 'component:default/radoi is not in the catalog.', 'Did you mean component:default/radio?'],
      ['warning', 'b.yaml:10', 'Component b', 'group:default/nobody is not in the catalog.', ''],
    ]);
    expect(said).toEqual(['2 documents in 2 files: all valid; 3 references lead to nothing.']);
  });
});
