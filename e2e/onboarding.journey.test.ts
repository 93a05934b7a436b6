import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Server } from './kit/acme.ts';
import { chromiumPath, why } from './kit/browser.ts';
import { journey, type Journey } from './kit/journey.ts';
import { DESKTOP, inspect, inspectAsItStands, type Complaints } from './kit/page-checks.ts';
import { pictures } from './kit/pictures.ts';
import { signInByRequest, type Portal } from './kit/portal.ts';

const poll = <T>(look: () => T) => expect.poll(look, { timeout: 20_000, interval: 100 });
const packageJson = (name: string): string =>
  JSON.stringify({ name, version: '1.0.0', description: `The ${name} of the cinema.`, dependencies: { fastify: '5' } });

describe.skipIf(chromiumPath === undefined)(`Repositories are brought into the catalog in a browser${why}`, () => {
  let begun: Journey;
  let server: Server;
  let complaints: Complaints;
  let p: Portal;
  let page: Page;
  const shot = pictures('onboarding');
  /** A dialog, or text that was written: looked at without loading it again. */
  const inspected = async (name: string): Promise<void> => expect(await inspectAsItStands(page, shot(name)), name).toEqual([]);
  const loaded = async (name: string, address: string): Promise<void> => {
    expect((await inspect(page, `${server.url}${address}`, shot(name))).problems, name).toEqual([]);
    await page.setViewportSize(DESKTOP);
    await page.emulateMedia({ colorScheme: 'light' });
  };
  const repository = async (slug: string, files: Record<string, string>): Promise<void> => {
    await server.api.post('/api/repositories', { slug, description: '', ownerRef: 'group:default/playback' });
    await server.api.post(`/api/repositories/${slug}/commits`, { branch: 'main', files, message: 'First' });
  };
  const text = (slug: string) => page.getByRole('textbox', { name: `Description of ${slug}` });
  const show = async (slug: string): Promise<void> => {
    await page.getByRole('button', { name: slug, exact: true }).press('Enter');
    await text(slug).waitFor();
  };

  beforeAll(async () => {
    begun = await journey();
    server = begun.server;
    await repository('cinema/till', {
      'package.json': packageJson('till'),
      'api/openapi.yaml': 'openapi: 3.0.0\ninfo: { title: Till API, version: 1.0.0 }\npaths: {}\n',
    });
    await repository('cinema/seats', { 'package.json': packageJson('seats') });
    await repository('cinema/posters', { 'README.md': '# Posters\n' });
    ({ complaints, page, p } = await begun.visitor('Jonas Adeyemi'));
  });
  afterAll(() => begun?.[Symbol.asyncDispose]());

  test('hosted repositories are looked through, and the proposals come by themselves', async () => {
    await p.command('Bring repositories', 'Bring repositories into the catalog');
    await p.heading('Onboarding');
    await loaded('nothing', '/onboarding');
    await p.enter('button', 'Look through repositories');
    await page.getByRole('dialog', { name: 'Look through repositories' }).waitFor();
    await inspected('dialog');
    await p.enter('button', 'Look through', page.getByRole('dialog'));
    for (const slug of ['cinema/till', 'cinema/seats', 'cinema/posters'])
      await page.getByRole('button', { name: slug, exact: true }).waitFor();
    await loaded('list', '/onboarding');
  });

  test('one is edited where it stands; what the catalog would refuse cannot be opened', async () => {
    await show('cinema/till');
    await poll(() => text('cinema/till').inputValue()).toContain('name: till-api');
    await page.getByText('package.json').first().waitFor();
    const good = await text('cinema/till').inputValue();
    await text('cinema/till').fill(good.replace('lifecycle:', 'lifecicle:'));
    await page.getByRole('alert').getByText('spec.lifecycle is missing').first().waitFor();
    await inspected('problem');
    expect(await page.getByRole('button', { name: 'Open pull request', exact: true }).getAttribute('aria-disabled')).toBe('true');
    await text('cinema/till').fill(good.replace('name: till\n', 'name: till\n  title: The till\n'));
    await page.getByRole('alert').getByText('spec.lifecycle is missing').first().waitFor({ state: 'detached' });
    await p.enter('button', 'Save text');
    await page.getByText('Edited', { exact: true }).waitFor();
    await loaded('proposal', p.at());
    expect(await text('cinema/till').inputValue()).toContain('title: The till');
  });

  test('one is put aside, and comes back when asked', async () => {
    await p.open('/onboarding');
    await show('cinema/posters');
    await p.enter('button', 'Dismiss');
    await page.getByRole('button', { name: 'cinema/posters', exact: true }).waitFor({ state: 'detached' });
    await p.enter('link', /^Dismissed/);
    await show('cinema/posters');
    await loaded('dismissed', p.at());
    await p.enter('button', 'Propose again');
    await page.getByRole('button', { name: 'cinema/posters', exact: true }).waitFor({ state: 'detached' });
  });

  test('two pull requests at once; the merged one is in the catalog', async () => {
    await p.open('/onboarding');
    for (const slug of ['cinema/till', 'cinema/seats'])
      await page.getByRole('row').filter({ hasText: slug }).getByRole('checkbox').press('Space');
    await page.getByRole('button', { name: 'Open 2 pull requests' }).waitFor();
    await p.enter('button', 'Set owner');
    const owner = page.getByRole('dialog', { name: 'Owner of 2 repositories' });
    await owner.getByRole('combobox', { name: 'Owner' }).fill('discovery');
    await owner
      .getByRole('option', { name: /Discovery/ })
      .first()
      .click();
    await inspected('owner');
    await p.enter('button', 'Set owner', owner);
    await page.getByRole('row').filter({ hasText: 'cinema/till' }).getByText('discovery').waitFor();
    await inspected('chosen');
    await p.enter('button', 'Open 2 pull requests');
    await page.getByRole('button', { name: 'cinema/till', exact: true }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'cinema/seats', exact: true }).waitFor({ state: 'detached' });
    await p.enter('link', /^Opened/);
    await show('cinema/till');
    await loaded('opened', p.at());
    await p.enter('link', 'Pull request 1');
    await p.heading(/Describe cinema\/till for the catalog/);
    await server.api.post('/api/repositories/cinema/till/pull-requests/1/merge', { overrideReason: 'Nothing runs yet.' });
    await p.open('/onboarding?state=merged');
    await page.getByRole('button', { name: 'cinema/till', exact: true }).waitFor();
    await poll(
      async () =>
        (
          await server.api
            .get<{ metadata: { title?: string } }>('/api/catalog/entities/by-name/component/default/till')
            .catch(() => undefined)
        )?.metadata.title,
    ).toBe('The till');
    await p.open('/catalog/default/component/till');
    await p.heading(/The till/);
    await p.open('/catalog/default/api/till-api');
    await p.heading(/till/i);
  });

  test('what could not be looked through is named with the reason, and tried again', async () => {
    await p.open('/onboarding');
    await p.enter('button', 'Look through repositories');
    const dialog = page.getByRole('dialog', { name: 'Look through repositories' });
    await dialog.getByRole('radio', { name: /^A list/ }).check();
    await dialog.getByRole('textbox', { name: 'Addresses' }).fill('paved://repositories/cinema/gone');
    await p.enter('button', 'Look through', dialog);
    await page.getByText('1 repository could not be looked through.').waitFor();
    await p.enter('button', 'Show');
    await page
      .getByRole('list', { name: 'Not looked through' })
      .getByText(/is no repository that is hosted here/)
      .waitFor();
    await loaded('failures', p.at());
    await repository('cinema/gone', { 'README.md': '# Gone\n' });
    await p.enter('button', 'Try again');
    await page.getByRole('button', { name: 'cinema/gone', exact: true }).waitFor();
    await page.getByText('could not be looked through.').waitFor({ state: 'detached' });
  });

  test('who owns nothing of them can look, and is told who decides', async () => {
    const { context: other, p: theirs } = await begun.visitor();
    await signInByRequest(other, server.url, 'user:default/tom.becker');
    await theirs.open('/onboarding');
    expect(await theirs.page.getByRole('button', { name: 'Look through repositories' }).count()).toBe(0);
    await theirs.page.getByRole('button', { name: 'cinema/posters', exact: true }).press('Enter');
    await theirs.page.getByText('The repository’s owners and platform engineers decide.').waitFor();
    expect(await theirs.page.getByRole('button', { name: 'Open pull request', exact: true }).count()).toBe(0);
    await other.close();
  });

  test('the browser complained about nothing', () => {
    expect(complaints.list).toEqual([]);
  });
});
