import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Server } from './kit/acme.ts';
import { chromiumPath, settled, why } from './kit/browser.ts';
import { mergeByHand, newToken, promote, revokeToken, rollBack, setVariables, type Walk } from './kit/chapters.ts';
import { countingProxy } from './kit/counting-proxy.ts';
import { firstLoad } from './kit/first-load.ts';
import { journey, type Journey } from './kit/journey.ts';
import { axe, DESKTOP, inspect, layoutShift, listen, overflow, type Complaints, type PageReport } from './kit/page-checks.ts';
import { pictures } from './kit/pictures.ts';
import { signInAs, signInByRequest, type Portal } from './kit/portal.ts';
import { answers, createByHand, pushGreeting, runEnds } from './kit/walk.ts';

const NAME = 'hello-by-hand';
const COMPONENT = `component:default/${NAME}`;
const SLUG = `playback/${NAME}`;
const SERVICE = `/catalog/default/component/${NAME}`;
const TABS = ['Deployments', 'Runs', 'Builds', 'Logs', 'Resources', 'Dependencies', 'Docs', 'Repository', 'YAML'];

describe.skipIf(chromiumPath === undefined)(`The main job in a browser${why}`, () => {
  let begun: Journey;
  let server: Server;
  let browser: Browser;
  let context: BrowserContext;
  let complaints: Complaints;
  let p: Portal;
  /** Pages of the walk, by a short name: path and query. */
  const visited = new Map<string, string>();
  const seen = (name: string): void => void visited.set(name, p.at());
  beforeAll(async () => {
    begun = await journey();
    ({ server, browser } = begun);
    ({ complaints, context, p } = await begun.visitor());
  });
  afterAll(() => begun?.[Symbol.asyncDispose]());

  test('a developer takes an idea to production by hand', { timeout: 900_000 }, async () => {
    const { page } = p;
    const walk: Walk = { p, server: server.url, slug: SLUG, service: SERVICE, seen };
    const environment = (title: string) => page.locator('.p-env').filter({ has: page.getByText(title, { exact: true }) });
    const addressIn = async (title: string) => {
      await environment(title).getByText('Healthy').waitFor();
      return (
        (await environment(title)
          .getByRole('link', { name: /localhost/ })
          .getAttribute('href')) ?? ''
      );
    };
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
    const url = await addressIn('Dev');
    seen('service');
    await answers(url, `Hello from ${NAME}.`);

    for (const tab of TABS) {
      await p.tab(tab);
      seen(`service-${tab.toLowerCase()}`);
    }
    await p.tab('Deployments');
    await p.press('j', 'Enter');
    await page.waitForURL(/\/deployments\//);
    await settled(page);
    seen('deployment');

    const token = await newToken(walk);
    const clone = `${server.url}/git/${SLUG}.git`;
    pushGreeting(clone, token, 'warmer-greeting', 'Good morning.');
    await mergeByHand(walk, 'warmer-greeting', 'Say “Good morning.”');
    await answers(url, 'Good morning.');

    await promote(walk, NAME);
    await p.open(SERVICE);
    await answers(await addressIn('Staging'), 'Good morning.');
    await setVariables(walk);
    await rollBack(walk, NAME, url, `Hello from ${NAME}.`);

    // One that stays open, to look at.
    pushGreeting(clone, token, 'colder-greeting', 'Good night.');
    const request = { title: 'Say “Good night.”', body: 'For the **evening**.', head: 'colder-greeting', base: 'main' };
    await context.request.post(`${server.url}/api/repositories/${SLUG}/pull-requests`, { data: request, headers: { origin: server.url } });
    visited.set('new-pull-request', `/repositories/${SLUG}/pull-requests/new?head=${request.head}`);
    await p.press('g', 'p');
    await p.heading('Pull requests');
    seen('pull-requests');
    await p.enter('link', request.title);
    await p.heading(request.title);
    seen('open-pull-request');

    await p.press('g', 'r');
    await p.heading('Runs');
    seen('runs');
    await p.press('g', 'a');
    await p.heading('Catalog');
    seen('catalog');
    await revokeToken(walk, token);
    await p.press('g', 'h');
    await p.heading('Your work');
  });

  test('every page of the walk holds its promises in light and dark, on desktop and phone', { timeout: 900_000 }, async () => {
    const reports: Record<string, PageReport> = {};
    const look = pictures();
    const page = await context.newPage();
    for (const [name, at] of visited) reports[name] = await inspect(page, `${server.url}${at}`, look(name));
    const stranger = await begun.visitor();
    reports['sign-in'] = await inspect(stranger.page, `${server.url}/sign-in`, look('sign-in'));
    const worst = Object.entries(reports).toSorted(([, a], [, b]) => b.shift - a.shift)[0];
    console.log(
      `${Object.keys(reports).length} pages in four combinations; worst layout shift ${worst?.[1].shift.toFixed(4)} (${worst?.[0]})`,
    );
    const problems = Object.entries(reports).flatMap(([name, report]) => report.problems.map((line) => `${name} ${line}`));
    expect(problems).toEqual([]);
    expect([...complaints.list, ...stranger.complaints.list]).toEqual([]);
    await stranger.context.close();
    await page.close();
  });

  test('six tabs stay live on one event stream', { timeout: 300_000 }, async () => {
    await using proxy = await countingProxy(server.url);
    const tabs = await browser.newContext({ viewport: DESKTOP });
    await signInByRequest(tabs, proxy.url, 'user:default/mira.voss');
    const paths = ['/', '/runs', '/environments', SERVICE, `${SERVICE}/deployments`, `${SERVICE}/runs`];
    const pages = await Promise.all(
      paths.map(async (at) => {
        const page = await tabs.newPage();
        await page.goto(`${proxy.url}${at}`);
        await settled(page);
        return page;
      }),
    );
    await expect.poll(() => proxy.openStreams()).toBe(1);
    const board = pages[2]?.getByRole('row').filter({ hasText: NAME });
    const before = await board?.textContent();
    const made = await tabs.request.post(`${proxy.url}/api/orchestrator/deployments`, {
      data: { component: COMPONENT, environment: 'dev' },
      headers: { origin: proxy.url },
    });
    const { id, runId } = (await made.json()) as { id: string; runId: string };
    const asked = performance.now();
    const shows = [
      `a[href="/runs/${runId}"]`,
      `a[href="/runs/${runId}"]`,
      undefined,
      `a[href="/deployments/${id}"]`,
      `a[href="/deployments/${id}"]`,
      `a[href="/runs/${runId}"]`,
    ];
    const took = await Promise.all(
      pages.map(async (page, i) => {
        const link = shows[i];
        if (link === undefined) await expect.poll(() => board?.textContent(), { timeout: 60_000, interval: 50 }).not.toBe(before);
        else await page.locator(link).first().waitFor({ timeout: 60_000 });
        return Math.round(performance.now() - asked);
      }),
    );
    console.log(`a new deployment showed after ${took.join(', ')} ms (${paths.join(', ')})`);
    expect(proxy.openStreams()).toBe(1);
    await tabs.close();
  });

  test('the first page needs at most 300 kB of scripts', async () => {
    const stranger = await browser.newContext({ viewport: DESKTOP });
    const signIn = await firstLoad(stranger, `${server.url}/sign-in`);
    await stranger.close();
    const newcomer = await browser.newContext({ viewport: DESKTOP });
    await signInByRequest(newcomer, server.url, 'user:default/mira.voss');
    const home = await firstLoad(newcomer, server.url);
    await newcomer.close();
    console.log(`scripts, gzip: sign-in ${signIn.bytes / 1000} kB, home ${home.bytes / 1000} kB\n${home.scripts.join('\n')}`);
    expect(signIn.bytes).toBeLessThanOrEqual(300_000);
    expect(home.bytes).toBeLessThanOrEqual(300_000);
  });

  test('the checks find what is wrong', async () => {
    const bad = await browser.newContext({ viewport: { width: 390, height: 844 } });
    const heard = await listen(bad);
    const page = await bad.newPage();
    await page.goto(`${server.url}/sign-in`);
    await settled(page);
    await page.evaluate(() => {
      document.querySelector('main')?.insertAdjacentHTML('afterbegin', '<div style="width:900px;height:400px"><button></button></div>');
      const inline = document.createElement('script');
      inline.textContent = '1';
      document.body.append(inline);
      console.error('a page complains');
    });
    await expect.poll(async () => (await layoutShift(page)).total).toBeGreaterThan(0.02);
    expect((await axe(page)).join()).toContain('button-name');
    expect(await overflow(page)).not.toEqual([]);
    expect(heard.list.join()).toMatch(/content security policy/i);
    expect(heard.list.join()).toContain('a page complains');
    await bad.close();
  });
});
