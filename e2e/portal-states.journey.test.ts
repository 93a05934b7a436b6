import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Server } from './kit/acme.ts';
import { chromiumPath, settled, why } from './kit/browser.ts';
import { countingProxy } from './kit/counting-proxy.ts';
import { journey, type Journey } from './kit/journey.ts';
import { axe, DESKTOP, inspect, listen, overflow } from './kit/page-checks.ts';
import { portal, signInByRequest } from './kit/portal.ts';

const MIRA = 'user:default/mira.voss';

describe.skipIf(chromiumPath === undefined)(`States of the portal${why}`, () => {
  let begun: Journey;
  let server: Server;
  let browser: Browser;
  const signedIn = async (at: string): Promise<BrowserContext> => {
    const context = await browser.newContext({ viewport: DESKTOP });
    await signInByRequest(context, at, MIRA);
    return context;
  };
  beforeAll(async () => {
    begun = await journey();
    ({ server, browser } = begun);
  });
  afterAll(() => begun?.[Symbol.asyncDispose]());

  test('a server that goes away leaves what is shown, says so quietly, and is not missed when it is back', async () => {
    await using proxy = await countingProxy(server.url);
    const context = await signedIn(proxy.url);
    const page = await context.newPage();
    await page.goto(`${proxy.url}/catalog?kind=Component&view=all`);
    await settled(page);
    const rows = page.locator('.p-windowed tbody tr[data-index]');
    const shown = await rows.allInnerTexts();
    expect(shown.length).toBeGreaterThan(5);
    const banner = page.getByRole('status').filter({ hasText: 'Offline. Showing' });
    expect(await banner.count()).toBe(0);
    proxy.gone(true);
    await banner.waitFor();
    expect(await rows.allInnerTexts()).toEqual(shown);
    expect(await axe(page)).toEqual([]);
    proxy.gone(false);
    await banner.getByRole('button', { name: 'Now' }).click();
    await banner.waitFor({ state: 'detached' });
    await server.api.post('/api/catalog/apply', {
      documents: [
        {
          apiVersion: 'backstage.io/v1alpha1',
          kind: 'Component',
          metadata: { name: 'aaa-came-later' },
          spec: { type: 'service', lifecycle: 'production', owner: 'group:default/playback' },
        },
      ],
    });
    await page.locator('.p-name').getByText('aaa-came-later').waitFor();
    await context.close();
  });

  test('a page that was never open waits inside the shell for a server that is away', async () => {
    await using proxy = await countingProxy(server.url);
    const context = await signedIn(proxy.url);
    const page = await context.newPage();
    await page.goto(`${proxy.url}/runs`);
    await settled(page);
    proxy.gone(true);
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Teams' }).click();
    await page.getByRole('heading', { name: 'Not here yet' }).waitFor();
    expect(await axe(page)).toEqual([]);
    proxy.gone(false);
    await page.getByRole('heading', { name: 'Teams', level: 1 }).waitFor();
    await context.close();
  });

  test('a terminal signs in through the device page, or is refused there', async () => {
    const home = mkdtempSync(path.join(os.tmpdir(), 'paved-device-'));
    const context = await signedIn(server.url);
    const complaints = await listen(context);
    const page = await context.newPage();
    const p = portal(page, server.url);
    /** `paved login` as a person runs it on a machine without a browser; `code` is what it shows. */
    const login = async () => {
      const child = spawn(process.execPath, ['apps/cli/main.ts', 'login', '--server', server.url, '--no-browser', '--no-git'], {
        cwd: path.resolve(import.meta.dirname, '..'),
        env: { ...process.env, XDG_CONFIG_HOME: home },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let said = '';
      const { promise: shown, resolve } = Promise.withResolvers<{ url: string; code: string }>();
      const hear = (chunk: Buffer) => {
        said += chunk.toString();
        const found = /Open (\S+)\s+and check that it shows (\S+)\./.exec(said);
        if (found) resolve({ url: found[1] ?? '', code: found[2] ?? '' });
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      const ended = new Promise<number | null>((done) => child.once('exit', done));
      return { ...(await shown), ended, said: () => said };
    };
    try {
      const first = await login();
      await page.goto(new URL(new URL(first.url).pathname + new URL(first.url).search, server.url).href);
      await p.heading('Sign in a device');
      await page.getByText(first.code, { exact: true }).waitFor();
      expect((await inspect(page, page.url())).problems).toEqual([]);
      await p.enter('button', 'Approve the device');
      await page.getByRole('heading', { name: 'The device is signed in' }).waitFor();
      expect(await axe(page)).toEqual([]);
      expect(await first.ended, first.said()).toBe(0);
      expect(first.said()).toContain('as Mira Voss');

      const second = await login();
      await page.setViewportSize(DESKTOP);
      await p.open('/device');
      await page.getByLabel('The code the terminal shows').fill(second.code.toLowerCase());
      await p.enter('button', 'Look it up');
      await p.enter('button', 'Refuse');
      await page.getByRole('heading', { name: 'The device was refused' }).waitFor();
      expect(await second.ended).not.toBe(0);
      expect(second.said()).toContain('refused in the browser');

      await p.open('/device?code=ZZZZ-ZZZZ');
      await page.getByRole('button', { name: 'Type another code' }).waitFor();
      expect(complaints.list.filter((line) => !line.includes('/api/access/device/ZZZZ-ZZZZ'))).toEqual([]);
    } finally {
      await context.close();
      rmSync(home, { recursive: true, force: true });
    }
  });

  test('nothing scrolls sideways at 200 %', async () => {
    const context = await signedIn(server.url);
    const page = await context.newPage();
    // Zoom halves the page's width and doubles its pixels.
    await page.setViewportSize({ width: 720, height: 450 });
    const wide: string[] = [];
    for (const at of [
      '/',
      '/catalog?kind=Component',
      '/catalog/default/component/playback-api',
      '/catalog/default/system/streaming',
      '/create',
      '/runs',
      '/environments',
      '/pull-requests',
      '/settings',
      '/settings/tokens',
    ]) {
      await page.goto(`${server.url}${at}`);
      await settled(page);
      wide.push(...(await overflow(page)).map((line) => `${at}: ${line}`));
    }
    expect(wide).toEqual([]);
    await context.close();
  });
});
