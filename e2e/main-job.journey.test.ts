import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acme, type Acme, type Server } from './kit/acme.ts';
import { chromiumPath, openBrowser, settled, why } from './kit/browser.ts';
import { DESKTOP, inspect, listen, type Complaints } from './kit/page-checks.ts';
import { portal, signInAs, type Portal } from './kit/portal.ts';
import { answers, createByHand, pushGreeting, runEnds } from './kit/walk.ts';

const NAME = 'hello-by-hand';
const SLUG = `playback/${NAME}`;
const SERVICE = `/catalog/default/component/${NAME}`;
/** Where to keep pictures of every page; none are taken without it. */
const pictures = process.env['PAVED_SCREENSHOTS'];

describe.skipIf(chromiumPath === undefined)(`The main job in a browser${why}`, () => {
  let world: Acme;
  let server: Server;
  let browser: Browser;
  let context: BrowserContext;
  let complaints: Complaints;
  let p: Portal;
  /** Pages of the walk, by a short name: path and query. */
  const visited = new Map<string, string>();
  const seen = (name: string): void => void visited.set(name, p.at());
  beforeAll(async () => {
    world = await acme();
    server = await world.start();
    browser = await openBrowser();
    context = await browser.newContext({ viewport: DESKTOP, colorScheme: 'light' });
    context.setDefaultTimeout(20_000);
    complaints = await listen(context);
    p = portal(await context.newPage(), server.url);
  });
  afterAll(async () => {
    await browser?.close();
    await world?.[Symbol.asyncDispose]();
  });

  test('a developer takes an idea to production by hand', { timeout: 280_000 }, async () => {
    const { page } = p;
    await p.open('/sign-in');
    await signInAs(p, 'Mira Voss');
    await p.heading('Your work');
    seen('home');

    await createByHand(p, NAME, seen);
    seen('run');
    // The draft is gone with what was made of it; a link that fills the form in shows the review as it was.
    const values = { name: 'another-one', owner: 'group:default/playback', system: 'system:default/streaming', database: 'postgres' };
    visited.set('create-review', `/create/default/http-service?step=4&formData=${encodeURIComponent(JSON.stringify(values))}`);
    await runEnds(p);
    await p.enter('link', 'Service page');
    await p.heading(NAME);
    expect(p.at()).toBe(SERVICE);
    const strip = page.getByRole('region', { name: 'Environments' }).or(page.locator('.p-strip')).first();
    const development = strip.locator('.p-env').filter({ hasText: 'Development' });
    await development.getByText('Healthy').waitFor();
    const url = (await development.getByRole('link', { name: /localhost/ }).getAttribute('href')) ?? '';
    seen('service');
    await answers(url, `Hello from ${NAME}.`);

    for (const tab of ['Deployments', 'Runs', 'Builds', 'Logs', 'Resources', 'Dependencies', 'Docs', 'Repository', 'Definition']) {
      await p.tab(tab);
      seen(`service-${tab.toLowerCase()}`);
    }
    await page.goto(`${server.url}${SERVICE}/deployments`);
    await settled(page);
    await p.press('j', 'Enter');
    await page.waitForURL(/\/deployments\//);
    await settled(page);
    seen('deployment');

    const token = await newToken(p);
    pushGreeting(`${server.url}/git/${SLUG}.git`, token, 'warmer-greeting', 'Good morning.');
    await pullRequest(p, url);

    await p.press('g', 'e');
    await p.heading('Environments');
    seen('environments');
    await promote(p);
    seen('promotion');
    await p.open(SERVICE);
    await strip.locator('.p-env').filter({ hasText: 'Staging' }).getByText('Healthy').waitFor();
    const staging =
      (await strip
        .locator('.p-env')
        .filter({ hasText: 'Staging' })
        .getByRole('link', { name: /localhost/ })
        .getAttribute('href')) ?? '';
    await answers(staging, 'Good morning.');

    await variables(p);
    await p.command('roll back', `Roll back ${NAME} in dev`);
    await p.heading(`Roll back ${NAME} in dev`);
    await page.getByText('does exactly this or nothing').waitFor();
    seen('rollback-plan');
    await p.press('Control+Enter');
    await page.waitForURL(/\/deployments\//);
    await answers(url, `Hello from ${NAME}.`);

    await p.press('g', 'r');
    await p.heading('Runs');
    seen('runs');
    await p.press('g', 'a');
    await p.heading('Catalog');
    seen('catalog');
    await revokeToken(p, token, server.url);
  });

  async function newToken({ page }: Portal): Promise<string> {
    await p.press('g', 's');
    await p.heading('Settings');
    seen('settings');
    await p.tab('Tokens and sessions');
    await p.enter('button', 'New token');
    await page.getByLabel('What it is for').fill('my laptop');
    await p.press('Enter');
    await page.getByText('Copy it now: it is not shown again.').waitFor();
    const token = (await page.locator('.p-notice code, .p-notice .p-mono, .p-notice input').first().textContent()) ?? '';
    expect(token.trim().length).toBeGreaterThan(20);
    await page.reload();
    await settled(page);
    expect(await page.locator('body').textContent()).not.toContain(token.trim());
    seen('tokens');
    return token.trim();
  }

  async function revokeToken({ page }: Portal, token: string, url: string): Promise<void> {
    const works = async () => (await fetch(`${url}/api/access/session`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect(await works()).toBe(200);
    await p.press('g', 's');
    await p.tab('Tokens and sessions');
    const row = page.getByRole('row').filter({ hasText: 'my laptop' });
    await p.enter('button', 'Revoke', row);
    await row.waitFor({ state: 'detached' });
    expect(await works()).toBe(401);
  }

  async function pullRequest({ page }: Portal, url: string): Promise<void> {
    await p.open(`/repositories/${SLUG}`);
    seen('repository');
    await p.tab('Branches');
    seen('branches');
    await p.open(`/repositories/${SLUG}/pull-requests/new?head=warmer-greeting`);
    await page.getByText('1 file changed').waitFor();
    await settled(page);
    seen('new-pull-request');
    await expect.poll(() => page.getByLabel('Title').inputValue()).toBe('Say “Good morning.”');
    await page.getByLabel('Title').press('Enter');
    await page.waitForURL(/\/pull-requests\/1$/);
    await p.heading('Say “Good morning.”');
    const checks = page.getByRole('complementary');
    await expect.poll(() => checks.textContent(), { timeout: 60_000 }).toMatch(/passed|Done|tests/i);
    await page.getByLabel('Say something').fill('Reads well before coffee.');
    await p.enter('button', 'Comment');
    await page.locator('.p-remark').getByText('Reads well before coffee.').waitFor();
    seen('pull-request');
    await p.tab('Files');
    await page.getByText('Good morning.').first().waitFor();
    seen('pull-request-files');
    await p.tab('Commits');
    seen('pull-request-commits');
    await p.tab('Conversation');
    await page.getByText('Nothing stands in the way.').waitFor({ timeout: 60_000 });
    await p.enter('button', 'Merge into main');
    await page.getByText(/Merged by/).waitFor();
    await answers(url, 'Good morning.');
  }

  async function promote({ page }: Portal): Promise<void> {
    await p.enter('button', `Preview promoting ${NAME} from dev to staging`);
    await p.heading(`Promote ${NAME} to staging`);
    await page.getByText('does exactly this or nothing').waitFor();
    await settled(page);
    seen('promotion-plan');
    await p.press('Control+Enter');
    await page.waitForURL(/\/deployments\//);
    await p.heading(`Promote ${NAME} to staging`);
    await page.locator('.p-pill').filter({ hasText: 'Done' }).waitFor({ timeout: 60_000 });
  }

  async function variables({ page }: Portal): Promise<void> {
    await p.open(`${SERVICE}/variables`);
    for (const { name, value, secret } of [
      { name: 'GREETING_STYLE', value: 'formal', secret: false },
      { name: 'MAIL_PASSWORD', value: 'a-value-nobody-reads', secret: true },
    ]) {
      await p.enter('button', 'Set a variable');
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name').fill(name);
      await dialog.getByLabel('Value').fill(value);
      if (secret) await dialog.getByLabel(/^Secret/).press('Space');
      await p.enter('button', 'Save', dialog);
      await dialog.waitFor({ state: 'detached' });
      await page.getByRole('row').filter({ hasText: name }).waitFor();
    }
    await page.getByRole('row').filter({ hasText: 'formal' }).waitFor();
    expect(await page.locator('body').textContent()).not.toContain('a-value-nobody-reads');
    seen('variables');
  }

  test('every page of the walk holds its promises in light and dark, on desktop and phone', { timeout: 290_000 }, async () => {
    if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
    const reports: Record<string, { problems: readonly string[]; shift: number }> = {};
    const look = (name: string) => async (page: Page, combination: string) => {
      if (pictures !== undefined) await page.screenshot({ path: path.join(pictures, `${name}-${combination}.png`) });
    };
    const page = await context.newPage();
    for (const [name, at] of visited) reports[name] = await inspect(page, `${server.url}${at}`, look(name));
    const stranger = await browser.newContext({ viewport: DESKTOP });
    const strangerComplaints = await listen(stranger);
    reports['sign-in'] = await inspect(await stranger.newPage(), `${server.url}/sign-in`, look('sign-in'));
    const worst = Object.entries(reports).toSorted(([, a], [, b]) => b.shift - a.shift)[0];
    console.log(
      `${Object.keys(reports).length} pages in four combinations; worst layout shift ${worst?.[1].shift.toFixed(4)} (${worst?.[0]})`,
    );
    const problems = Object.entries(reports).flatMap(([name, report]) => report.problems.map((line) => `${name} ${line}`));
    expect(problems).toEqual([]);
    expect([...complaints.list, ...strangerComplaints.list]).toEqual([]);
  });
});
