import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Server } from './kit/acme.ts';
import { chromiumPath, why } from './kit/browser.ts';
import { journey, type Journey } from './kit/journey.ts';
import { inspectAsItStands, type Complaints } from './kit/page-checks.ts';
import { pictures } from './kit/pictures.ts';
import type { Portal } from './kit/portal.ts';

const slug = 'playback/shelf';
const document = `# What viewers put aside for later.
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: shelf
  annotations:
    example.com/budget: '0.1'   # how often it may fail
  tags:
  - node
spec:
  type: service
  lifecycle: experimental # until spring
  owner: playback
`;
const poll = <T>(look: () => T) => expect.poll(look, { timeout: 20_000, interval: 100 });

describe.skipIf(chromiumPath === undefined)(`Entities are edited in a browser${why}`, () => {
  let begun: Journey;
  let server: Server;
  let complaints: Complaints;
  let p: Portal;
  let page: Page;
  /** Nothing that axe finds in light or dark, nothing that sticks out on a phone; what was written stays. */
  const inspected = async (name: string): Promise<void> => {
    expect(await inspectAsItStands(page, pictures('editing')(name)), name).toEqual([]);
  };
  const textOf = async (revision: string): Promise<string> => {
    const answer = await fetch(`${server.url}/api/repositories/${slug}/raw?path=catalog-info.yaml&ref=${encodeURIComponent(revision)}`, {
      headers: { authorization: `Bearer ${begun.world.token}` },
    });
    return answer.text();
  };

  beforeAll(async () => {
    begun = await journey();
    server = begun.server;
    await server.api.post('/api/repositories', { slug, description: '', ownerRef: 'group:default/playback' });
    await server.api.post(`/api/repositories/${slug}/commits`, {
      branch: 'main',
      files: { 'catalog-info.yaml': document },
      message: 'First',
    });
    await server.api.post('/api/catalog/locations', { type: 'url', target: `paved://repositories/${slug}/catalog-info.yaml` });
    ({ complaints, page, p } = await begun.visitor('Mira Voss'));
  });
  afterAll(() => begun?.[Symbol.asyncDispose]());

  test('an owner changes it by form; the pull request is merged; it is visible', async () => {
    await p.open('/catalog/default/component/shelf');
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Edit', exact: true }).click();
    await p.heading('Edit shelf');
    await page.getByLabel('Title').fill('The shelf');
    await page.getByText('metadata.title').waitFor();
    await inspected('form');
    await p.enter('button', 'Review change');
    await page.getByText('title: The shelf').waitFor();
    await inspected('review');
    await page.getByLabel('Why').fill('It needs a title');
    await p.enter('button', 'Open pull request');
    await page.getByRole('heading', { name: 'Pull request 1 is open' }).waitFor();
    const { pullRequest } = await server.api.get<{ pullRequest: { title: string; head: string } }>(
      `/api/repositories/${slug}/pull-requests/1`,
    );
    expect(pullRequest.title).toBe('It needs a title');
    await p.enter('link', 'Open the pull request');
    await p.heading(/It needs a title/);
    await server.api.post(`/api/repositories/${slug}/pull-requests/1/merge`, { overrideReason: 'No code changed.' });
    await poll(
      async () =>
        (await server.api.get<{ metadata: { title?: string } }>('/api/catalog/entities/by-name/component/default/shelf')).metadata.title,
    ).toBe('The shelf');
    await p.open('/catalog/default/component/shelf');
    await p.heading(/The shelf/);
  });

  test('YAML with an error shows it at its line; both faces show the same document', async () => {
    await p.open('/editing/default/component/shelf?as=yaml');
    const editor = page.getByRole('textbox', { name: 'Document as YAML' });
    await editor.waitFor();
    await page.getByText('lifecycle').last().waitFor();
    await editor.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('  dependsOn: nothing');
    await page.locator('.cm-lintRange-error').first().waitFor();
    await page
      .getByRole('list', { name: 'Problems' })
      .getByText(/dependsOn/)
      .first()
      .waitFor();
    expect(await page.getByRole('button', { name: 'Review change' }).getAttribute('aria-disabled')).toBe('true');
    await inspected('yaml');
    for (let n = 0; n < 'dependsOn: nothing'.length; n++) await page.keyboard.press('Backspace');
    await page.keyboard.type('system: streaming');
    await page.locator('.cm-lintRange-error').first().waitFor({ state: 'detached' });
    await p.enter('button', 'Form');
    await poll(() => page.getByLabel('System').inputValue()).toMatch(/streaming/i);
    await page.getByLabel('Description').fill('Puts aside.');
    await p.enter('button', 'YAML');
    await poll(() => page.getByRole('textbox', { name: 'Document as YAML' }).textContent()).toMatch(/description: Puts aside\./);
  });

  test('committed at once, comments kept; an old version is brought back', async () => {
    await p.open('/editing/default/component/shelf');
    await page.getByLabel('Lifecycle').fill('production');
    await p.enter('button', 'Review change');
    await page.getByRole('radio', { name: /^Commit/ }).check();
    await p.enter('button', 'Commit');
    await page.getByRole('heading', { name: /^Committed as/ }).waitFor();
    expect(await textOf('main')).toBe(
      document.replace('name: shelf', 'name: shelf\n  title: The shelf').replace('lifecycle: experimental', 'lifecycle: production'),
    );
    await p.open('/editing/default/component/shelf?version=1');
    await p.heading('Restore version 1 of shelf');
    await page.getByText('lifecycle: experimental # until spring').waitFor();
    await inspected('restore');
  });

  test('somebody else is faster: the newer version is taken, the own words stay', async () => {
    await p.open('/editing/default/component/shelf');
    await page.getByLabel('Description').fill('Puts aside.');
    await page.getByText('metadata.description').waitFor();
    const before = await textOf('main');
    await server.api.post(`/api/repositories/${slug}/commits`, {
      branch: 'main',
      files: { 'catalog-info.yaml': before.replace('- node', '- node\n  - video') },
      message: 'It shows videos',
    });
    await page.getByText('There is a newer version.').waitFor();
    await page.getByText('has changed since you opened it: metadata.tags.').waitFor();
    await inspected('newer');
    await p.enter('button', 'Take it, keep my change');
    await page.getByText('There is a newer version.').waitFor({ state: 'detached' });
    await p.enter('button', 'Review change');
    await page.getByRole('radio', { name: /^Commit.*It goes to main/ }).check();
    await p.enter('button', 'Commit');
    await page.getByRole('heading', { name: /^Committed as/ }).waitFor();
    expect(await textOf('main')).toMatch(/description: Puts aside\.[^]*- node\n {2}- video/);
  });

  test('who owns nothing of it is not offered to edit, and is refused', async () => {
    await server.api.post('/api/catalog/apply', {
      documents: document.replace('name: shelf', 'name: vault').replace('owner: playback', 'owner: platform'),
    });
    await p.open('/catalog/default/component/vault');
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Copy the reference' }).waitFor();
    expect(await page.getByRole('menuitem', { name: 'Edit', exact: true }).count()).toBe(0);
    await p.open('/editing/default/component/vault');
    await page.getByText('You can look, but not save.').waitFor();
    await inspected('refused');
    const refused = await page.request.post(`${server.url}/api/editing/changes`, {
      data: { ref: 'component:default/vault', delete: true, mode: 'store' },
      headers: { origin: server.url, 'sec-fetch-site': 'same-origin' },
    });
    expect(refused.status()).toBe(403);
  });

  test('a new entity is kept in the catalog', async () => {
    await p.open('/editing/new');
    await inspected('kinds');
    await page.getByRole('button', { name: /^Resource/ }).click();
    await page.getByLabel('Name').fill('film-archive');
    await page.getByLabel('Type').fill('bucket');
    await poll(() => page.getByRole('button', { name: 'Review' }).getAttribute('aria-disabled')).toBeNull();
    await inspected('new');
    await p.enter('button', 'Review');
    await p.enter('button', 'Save');
    await page.getByRole('heading', { name: 'film-archive is saved' }).waitFor();
    await p.enter('link', 'Open film-archive');
    await p.heading(/film-archive/i);
  });

  test('the browser complained about nothing', () => {
    expect(complaints.list).toEqual([]);
  });
});
