import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

const found = process.env['PAVED_CHROMIUM'] ?? '/usr/bin/chromium';

/** A Chromium for journeys, or undefined: then they are skipped. */
export const chromiumPath: string | undefined = existsSync(found) ? found : undefined;
export const why = chromiumPath === undefined ? ` (skipped: no Chromium at ${found}; PAVED_CHROMIUM may name one)` : '';

/** A browser that asks nobody but the page's own server. */
export async function openBrowser(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error(`No Chromium at ${found}.`);
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** The page has its heading, nothing in it is loading, and two frames passed. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1, h2').filter({ visible: true }).first().waitFor();
  await page.waitForFunction(
    () => document.querySelector('[aria-busy="true"], .p-skeleton') === null && document.fonts.status === 'loaded',
    undefined,
    { timeout: 15_000 },
  );
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}
