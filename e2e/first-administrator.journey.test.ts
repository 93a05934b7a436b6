import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { removeFolder, startServer, temporaryFolder, type ServerProcess } from '@paved/testing';
import { endEverythingIn } from './kit/acme.ts';
import { chromiumPath, openBrowser, settled, why } from './kit/browser.ts';
import { visitor } from './kit/journey.ts';
import { DESKTOP, inspect } from './kit/page-checks.ts';

const PASSWORD = 'paving stones in the rain';

describe.skipIf(chromiumPath === undefined)(`The first administrator${why}`, () => {
  const folder = temporaryFolder();
  let printed = '';
  let server: ServerProcess;
  let browser: Browser;
  beforeAll(async () => {
    server = await startServer(folder, { onOutput: (text) => (printed += text) });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await endEverythingIn(folder);
    removeFolder(folder);
  });

  const stranger = () => visitor(browser, server.url);

  async function signOut(page: Page): Promise<void> {
    await page.getByRole('button', { name: /^Your account/ }).press('Enter');
    await page.getByRole('menuitem', { name: 'Sign out' }).press('Enter');
    await page.waitForURL(/\/sign-in/);
    await settled(page);
  }

  test('opens the printed link, invites a colleague, and no link works twice', { timeout: 170_000 }, async () => {
    const found = await expect
      .poll(() => /http:\S+\/sign-in\?link=\S+/.exec(printed)?.[0])
      .toBeDefined()
      .then(() => /http:\S+\/sign-in\?link=\S+/.exec(printed)?.[0] ?? '');
    const link = found.slice(server.url.length);
    const { p, complaints } = await stranger();
    const problems: string[] = [];
    const look = async (path: string) =>
      problems.push(...(await inspect(p.page, `${server.url}${path}`)).problems.map((line) => `${path} ${line}`));
    await look('/sign-in');
    await look(link);

    await p.page.setViewportSize(DESKTOP);
    await p.open(link);
    await p.heading('Make the first administrator');
    await p.page.getByLabel('User name').fill('ada');
    await p.page.getByLabel('Your name').fill('Ada Berg');
    await p.page.getByLabel('Password').fill(PASSWORD);
    await p.press('Enter');
    await p.heading('Your work');

    await signOut(p.page);
    await p.page.getByLabel('User name or e-mail').fill('ada');
    await p.page.getByLabel('Password').fill('something else');
    await p.press('Enter');
    await p.page.getByRole('alert').waitFor();
    await p.page.getByLabel('Password').fill(PASSWORD);
    await p.press('Enter');
    await p.heading('Your work');

    await p.command('invite', 'Invite a person');
    await p.heading('Settings');
    await p.enter('button', 'Invite a person');
    const dialog = p.page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill('Ben Okoye');
    await dialog.getByLabel('User name').fill('ben.okoye');
    await p.press('Enter');
    await p.page.getByText('Send this link to Ben Okoye.').waitFor();
    const invitation = /http:\S+\/sign-in\?link=[\w-]+/.exec((await p.page.locator('main').innerText()) ?? '')?.[0] ?? '';
    expect(invitation).toContain(server.url);

    const guest = await stranger();
    await guest.p.page.goto(invitation);
    await guest.p.heading('Welcome, Ben Okoye');
    await guest.p.page.getByLabel('Password').fill('short');
    await guest.p.press('Enter');
    await guest.p.page.getByRole('alert').waitFor();
    await guest.p.page.getByLabel('Password').fill(PASSWORD);
    await guest.p.press('Enter');
    await guest.p.heading('Your work');

    for (const used of [`${server.url}${link}`, invitation]) {
      const late = await stranger();
      await late.p.page.goto(used);
      await late.p.heading('This link does not work');
      expect(await late.p.page.locator('main').innerText()).toMatch(/used|once/i);
    }
    for (const path of [
      '/',
      '/settings/people',
      '/catalog',
      '/create',
      '/environments',
      '/runs',
      '/pull-requests',
      '/settings/audit',
      '/nowhere',
    ])
      await look(path);
    expect(problems).toEqual([]);
    // Refused passwords and links are answers of the server, which browsers write down as errors.
    expect(
      [...complaints.list, ...guest.complaints.list].filter((line) => !/status of 40[0-9]|status of 410|status of 422/.test(line)),
    ).toEqual([]);
  });
});
