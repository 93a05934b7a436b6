import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { catalog } from '@paved/catalog';
import type { Entity } from '@paved/kernel';
import { repositories, type Scm } from '@paved/repositories';
import { testPlatform } from '@paved/testing';
import { docsCapability } from './index.ts';

const component = (name: string, annotations: Record<string, string>): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name, annotations },
  spec: {},
});

/** A repository as the port shows it: files of one commit. */
function scmWith(files: Record<string, string | Uint8Array>): { scm: Partial<Scm>; reads: string[]; commit(): void } {
  const reads: string[] = [];
  let commits = 1;
  const known = async (slug: string) =>
    slug === 'playback/api' ? { slug, defaultBranch: 'main', description: '', ownerRef: '', cloneUrl: '', createdAt: '' } : undefined;
  return {
    reads,
    commit: () => void commits++,
    scm: {
      get: known,
      resolve: async (_slug, revision) => (revision === 'main' || /^0{39}\d$/.test(revision) ? `${'0'.repeat(39)}${commits}` : undefined),
      tree: async (_slug, _revision, folder = '') =>
        Object.keys(files)
          .filter((f) => folder === '' || f.startsWith(`${folder}/`))
          .map((f) => ({ path: f, type: 'file' as const })),
      readFile: async (_slug, _revision, file) => {
        reads.push(file);
        const found = files[file];
        return found === undefined ? undefined : { text: String(found), binary: false, size: found.length };
      },
      readBytes: async (_slug, _revision, file) => {
        const found = files[file];
        return found === undefined ? undefined : Buffer.from(found);
      },
    },
  };
}

async function platform(entities: readonly Entity[], scm: Partial<Scm>) {
  return testPlatform({
    capabilities: [docsCapability],
    provide: [
      [catalog, { get: async (ref: string) => entities.find((e) => `component:default/${e.metadata.name}` === ref) }],
      [repositories, scm],
    ],
  });
}

test('an entity’s docs are read from its repository: contents, pages, links, images; cached by commit', async () => {
  const { scm, reads, commit } = scmWith({
    'mkdocs.yml':
      'site_name: Player\nnav:\n  - Home: index.md\n  - Guides:\n      - Run it: guides/run.md\nmarkdown_extensions:\n  - pymdownx.emoji:\n      emoji_index: !!python/name:materialx.emoji.twemoji\n',
    'docs/index.md': '# Player\n\nSee [how to run](guides/run.md#local) and ![arch](img/a.svg). <script>alert(1)</script>',
    'docs/guides/run.md': '# Run\n\n[up](../index.md) [out](../../../secrets)',
    'docs/img/a.svg': '<svg onload="alert(1)"/>',
    'docs/evil.html': '<script>alert(1)</script>',
    'README.md': '# Readme\n\n[docs](docs/index.md) ![x](docs/img/a.svg)',
  });
  await using paved = await platform(
    [
      component('api', {
        'backstage.io/techdocs-ref': 'dir:.',
        'backstage.io/managed-by-location': 'url:paved://repositories/playback/api/catalog-info.yaml',
      }),
    ],
    scm,
  );
  const url = '/api/docs/component/default/api';
  expect((await paved.request('GET', url)).json).toMatchObject({
    name: 'Player',
    home: 'docs/index.md',
    navigation: [
      { title: 'Home', path: 'docs/index.md' },
      { title: 'Guides', children: [{ title: 'Run it', path: 'docs/guides/run.md' }] },
    ],
    repository: { slug: 'playback/api' },
  });
  const page = (await paved.request('GET', `${url}/page`)).json;
  expect(page).toMatchObject({ title: 'Player', headings: [{ id: 'h-player' }] });
  expect(page.html).toContain('href="/catalog/default/component/api/docs?path=docs%2Fguides%2Frun.md#h-local"');
  expect(page.html).toContain('src="/api/docs/component/default/api/raw?path=docs%2Fimg%2Fa.svg"');
  expect(page.html).not.toContain('script');
  expect((await paved.request('GET', `${url}/page?path=docs/guides/run.md`)).json.html).toContain('<span>out</span>');
  const before = reads.length;
  await paved.request('GET', `${url}/page`);
  expect(reads).toHaveLength(before);
  commit();
  await paved.request('GET', `${url}/page`);
  expect(reads.length).toBeGreaterThan(before);

  const image = await paved.request('GET', `${url}/raw?path=docs/img/a.svg`);
  expect(image.headers).toMatchObject({ 'content-type': 'image/svg+xml', 'x-content-type-options': 'nosniff' });
  expect(image.headers['content-security-policy']).toContain('sandbox');
  expect((await paved.request('GET', `${url}/raw?path=docs/evil.html`)).headers['content-type']).toBe('text/plain; charset=utf-8');
  for (const escape of ['../x.md', 'docs/../../x.md', '.git/config.md', '%2e%2e/x.md'])
    expect([400, 404], escape).toContain((await paved.request('GET', `${url}/page?path=${escape}`)).status);
  expect((await paved.request('GET', `${url}/page?path=docs/none.md`)).status).toBe(404);

  const readme = (await paved.request('GET', '/api/docs/readme?repository=playback/api')).json;
  expect(readme.html).toContain('href="/repositories/playback/api?path=docs%2Findex.md&amp;view=file"');
  expect(readme.html).toContain('src="/api/repositories/playback/api/raw?path=docs%2Fimg%2Fa.svg"');
  expect((await paved.request('POST', '/api/docs/render', { body: { markdown: '**hi** [x](y.md)' } })).json.html).toBe(
    '<p><strong>hi</strong> <span>x</span></p>\n',
  );
});

test('docs of entities read from files on the server stay in their folder', async () => {
  const base = mkdtempSync('/tmp/paved-docs-');
  mkdirSync(path.join(base, 'svc/docs'), { recursive: true });
  writeFileSync(path.join(base, 'svc/docs/index.md'), '# Local');
  writeFileSync(path.join(base, 'secret.md'), '# Secret');
  symlinkSync('../../secret.md', path.join(base, 'svc/docs/link.md'));
  const location = `file:${path.join(base, 'svc/catalog-info.yaml')}`;
  const at = (name: string, ref: string): Entity =>
    component(name, { 'backstage.io/managed-by-location': location, 'backstage.io/techdocs-ref': ref });
  await using paved = await platform([at('good', 'dir:.'), at('evil', 'dir:..'), at('odd', 'gs:bucket'), component('none', {})], {});
  expect((await paved.request('GET', '/api/docs/component/default/good')).json.navigation).toEqual([
    { title: 'Home', path: 'docs/index.md' },
  ]);
  expect((await paved.request('GET', '/api/docs/component/default/good/page')).json.title).toBe('Local');
  expect((await paved.request('GET', '/api/docs/component/default/good/page?path=docs/link.md')).status).toBe(404);
  expect((await paved.request('GET', '/api/docs/component/default/evil')).json).toMatchObject({
    status: 400,
    detail: expect.stringContaining('outside its repository'),
  });
  expect((await paved.request('GET', '/api/docs/component/default/odd')).json.code).toBe('unsupported');
  expect((await paved.request('GET', '/api/docs/component/default/none')).json.code).toBe('not_found');
});
