import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until, type Server } from './kit/acme.ts';
import { chromiumPath, why } from './kit/browser.ts';
import { journey, type Journey } from './kit/journey.ts';
import { DESKTOP, inspect, inspectAll, type Complaints } from './kit/page-checks.ts';
import { pictures } from './kit/pictures.ts';
import { portal, signInAs, type Portal } from './kit/portal.ts';

const component = (name: string, more = ''): string =>
  `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: ${name}\n${more}spec:\n  type: service\n  lifecycle: production\n  owner: group:default/playback\n`;
const location = (...targets: string[]): string =>
  `apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: shop}\nspec: {targets: ${JSON.stringify(targets)}}\n`;

describe.skipIf(chromiumPath === undefined)(`The catalog's sources in a browser${why}`, () => {
  let begun: Journey;
  let server: Server;
  let complaints: Complaints;
  let files: http.Server;
  let base: string;
  let folder: string;
  let p: Portal;
  let page: Page;
  const served = new Map<string, string>();
  const ids = new Map<string, string>();
  const row = (name: string) => page.getByRole('row').filter({ hasText: name });
  const register = async (type: string, target: string): Promise<string> => {
    const { location: made } = await server.api.post<{ location: { id: string } }>('/api/catalog/locations', { type, target });
    ids.set(target, made.id);
    return made.id;
  };

  beforeAll(async () => {
    files = http.createServer((request, response) => {
      const text = served.get(request.url ?? '');
      if (text === undefined) response.writeHead(text === undefined && request.url === '/broken.yaml' ? 503 : 404).end();
      else response.end(text);
    });
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(files.address() as AddressInfo).port}`;
    base = `http://${host}`;
    folder = mkdtempSync(path.join(os.tmpdir(), 'paved-sources-'));
    begun = await journey({ PAVED_CATALOG_READING_ALLOW: JSON.stringify([{ host }]), PAVED_CATALOG_ORPHANS: 'keep' });
    server = begun.server;
    ({ complaints, page, p } = await begun.visitor('Jonas Adeyemi'));

    served.set('/shop/all.yaml', location('./cart.yaml', './wish.yaml'));
    served.set('/shop/cart.yaml', component('cart'));
    served.set('/shop/wish.yaml', component('wish'));
    served.set('/broken.yaml', component('receipts'));
    await register('url', `${base}/shop/all.yaml`);
    await register('url', `${base}/broken.yaml`);
    writeFileSync(path.join(folder, 'good.yaml'), component('ledger'));
    writeFileSync(
      path.join(folder, 'bad.yaml'),
      `${component('cart')}---\n${component('refunds').replace('  lifecycle: production\n', '')}---\n${component('x').replace('name: x', 'name: "x')}`,
    );
    await register('directory', folder);
    served.delete('/broken.yaml');
    served.set('/shop/all.yaml', location('./cart.yaml'));
    for (const target of [`${base}/broken.yaml`, `${base}/shop/all.yaml`]) {
      const { runId } = await server.api.post<{ runId: string }>(`/api/catalog/sources/${ids.get(target)}/refresh`, {});
      await until(20_000, 'the source to be read', async () =>
        /queued|running/.test((await server.api.get<{ status: string }>(`/api/runs/${runId}`)).status) ? undefined : true,
      );
    }
  });
  afterAll(async () => {
    await begun?.[Symbol.asyncDispose]();
    files?.closeAllConnections();
    files?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  test('shows how every source stands, worst first, and reads one now', async () => {
    await p.open('/catalog/ingestion');
    await p.heading('Sources');
    await expect.poll(() => page.locator('tbody tr').first().textContent()).toContain('Answers 503');
    await row('all.yaml').getByText('In sync').waitFor();
    // One state of them, and by words: the address keeps both.
    const states = page.getByRole('group', { name: 'States of sources' });
    await states.getByRole('button', { name: /^Cannot be read/ }).press('Enter');
    await row('all.yaml').waitFor({ state: 'detached' });
    await page.reload();
    await row('broken.yaml').waitFor();
    expect(await states.getByRole('button', { name: /^Cannot be read/ }).getAttribute('aria-pressed')).toBe('true');
    await page.getByLabel('Find a source').fill('no-such-place');
    await page.getByRole('heading', { name: 'No source matches 2 filters' }).waitFor();
    await page.getByRole('button', { name: 'Clear all' }).click();
    await row('all.yaml').waitFor();
    expect(await page.getByLabel('Find a source').inputValue()).toBe('');
    served.set('/broken.yaml', component('receipts', '  title: Receipts\n'));
    await row('broken.yaml')
      .getByRole('button', { name: /^Read .* now$/ })
      .press('Enter');
    // Nothing is pressed again: the row follows the run.
    await row('broken.yaml').getByText('In sync').waitFor();
    await p.enter('link', /broken\.yaml/);
    await p.heading(/broken\.yaml/);
    await page.getByRole('link', { name: 'Open the run' }).click();
    await p.heading(/^Read url:/);
    await page.getByText('0 added, 1 updated, 0 removed').waitFor();
  });

  test('says what is wrong by file and line with the way to mend it, and who won a name', async () => {
    await p.open('/catalog/ingestion?view=problems');
    const problems = page.getByRole('list', { name: /bad\.yaml/ });
    await problems.getByText('spec.lifecycle is missing').waitFor();
    const text = (await problems.textContent()) ?? '';
    expect(text).toContain('is named twice');
    expect(text).toContain(`Used: ${base}/shop/cart.yaml`);
    expect(text).toMatch(/line \d+/);
    await page
      .getByRole('group', { name: 'Sorts of problems' })
      .getByRole('button', { name: /^Conflicts/ })
      .press('Enter');
    await problems.getByText('spec.lifecycle is missing').waitFor({ state: 'detached' });
    expect(await problems.textContent()).toContain('is named twice');
    await page.goBack();
    await page.getByLabel('Find a problem').fill('lifecycle is missing');
    await problems.getByText('is named twice').waitFor({ state: 'detached' });
    await page.getByLabel('Find a problem').fill('');
    writeFileSync(path.join(folder, 'bad.yaml'), component('refunds'));
    // The folder is watched and the page hears of it.
    await page.getByRole('heading', { name: 'Every document is good' }).waitFor();
  });

  test('explains orphans, and removes them only when asked', async () => {
    await p.open('/catalog/ingestion?view=orphans');
    const list = page.getByRole('list', { name: 'Orphans' });
    await list.getByText('wish', { exact: true }).waitFor();
    expect(await list.textContent()).toContain('named by location:default/shop');
    await page.getByRole('button', { name: /^Remove \d orphan/ }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Remove \d orphan/ })
      .click();
    await page.getByRole('heading', { name: 'No orphans' }).waitFor();
  });

  test('shows what an address would bring before it is registered', async () => {
    served.set('/new.yaml', `${component('basket')}---\n${component('cart')}---\n${component('bad name')}`);
    await p.open('/catalog/register');
    await page.getByLabel('Address', { exact: true }).fill(`${base}/new.yaml`);
    await page.keyboard.press('Enter');
    const found = page.getByRole('list', { name: 'What will be registered' });
    await found.getByText('basket', { exact: true }).waitFor();
    expect(await found.textContent()).toContain('already and stays as it is there');
    expect(await page.getByRole('list', { name: 'Problems' }).textContent()).toContain('metadata.name');
    await page.getByRole('button', { name: 'Register 2 entities' }).press('Enter');
    await p.heading(/new\.yaml/);
    await page.getByText('Has problems').waitFor();
    // An address inside the network that nobody allowed.
    await p.open('/catalog/register');
    await page.getByLabel('Address', { exact: true }).fill('http://169.254.169.254/latest/meta-data/');
    await page.keyboard.press('Enter');
    await page.getByText('where clouds hand out credentials').first().waitFor();
  });

  test('every page is accessible, at every width, in both themes', async () => {
    served.set('/broken.yaml', component('receipts').replace('kind: Component', 'kind: Componnent'));
    writeFileSync(
      path.join(folder, 'bad.yaml'),
      `${component('cart')}---\n${component('refunds').replace('  lifecycle: production\n', '')}`,
    );
    served.set('/shop/all.yaml', location());
    for (const target of [`${base}/broken.yaml`, `${base}/shop/all.yaml`])
      await server.api.post(`/api/catalog/sources/${ids.get(target)}/refresh`, {});
    served.delete('/new.yaml');
    await p.open('/catalog/ingestion');
    await row('broken.yaml').getByText('Has problems').waitFor();
    const addresses = [
      ['list', '/catalog/ingestion'],
      ['problems', '/catalog/ingestion?view=problems'],
      ['orphans', '/catalog/ingestion?view=orphans'],
      ['source', `/catalog/ingestion/${ids.get(`${base}/broken.yaml`)}`],
      ['folder', `/catalog/ingestion/${ids.get(folder)}`],
      ['register', '/catalog/register'],
    ] as const;
    expect(await inspectAll(page, server.url, addresses, pictures('catalog-sources'))).toEqual([]);
    expect(complaints.list).toEqual([]);
  });

  test('asks before a source removes much, and says what would go', async () => {
    await server.stop();
    server = await begun.world.start({ PAVED_CATALOG_ORPHANS: 'remove' });
    p = portal(page, server.url);
    await p.open('/sign-in');
    await signInAs(p, 'Jonas Adeyemi');
    const names = Array.from({ length: 30 }, (_, i) => `many-${i + 1}`);
    served.set('/many.yaml', names.map((name) => component(name)).join('---\n'));
    const id = await register('url', `${base}/many.yaml`);
    served.set('/many.yaml', component('many-1'));
    await p.open(`/catalog/ingestion/${id}`);
    await p.enter('button', 'Read now');
    await page.getByText('The source no longer names 29 of').waitFor();
    expect(await page.getByRole('list', { name: 'What would go' }).textContent()).toContain('component:default/many-2');
    const report = await inspect(page, `${server.url}/catalog/ingestion/${id}`, pictures('catalog-sources')('removal'));
    expect(report.problems).toEqual([]);
    await page.setViewportSize(DESKTOP);
    await p.open('/catalog/ingestion?state=held');
    await row('many.yaml').getByText('Removal waits', { exact: true }).waitFor();
    await p.enter('link', /many\.yaml/);
    await p.enter('button', 'Confirm the removal');
    await p.enter('button', 'Remove 29 entities', page.getByRole('dialog'));
    await page.getByText('In sync').waitFor();
  });
});
