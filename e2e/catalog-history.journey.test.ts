import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Server } from './kit/acme.ts';
import { chromiumPath, why } from './kit/browser.ts';
import { journey, type Journey } from './kit/journey.ts';
import { inspectAll, type Complaints } from './kit/page-checks.ts';
import { pictures } from './kit/pictures.ts';
import type { Portal } from './kit/portal.ts';

const document = (name: string, owner: string, more = ''): string =>
  `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: ${name}\n${more}spec:\n  type: service\n  lifecycle: production\n  owner: group:default/${owner}\n  system: streaming\n`;
const WHEEL = '/catalog/default/component/prize-wheel';

describe.skipIf(chromiumPath === undefined)(`The catalog's history in a browser${why}`, () => {
  let begun: Journey;
  let server: Server;
  let complaints: Complaints;
  let page: Page;
  let p: Portal;
  const apply = (...documents: string[]) => server.api.post('/api/catalog/apply', { documents: documents.join('---\n') });
  const change = (name: string, words: string) =>
    page
      .getByRole('listitem')
      .filter({ has: page.getByRole('link', { name, exact: true }) })
      .filter({ hasText: words });

  beforeAll(async () => {
    begun = await journey();
    server = begun.server;
    await apply(document('prize-wheel', 'playback'), document('old-jukebox', 'playback'));
    await apply(document('prize-wheel', 'playback', '  title: Prize wheel\n  tags: [games]\n'));
    await apply(document('prize-wheel', 'payments', '  title: Prize wheel\n  tags: [games]\n'));
    const gone = await server.api.get<{ metadata: { uid: string } }>('/api/catalog/entities/by-name/component/default/old-jukebox');
    await server.api.delete(`/api/catalog/entities/by-uid/${gone.metadata.uid}`);
    ({ complaints, page, p } = await begun.visitor('Mira Voss'));
  });
  afterAll(() => begun?.[Symbol.asyncDispose]());

  test('a developer sees who changed what, compares any two versions, and the address keeps it', async () => {
    await p.open(WHEEL);
    await p.tab('History');
    const versions = page.getByRole('navigation', { name: 'Versions' }).getByRole('button');
    expect(await versions.allTextContents()).toEqual(['3Owner', '2Title, tags', '1Added']);
    const difference = page.getByRole('region', { name: 'prize-wheel.yaml' });
    await difference.getByText('payments').waitFor();
    expect(await difference.textContent()).toContain('group:default/playback');
    await versions.filter({ hasText: 'Title, tags' }).press('Enter');
    await difference.getByText('title: Prize wheel').waitFor();
    expect(p.at()).toBe(`${WHEEL}/history?version=2`);
    await page.getByLabel('Version', { exact: true }).selectOption('3');
    await page.getByLabel('Compared with').selectOption('1');
    await difference.getByText('- games').waitFor();
    await page.reload();
    await difference.getByText('- games').waitFor();
    expect(p.at()).toBe(`${WHEEL}/history?version=3&with=1`);
  });

  test('what changed this week, for all, for a team and for a system, down to the difference of what is gone', async () => {
    await p.command('what changed', 'See what changed in the catalog');
    await p.heading('Changes');
    await page.getByText(/\d+ added, 2 changed, 1 removed/).waitFor();
    await change('Prize wheel', 'Owner').getByRole('button').press('Enter');
    await change('Prize wheel', 'Owner').getByRole('region', { name: 'prize-wheel.yaml' }).getByText('payments').waitFor();
    await page.getByLabel('Kind').selectOption('System');
    await expect.poll(() => page.getByText(/added, 0 changed, 0 removed/).count()).toBe(1);
    expect(p.at()).toBe('/catalog/changes?kind=System');
    await page.getByRole('button', { name: 'Clear' }).press('Enter');
    await page.getByLabel('Team').fill('payments');
    await page
      .getByRole('option', { name: /Payments/ })
      .first()
      .click();
    await page.getByText(/added, 2 changed, 0 removed/).waitFor();
    expect(new URLSearchParams(p.at().split('?')[1]).get('team')).toBe('group:default/payments');

    await p.open('/catalog/default/group/playback');
    await p.tab('Changes');
    await change('old-jukebox', 'Removed').getByRole('link', { name: 'old-jukebox' }).click();
    await page.getByText('Removed from the catalog; its versions stay.').waitFor();
    await page.getByRole('region', { name: 'old-jukebox.yaml' }).getByText('name: old-jukebox').waitFor();
    await p.open('/catalog/default/system/streaming/changes');
    await change('Prize wheel', 'Title, tags').waitFor();
  });

  test('a change by somebody else appears while one looks', async () => {
    await p.open(`${WHEEL}/history`);
    await page.getByRole('button', { name: '3 Owner' }).waitFor();
    await apply(document('prize-wheel', 'payments', '  title: Wheel of fortune\n  tags: [games]\n'));
    await page.getByRole('button', { name: '4 Title' }).waitFor();
  });

  test('every page is accessible, at every width, in both themes', async () => {
    const addresses = [
      ['versions', `${WHEEL}/history?version=3`],
      ['gone', '/catalog/changes/default/component/old-jukebox'],
      ['changes', '/catalog/changes'],
      ['none', '/catalog/changes?kind=Nothing'],
      ['team', '/catalog/default/group/playback/changes'],
    ] as const;
    expect(await inspectAll(page, server.url, addresses, pictures('catalog-history'))).toEqual([]);
    expect(complaints.list).toEqual([]);
  });
});
