import { expect } from 'vitest';
import { settled } from './browser.ts';
import type { Portal } from './portal.ts';
import { answers } from './walk.ts';

/** The service the walk is about, and where it notes the pages it saw. */
export interface Walk {
  readonly p: Portal;
  readonly server: string;
  /** project/name of the repository. */
  readonly slug: string;
  /** Path of the service's page. */
  readonly service: string;
  seen(name: string): void;
}

/** Makes a token in the settings; it is shown once. */
export async function newToken({ p, seen }: Walk): Promise<string> {
  const { page } = p;
  await p.press('g', 's');
  await p.heading('Settings');
  seen('settings');
  await p.tab('Tokens and sessions');
  await p.enter('button', 'New token');
  await page.getByLabel('What it is for').fill('my laptop');
  await p.press('Enter');
  await page.getByText('Copy it now: it is not shown again.').waitFor();
  const token = ((await page.locator('.p-notice .p-mono, .p-notice code').first().textContent()) ?? '').trim();
  expect(token.length).toBeGreaterThan(20);
  await page.reload();
  await settled(page);
  expect(await page.locator('body').textContent()).not.toContain(token);
  seen('tokens');
  return token;
}

export async function revokeToken({ p, server }: Walk, token: string): Promise<void> {
  const status = async () => (await fetch(`${server}/api/access/session`, { headers: { authorization: `Bearer ${token}` } })).status;
  expect(await status()).toBe(200);
  await p.press('g', 's');
  await p.tab('Tokens and sessions');
  const row = p.page.getByRole('row').filter({ hasText: 'my laptop' });
  await p.enter('button', 'Revoke', row);
  await row.waitFor({ state: 'detached' });
  expect(await status()).toBe(401);
}

/** Opens a pull request for a pushed branch, reads it, comments, and merges once its checks pass. */
export async function mergeByHand({ p, slug, seen }: Walk, branch: string, subject: string): Promise<void> {
  const { page } = p;
  await p.open(`/repositories/${slug}`);
  seen('repository');
  await p.tab('Branches');
  seen('branches');
  await p.open(`/repositories/${slug}/pull-requests/new?head=${branch}`);
  await page.getByText('1 file changed').waitFor();
  seen('new-pull-request');
  await expect.poll(() => page.getByLabel('Title').inputValue()).toBe(subject);
  await page.getByLabel('Title').press('Enter');
  await page.waitForURL(/\/pull-requests\/\d+$/);
  await p.heading(subject);
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
  await page
    .getByRole('complementary')
    .getByText(/tests? passed/)
    .waitFor({ timeout: 60_000 });
  await page.getByText('Nothing stands in the way.').waitFor();
  await p.enter('button', 'Merge into main');
  await page.getByText(/Merged by/).waitFor();
}

/** From the board through the preview to staging, once the version is fully there: until then the plan still moves. */
export async function promote({ p, server, seen }: Walk, name: string): Promise<void> {
  const { page } = p;
  const underWay = async (): Promise<string[]> => {
    const answer = await page.request.get(`${server}/api/orchestrator/deployments?component=${name}`);
    return ((await answer.json()) as { items: { status: string }[] }).items
      .map(({ status }) => status)
      .filter((status) => !['succeeded', 'failed', 'cancelled', 'superseded'].includes(status));
  };
  await expect.poll(underWay, { timeout: 60_000, interval: 200 }).toEqual([]);
  await p.press('g', 'e');
  await p.heading('Environments');
  seen('environments');
  await p.enter('button', /Preview promoting .* from dev to staging/);
  await p.heading(`Promote ${name} to staging`);
  await page.getByText('does exactly this or nothing').waitFor();
  seen('promotion-plan');
  await p.press('Control+Enter');
  await page.waitForURL(/\/deployments\//);
  const pill = page.locator('.p-pill');
  await expect.poll(() => pill.textContent(), { timeout: 60_000, interval: 200 }).toMatch(/Done|Failed|Cancelled/);
  expect(await pill.textContent(), await page.locator('main').innerText()).toBe('Done');
  seen('promotion');
}

export async function setVariables({ p, service, seen }: Walk): Promise<void> {
  const { page } = p;
  await p.open(`${service}/variables`);
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

/** By the palette to the plan, and back to what ran before. */
export async function rollBack({ p, seen }: Walk, name: string, url: string, words: string): Promise<void> {
  await p.command('roll back', `Roll back ${name} in dev`);
  await p.heading(`Roll back ${name} in dev`);
  await p.page.getByText('does exactly this or nothing').waitFor();
  seen('rollback-plan');
  await p.press('Control+Enter');
  await p.page.waitForURL(/\/deployments\//);
  await answers(url, words);
}
