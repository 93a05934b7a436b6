import { gzipSync } from 'node:zlib';
import type { BrowserContext } from 'playwright-core';
import { settled } from './browser.ts';

export interface FirstLoad {
  /** Every script the page ran, workers too, each compressed with gzip. */
  readonly bytes: number;
  readonly scripts: readonly string[];
}

/** Loads an address with an empty cache and weighs its scripts. */
export async function firstLoad(context: BrowserContext, url: string): Promise<FirstLoad> {
  const page = await context.newPage();
  const sizes = new Map<string, Promise<number>>();
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script')
      sizes.set(
        new URL(response.url()).pathname,
        response.body().then((body) => gzipSync(body).length),
      );
  });
  await page.goto(url);
  await settled(page);
  const scripts = await Promise.all([...sizes].map(async ([name, size]) => `${name} ${await size}`));
  const bytes = (await Promise.all(sizes.values())).reduce((sum, size) => sum + size, 0);
  await page.close();
  return { bytes, scripts };
}
