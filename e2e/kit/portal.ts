import type { BrowserContext, Locator, Page } from 'playwright-core';
import { settled } from './browser.ts';

/** What a person does in the portal, by the words they read. */
export interface Portal {
  readonly page: Page;
  /** Path and query of the page that is shown. */
  at(): string;
  open(path: string): Promise<void>;
  /** Keys one after the other, as typed by hand: `press('g', 'r')`. */
  press(...keys: string[]): Promise<void>;
  /** Ctrl+K, the words, Enter on the first hit that reads `hit`. */
  command(words: string, hit: string): Promise<void>;
  /** A button, link or tab is focused and Enter is pressed. */
  enter(role: 'button' | 'link' | 'tab', name: string | RegExp, within?: Locator): Promise<void>;
  /** A tab of the page. */
  tab(name: string): Promise<void>;
  heading(name: string | RegExp): Promise<void>;
}

export function portal(page: Page, server: string): Portal {
  const self: Portal = {
    page,
    at: () => page.url().slice(server.length),
    async open(path) {
      await page.goto(`${server}${path}`);
      await settled(page);
    },
    async press(...keys) {
      for (const key of keys) await page.keyboard.press(key);
    },
    async command(words, hit) {
      await page.keyboard.press('Control+k');
      const palette = page.getByRole('dialog', { name: 'Search or run a command' });
      await palette.waitFor();
      await page.keyboard.type(words);
      const option = palette.getByRole('option', { name: hit }).first();
      await option.waitFor();
      for (let n = 0; n < 20 && (await option.getAttribute('aria-selected')) !== 'true'; n++) await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await palette.waitFor({ state: 'hidden' });
      await settled(page);
    },
    async enter(role, name, within) {
      const target = (within ?? page).getByRole(role, { name, ...(typeof name === 'string' ? { exact: true } : {}) }).first();
      await target.focus();
      await page.keyboard.press('Enter');
    },
    async tab(name) {
      await self.enter('link', new RegExp(`^${name} ?\\d*$`), page.getByRole('navigation', { name: /^Parts of|^Settings$/ }));
      await settled(page);
    },
    async heading(name) {
      await page.getByRole('heading', { level: 1, name }).waitFor();
      await settled(page);
    },
  };
  return self;
}

/** Signs in as any of the catalog's people without the page for it; `server` is the address that the pages are opened at. */
export async function signInByRequest(context: BrowserContext, server: string, userRef: string): Promise<void> {
  const answer = await context.request.post(`${server}/api/access/demo/sign-in`, { data: { userRef }, headers: { origin: server } });
  if (!answer.ok()) throw new Error(`${userRef} is not signed in: ${await answer.text()}`);
}

/** Signs in as one of the people on the sign-in page. */
export async function signInAs({ page }: Portal, name: string): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^${name}|${name}`) }).press('Enter');
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  await settled(page);
}
