import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { until } from './acme.ts';
import { settled } from './browser.ts';
import { clone } from './clone.ts';
import type { Portal } from './portal.ts';
import { ask, git } from './service.ts';

/** Fills the golden path of an HTTP service in, by its labels, and looks at the review; ends on the page of the run. */
export async function createByHand(portal: Portal, name: string, seen: (name: string) => void): Promise<void> {
  const { page } = portal;
  await portal.command('create', 'Create');
  await portal.heading('Create');
  seen('create');
  await portal.enter('link', /^HTTP service/);
  await portal.heading(/HTTP service/);
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('What it does').fill('Says hello to who comes by.');
  // The person's own team is offered already.
  await expect.poll(() => page.getByLabel('Owner').inputValue()).toBe('Playback');
  await page.getByLabel('System').fill('Stream');
  await page.getByRole('option', { name: /^Streaming/ }).waitFor();
  await portal.press('ArrowDown', 'ArrowUp', 'Enter');
  seen('create-form');
  await portal.press('Control+Enter');
  await page.getByRole('heading', { level: 2, name: 'Data' }).waitFor();
  await page.getByRole('radio', { name: /PostgreSQL/ }).press('ArrowDown');
  await expect.poll(() => page.getByRole('radio', { name: /None/ }).isChecked()).toBe(true);
  await portal.press('ArrowUp', 'Control+Enter');
  await page.getByRole('heading', { level: 2, name: 'Repository' }).waitFor();
  await expect.poll(() => page.getByLabel('Repository name').inputValue()).toBe(name);
  await portal.press('Control+Enter');
  await page.getByRole('heading', { level: 2, name: 'Review' }).waitFor();
  const made = page.getByRole('complementary', { name: 'What will be made' });
  await made.getByText(name).first().waitFor();
  await made
    .getByText(/postgres/i)
    .first()
    .waitFor();
  seen('create-review');
  const create = page.getByRole('button', { name: /^Create/ });
  await create.focus();
  await portal.press('Enter');
  await page.waitForURL(/\/runs\//);
  await settled(page);
}

/** Waits on a run's page until it says how it ended, having seen at least one step under way. */
export async function runEnds({ page }: Portal, waitMs = 240_000): Promise<void> {
  const steps = page.locator('.p-run .steps');
  await steps.getByRole('button').first().waitFor();
  const pill = page.locator('.p-titlerow .p-pill, .p-pill').first();
  await expect.poll(async () => pill.textContent(), { timeout: waitMs, interval: 200 }).toMatch(/^(Done|Failed|Cancelled|Succeeded)/);
  expect(await pill.textContent()).toMatch(/^(Done|Succeeded)/);
}

/** Asks the service until it answers with these words. */
export const answers = (url: string, words: string): Promise<true> =>
  until(60_000, `${url} to say “${words}”`, async () => {
    const { status, body } = await ask(url).catch(() => ({ status: 0, body: '' }));
    return status === 200 && body.includes(words) ? true : undefined;
  });

/** A branch with another greeting, pushed over HTTP with a token, as a developer does. */
export function pushGreeting(cloneUrl: string, token: string, branch: string, words: string): void {
  using cloned = clone(cloneUrl, token);
  const { work } = cloned;
  git(work, 'switch', '-q', '-c', branch);
  const file = path.join(work, 'src/greeting.js');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/message = '.*'/, `message = '${words}'`));
  git(work, 'commit', '-qam', `Say “${words}”`);
  git(work, 'push', '-q', 'origin', branch);
}
