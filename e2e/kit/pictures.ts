import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';

/** Takes a picture of a page as it stands; `combination` is its width and colours. */
export type Shot = (page: Page, combination?: string) => Promise<void>;

/** Where to keep pictures of what the journeys see; none are taken without it. */
const folder = process.env['PAVED_SCREENSHOTS'];

/** The camera of a journey: `pictures('ownership')('teams')` keeps ownership-teams-<combination>.png. */
export const pictures =
  (journey?: string) =>
  (label: string): Shot =>
  async (page, combination) => {
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    const name = [journey, label, combination].filter((part) => part !== undefined).join('-');
    await page.screenshot({ path: path.join(folder, `${name}.png`) });
  };
