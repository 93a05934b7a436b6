import { describe as suite, expect, test } from 'vitest';
import { parse } from 'yaml';
import { describe } from './describe.ts';
import { findingsOf } from './findings.ts';
import type { Wanted } from './wanted.ts';

const wanted: Wanted = {
  name: 'lyrics',
  owner: 'group:default/playback',
  system: 'system:default/player',
  type: 'service',
  lifecycle: 'production',
};
const repository = (files: Record<string, string>) => findingsOf(Object.keys(files), files);
const score = (files: Record<string, string>, more: Partial<Wanted> = {}) =>
  parse(describe(repository(files), { ...wanted, ...more }).files['score.yaml'] ?? 'null') as {
    metadata: { annotations?: Record<string, string> };
    service?: { ports: { web: { port: number } } };
    containers: { main: { command?: string[]; variables?: object; readinessProbe?: object } };
    resources?: Record<string, object>;
  } | null;
const npm = (more: object): string => JSON.stringify({ name: 'lyrics', ...more });

suite('the catalog file', () => {
  test('names owner, system, tags and docs as people write them', () => {
    const { files, component } = describe(
      repository({ 'package.json': npm({ description: 'Sings along' }), 'docs/index.md': '', 'README.md': '' }),
      wanted,
    );
    expect(parse(files['catalog-info.yaml'] ?? '')).toEqual({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: { name: 'lyrics', description: 'Sings along', annotations: { 'backstage.io/techdocs-ref': 'dir:.' }, tags: ['node'] },
      spec: { type: 'service', lifecycle: 'production', owner: 'playback', system: 'player' },
    });
    expect(component).toBe('component:default/lyrics');
  });

  test('that is there is kept, and what differs is said', () => {
    const own =
      'apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: Words, namespace: music }\nspec: { owner: discovery }\n';
    const { files, notes, component } = describe(repository({ 'catalog-info.yaml': own, 'score.yaml': 'x' }), wanted);
    expect(files).toEqual({});
    expect(component).toBe('component:music/words');
    expect(notes.join(' ')).toContain('differs from group:default/playback');
  });

  test('without a Component is kept too, and gives none', () => {
    const { files, component } = describe(
      repository({ 'catalog-info.yaml': 'kind: API\nmetadata: {name: x}\n---\n{ broken', 'index.html': '' }),
      wanted,
    );
    expect(Object.keys(files)).toEqual(['score.yaml']);
    expect(component).toBeUndefined();
  });
});

suite('the score file', () => {
  test.each<[string, Record<string, string>, string[] | undefined]>([
    [
      'a plain start script',
      { 'package.json': npm({ scripts: { start: 'node --enable-source-maps src/main.js' } }) },
      ['node', '--enable-source-maps', 'src/main.js'],
    ],
    [
      'the program of a package',
      { 'package.json': npm({ scripts: { start: 'tsx src/main.ts' }, devDependencies: { tsx: '4.0.0' } }) },
      ['node', 'node_modules/.bin/tsx', 'src/main.ts'],
    ],
    [
      'a script that needs a shell',
      { 'package.json': npm({ scripts: { start: 'node migrate.js && node main.js' } }) },
      ['sh', '-c', 'PATH="$PWD/node_modules/.bin:$PATH"; node migrate.js && node main.js'],
    ],
    ['a Procfile', { Procfile: 'release: ./migrate\nweb: python -m app "two words"\n' }, ['python', '-m', 'app', 'two words']],
    ['a Dockerfile', { Dockerfile: 'FROM x\nCMD ["wrong"]\nFROM node\nENTRYPOINT ["node"]\nCMD ["main.js"]\n' }, ['node', 'main.js']],
    ['main', { 'package.json': npm({ main: './lib/main.js' }), 'lib/main.js': '' }, ['node', 'lib/main.js']],
    ['server.js', { 'package.json': npm({}), 'server.js': '' }, ['node', 'server.js']],
    ['a main that is not there', { 'package.json': npm({ main: 'dist/main.js' }) }, undefined],
    ['a program that is only in the image', { Dockerfile: 'FROM scratch\nCMD ["/server"]' }, undefined],
    ['the shell form of a Dockerfile', { Dockerfile: 'FROM x\nCMD ./run $X' }, undefined],
    ['broken JSON', { 'package.json': '{' }, undefined],
    ['nothing', { 'README.md': '' }, undefined],
  ])('starts what %s says', (_what, files, command) => {
    expect(score(files)?.containers.main.command).toEqual(command);
    if (command === undefined) {
      const { notes, deployable } = describe(repository(files), wanted);
      expect(notes.join(' ')).toContain('No start command was found');
      expect(deployable).toBe(false);
    }
  });

  test('asks for a database, a port and a probe only when files say so', () => {
    const bare = score({ 'package.json': npm({ scripts: { start: 'node main.js' } }) });
    expect(bare?.service?.ports.web.port).toBe(8080);
    expect(Object.keys(bare?.resources ?? {})).toEqual(['dns', 'route']);
    expect(bare?.containers.main).toEqual({ image: '.', command: ['node', 'main.js'] });
    const full = score({
      'package.json': npm({ scripts: { start: 'node main.js' }, dependencies: { pg: '8.0.0' } }),
      Dockerfile: 'FROM node\nEXPOSE 3000/tcp 9000\nHEALTHCHECK CMD curl -f http://localhost:3000/healthz || exit 1\n',
    });
    expect(full?.service?.ports.web.port).toBe(3000);
    expect(Object.keys(full?.resources ?? {})).toEqual(['db', 'dns', 'route']);
    expect(full?.containers.main.readinessProbe).toEqual({ httpGet: { path: '/healthz', port: 3000 } });
    expect(full?.containers.main.variables).toHaveProperty('PGPASSWORD', '${resources.db.password}');
  });

  test('serves pages without a process, and gives a worker no route', () => {
    expect(score({ 'public/index.html': '' })?.metadata.annotations).toEqual({
      'paved.dev/workload-class': 'static',
      'paved.dev/static-folder': 'public',
    });
    const worker = score({ Procfile: 'worker: node work.js' }, { type: 'worker' });
    expect(worker?.metadata.annotations).toEqual({ 'paved.dev/workload-class': 'worker' });
    expect(worker?.service).toBeUndefined();
    expect(worker?.resources).toBeUndefined();
  });

  test('is left out for a library', () => {
    const { files, notes } = describe(repository({ 'package.json': npm({ scripts: { start: 'node x' } }) }), {
      ...wanted,
      type: 'library',
    });
    expect(Object.keys(files)).toEqual(['catalog-info.yaml']);
    expect(notes).toEqual(['A library does not run, so it gets no score.yaml.']);
  });
});

test('a package without a lock file is told what its build needs', () => {
  const notes = (files: Record<string, string>): string => describe(repository(files), wanted).notes.join(' ');
  expect(notes({ 'package.json': npm({ scripts: { start: 'node a.js' } }) })).toContain('no package-lock.json');
  expect(notes({ 'package.json': npm({}), 'package-lock.json': '{}' })).not.toContain('package-lock.json');
  expect(notes({ 'go.mod': 'module x' })).not.toContain('package-lock.json');
});
