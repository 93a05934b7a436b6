import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Server } from './kit/acme.ts';
import { chromiumPath, why } from './kit/browser.ts';
import { journey, type Journey } from './kit/journey.ts';
import { DESKTOP, inspect, type Complaints } from './kit/page-checks.ts';
import { pictures } from './kit/pictures.ts';
import type { Portal } from './kit/portal.ts';

const document = (name: string, owner: string) => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name },
  spec: { type: 'service', lifecycle: 'production', owner },
});
const PLAYBACK = '/ownership?owner=group%3Adefault%2Fplayback';

/** A repository whose owner left; its CODEOWNERS and commits speak for others. */
function strangersWork(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'paved-heirloom-'));
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder });
  writeFileSync(
    path.join(folder, 'catalog-info.yaml'),
    `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: heirloom\nspec:\n  type: service\n  lifecycle: production\n  owner: team-that-left # they moved on\n`,
  );
  writeFileSync(path.join(folder, 'CODEOWNERS'), '* @acme/discovery\n');
  git('init', '-q', '-b', 'main');
  for (const who of ['Ines Okafor', 'Tom Becker', 'Hana Sato']) {
    writeFileSync(path.join(folder, 'main.js'), `// ${who}\n`);
    git('add', '-A');
    git('-c', `user.name=${who}`, '-c', `user.email=${who.toLowerCase().replace(' ', '.')}@acme.example`, 'commit', '-qm', 'Play on');
  }
  return folder;
}

const poll = <T>(look: () => T) => expect.poll(look, { timeout: 20_000, interval: 100 });

describe.skipIf(chromiumPath === undefined)(`Who owns what, in a browser${why}`, () => {
  let begun: Journey;
  let server: Server;
  let complaints: Complaints;
  let page: Page;
  let p: Portal;
  const table = () => page.getByRole('table', { name: 'What is to be confirmed' });
  const due = () => table().locator('tbody tr');
  const row = (name: string) => due().filter({ has: page.getByRole('link', { name, exact: true }) });
  const shot = pictures('ownership');
  const unowned = () => page.getByRole('list', { name: 'Without owner' });
  const lone = (name: string) =>
    unowned()
      .getByRole('listitem')
      .filter({ has: page.getByRole('link', { name, exact: true }) });

  beforeAll(async () => {
    begun = await journey({ PAVED_OWNERSHIP_ANSWER_WITHIN: '0s' });
    server = begun.server;
    await server.api.post('/api/catalog/apply', {
      documents: [
        document('prize-wheel', 'group:default/playback'),
        document('old-jukebox', 'group:default/playback'),
        document('lost-and-found', 'group:default/team-that-left'),
      ],
    });
    await server.api.post('/api/repositories/import', {
      source: strangersWork(),
      slug: 'acme/heirloom',
      ownerRef: 'group:default/discovery',
    });
    await server.api.post('/api/catalog/locations', { type: 'git', target: 'paved://repositories/acme/heirloom' });
    ({ complaints, page, p } = await begun.visitor('Mira Voss'));
  });
  afterAll(() => begun?.[Symbol.asyncDispose]());

  test('home says what waits, and an owner confirms one thing, then many at once', async () => {
    await p.open('/');
    const entry = page.getByRole('listitem').filter({ hasText: /things of Playback wait for your confirmation/ });
    await entry.getByRole('link', { name: 'Confirm' }).click();
    await p.heading('Ownership');
    expect(p.at()).toBe(PLAYBACK);
    await row('prize-wheel').waitFor();
    const before = await due().count();
    await row('prize-wheel').getByText('Not confirmed yet').filter({ visible: true }).waitFor();
    await p.enter('button', 'Confirm prize-wheel');
    await row('prize-wheel').waitFor({ state: 'detached' });
    await poll(() => due().count()).toBe(before - 1);
    await p.press('j', 'x', 'j', 'x');
    const bar = page.getByRole('toolbar', { name: 'Actions on the selected rows' });
    await bar.getByText('2 selected').waitFor();
    await p.enter('button', 'Confirm', bar);
    await poll(() => due().count()).toBe(before - 3);
    await p.open('/catalog/default/component/prize-wheel');
    const part = page.getByRole('region', { name: 'Ownership' });
    await part.getByText(/by Mira Voss/).waitFor();
    await part.getByText(/holds until \d+ \w+ \d{4}/).waitFor();
    expect(await part.getByRole('link', { name: 'Pager' }).getAttribute('href')).toBe('https://pager.acme.example/playback');
    expect(await part.getByRole('button', { name: 'Confirm' }).count()).toBe(0);
  });

  test('what is given back waits under Without owner with its note, until it is taken back', async () => {
    await p.open(PLAYBACK);
    await row('old-jukebox').getByRole('button', { name: 'More for old-jukebox' }).click();
    await page.getByRole('menuitem', { name: 'Not ours…' }).click();
    const dialog = page.getByRole('dialog', { name: 'old-jukebox is not ours' });
    await dialog.getByLabel('Whose is it?').fill('Went to Discovery in May.');
    await p.enter('button', 'Give back', dialog);
    await row('old-jukebox').waitFor({ state: 'detached' });
    await p.tab('Without owner');
    await lone('old-jukebox').getByText('Playback gave it back: “Went to Discovery in May.”').waitFor();
    await lone('lost-and-found').getByText('Names Team-that-left, which is not in the catalog').waitFor();
    await p.enter('button', 'Suggest an owner of lost-and-found');
    expect(await unowned().getByText('ResourceDefinition').count()).toBe(0);
    await lone('lost-and-found').getByText('Nothing speaks for an owner').waitFor();

    await p.enter('button', 'Suggest an owner of heirloom');
    const suggested = lone('heirloom').getByRole('list', { name: 'Suggested owners' }).getByRole('listitem');
    await suggested
      .first()
      .getByText(/CODEOWNERS line 1 says \* @acme\/discovery/)
      .waitFor();
    await suggested
      .first()
      .getByText(/wrote 2 of the last 3 commits there/)
      .waitFor();
    await shot('suggestions')(page);
    await p.enter('link', 'Set owner Discovery');
    await page.getByText('owner: discovery').first().waitFor();
    await shot('set-owner')(page);
    await p.open('/ownership/unowned');

    // The entity says so, and leads to where the owner is set.
    await lone('old-jukebox').getByRole('link', { name: 'old-jukebox', exact: true }).click();
    await p.heading('old-jukebox');
    const part = page.getByRole('region', { name: 'Ownership' });
    await part.getByText('Its owners gave it back.').waitFor();
    await part.getByRole('link', { name: 'Set owner' }).click();
    await p.heading('Edit old-jukebox');

    await p.open('/ownership/unowned');
    await p.enter('button', 'Take back old-jukebox');
    await lone('old-jukebox').waitFor({ state: 'detached' });
    await page.getByLabel('Kind').selectOption('System');
    await page.getByRole('heading', { name: 'Every System has an owner' }).waitFor();
  });

  test('what was asked and not answered comes first', async () => {
    await server.api.post('/api/runs', { kind: 'ownership.confirmations.ask' }, { wait: 20 });
    await p.open(PLAYBACK);
    await due().first().getByText('No answer').filter({ visible: true }).waitFor();
    await due()
      .first()
      .getByText(/^asked/)
      .waitFor();
    await p.open('/');
    await page.getByText('Asked, and nobody answered in time').first().waitFor();
  });

  test('teams stand below each other, fold, are found, and lead to what they own', async () => {
    await p.open('/');
    await p.press('g', 't');
    await p.heading('Teams');
    const teams = page.getByRole('table', { name: 'Teams' });
    const names = () => teams.locator('tbody .p-name').allTextContents();
    expect((await names()).slice(0, 3)).toEqual(['Acme', 'Product', 'Creators']);
    await p.press('j', 'j', 'ArrowLeft');
    await poll(async () => (await names()).slice(0, 3)).toEqual(['Acme', 'Product', 'Technology']);
    await p.press('ArrowRight');
    await poll(async () => (await names()).includes('Playback')).toBe(true);
    await page.getByLabel('Find a team').fill('playb');
    await poll(names).toEqual(['Acme', 'Product', 'Playback']);
    expect(p.at()).toBe('/teams?q=playb');
    const owns = teams.getByRole('link', { name: /^Playback owns \d+ entities$/ });
    expect(await teams.getByRole('link', { name: 'Pager of Playback' }).getAttribute('href')).toBe('https://pager.acme.example/playback');
    const number = Number(await owns.textContent());
    await owns.click();
    await poll(() => page.locator('.p-tablefoot').textContent()).toMatch(new RegExp(`^${number} `));
    await p.open('/teams?q=nobody-is-called-so');
    await page.getByRole('heading', { name: 'No team matches 1 filter' }).waitFor();
  });

  test('a team and a person show what they stand behind', async () => {
    await p.open('/catalog/default/group/playback');
    const part = page.getByRole('region', { name: 'Ownership' });
    await part.getByText(/^\d+ of \d+/).waitFor();
    await part.getByRole('link', { name: /wait/ }).click();
    await p.heading('Ownership');
    expect(p.at()).toBe(PLAYBACK);
    await p.open('/catalog/default/group/acme');
    await page.getByRole('table', { name: 'Teams below' }).getByRole('link', { name: 'Platform security' }).first().waitFor();
    await p.open('/catalog/default/user/mira.voss');
    await page.getByRole('table', { name: 'Teams of this person' }).getByRole('link', { name: 'Playback', exact: true }).waitFor();
  });

  test('every page is accessible, at every width, in both themes', async () => {
    const wrong: string[] = [];
    for (const [label, at] of [
      ['teams', '/teams'],
      ['to-confirm', '/ownership'],
      ['one-owner', PLAYBACK],
      ['nothing', '/ownership?owner=group%3Adefault%2Fnobody'],
      ['without-owner', '/ownership/unowned'],
      ['entity', '/catalog/default/component/prize-wheel'],
      ['lost', '/catalog/default/component/lost-and-found'],
      ['team', '/catalog/default/group/product'],
      ['person', '/catalog/default/user/mira.voss'],
      ['home', '/'],
    ] as const) {
      const report = await inspect(page, `${server.url}${at}`, shot(label));
      // The parts of an entity's page by other capabilities have their own journeys.
      const ours = report.problems.filter((problem) => !(at.startsWith('/catalog/') && problem.includes('layout shift')));
      wrong.push(...ours.map((problem) => `${label}: ${problem}`));
      await page.setViewportSize(DESKTOP);
    }
    expect(wrong).toEqual([]);
    expect(complaints.list).toEqual([]);
  });
});
