import assert from 'node:assert/strict';
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { layout, readPage } from '../src/page.js';
import { createSiteServer } from '../src/server.js';
import { buildSite } from '../src/site.js';

const folder = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
let target;
let server;
let address;

before(async () => {
  target = join(await mkdtemp(join(tmpdir(), 'site-')), 'dist');
  await buildSite({ content: folder('content'), assets: folder('assets'), target, site: 'Example' });
  server = createSiteServer(target);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${server.address().port}`;
});
after(async () => {
  server.closeAllConnections();
  server.close();
  await rm(join(target, '..'), { recursive: true });
});

test('every page has a title, and the menu leads to all of them', async () => {
  const home = await readFile(join(target, 'index.html'), 'utf8');
  assert.match(home, /<title>Example<\/title>/);
  for (const [, href] of home.matchAll(/<li><a href="([^"]+)"/g)) assert.equal((await fetch(address + href)).status, 200, href);
});

test('a page without title is named', () => {
  assert.throws(() => readPage('draft.md', 'no front matter'), /draft\.md has no title/);
});

test('HTML in pages and titles is text', () => {
  const page = readPage('index.md', '---\ntitle: A <b> & C\n---\n<script>alert(1)</script>');
  assert.doesNotMatch(layout(page, [page], 'S'), /<script>|<b>/);
});

test('links between pages, styles and health work', async () => {
  assert.match((await fetch(`${address}/style.css`)).headers.get('content-type'), /text\/css/);
  assert.deepEqual(await (await fetch(`${address}/healthz`)).json(), { status: 'ok' });
  const redirect = await fetch(`${address}/about`, { redirect: 'manual' });
  assert.equal(redirect.headers.get('location'), '/about/');
});

test('what did not change is not sent again', async () => {
  const etag = (await fetch(address)).headers.get('etag');
  assert.equal((await fetch(address, { headers: { 'if-none-match': etag } })).status, 304);
});

test('nothing outside the folder is served', async () => {
  await writeFile(join(target, '..', 'secret.txt'), 'secret');
  await mkdir(join(target, '..', 'dist-other'), { recursive: true });
  for (const path of ['/..%2fsecret.txt', '/%2e%2e/secret.txt', '/..%2fdist-other%2f', '/%00', '/missing']) {
    assert.equal((await fetch(address + path)).status, 404, path);
  }
});
