import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContext, Page } from 'playwright-core';
import { settled } from './browser.ts';
import type { Shot } from './pictures.ts';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };
const NARROWEST = { width: 320, height: 700 };

interface Shift {
  readonly value: number;
  readonly what: string;
}

/** Everything a browser complains about, from now on, in all pages of a context. */
export interface Complaints {
  readonly list: readonly string[];
}

export async function listen(context: BrowserContext): Promise<Complaints> {
  const list: string[] = [];
  context.on('console', (message) => {
    if (message.type() === 'error') list.push(`${message.page()?.url() ?? 'a worker'}: ${message.text()} ${message.location().url}`);
  });
  context.on('weberror', (error) => list.push(`${error.page()?.url() ?? 'a worker'}: ${String(error.error())}`));
  await context.exposeFunction('__complain', (text: string) => list.push(text));
  await context.addInitScript(() => {
    const page = globalThis as unknown as { __shifts: Shift[]; __complain: (text: string) => void };
    page.__shifts = [];
    new PerformanceObserver((entries) => {
      for (const entry of entries.getEntries() as unknown as {
        value: number;
        hadRecentInput: boolean;
        sources: { node: Node | null }[];
      }[]) {
        if (entry.hadRecentInput) continue;
        const what = entry.sources.map(({ node }) =>
          node instanceof Element ? `<${node.tagName.toLowerCase()} class="${node.className}">` : (node?.textContent ?? 'gone'),
        );
        page.__shifts.push({ value: entry.value, what: what.join(' ').slice(0, 300) });
      }
    }).observe({ type: 'layout-shift', buffered: true });
    document.addEventListener('securitypolicyviolation', (event) =>
      page.__complain(`${location.href}: the content security policy (${event.violatedDirective}) stopped ${event.blockedURI}`),
    );
  });
  return { list };
}

/** What axe finds, one line for each element. */
export async function axe(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).setLegacyMode().analyze();
  return violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')} ${node.any[0]?.message ?? violation.help}`),
  );
}

/** What sticks out to the right of the window, widest first; empty when nothing scrolls sideways. */
export const overflow = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > width + 0.5 && element.closest('.p-tabs') === null)
      .slice(0, 6)
      .map((element) => `<${element.tagName.toLowerCase()} class="${element.className}"> ends at ${element.getBoundingClientRect().right}`);
  });

/** Cumulative layout shift since the page was loaded: the plain sum, stricter than the worst window of five seconds. */
export const layoutShift = (page: Page): Promise<{ total: number; of: Shift[] }> =>
  page.evaluate(() => {
    const of = (globalThis as unknown as { __shifts: Shift[] }).__shifts;
    return { total: of.reduce((sum, { value }) => sum + value, 0), of };
  });

export interface PageReport {
  /** Sentences about what is wrong. */
  readonly problems: readonly string[];
  readonly shift: number;
}

/**
 * Loads an address at desktop and phone width, each in light and dark, and says what is wrong with it. `shot` gets the name of each
 * combination, to take a picture.
 */
export async function inspect(page: Page, url: string, shot?: Shot): Promise<PageReport> {
  const problems: string[] = [];
  let shift = 0;
  for (const [name, size] of [
    ['1440', DESKTOP],
    ['390', PHONE],
  ] as const) {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(size);
    await page.goto(url);
    await settled(page);
    await page.waitForTimeout(150);
    const { total, of } = await layoutShift(page);
    shift = Math.max(shift, total);
    if (total > 0.02) problems.push(`${name}: layout shift ${total.toFixed(3)}: ${JSON.stringify(of)}`);
    problems.push(...(await inLightAndDark(page, name, shot)));
    problems.push(...(await overflow(page)).map((line) => `${name}: sideways: ${line}`));
  }
  await page.setViewportSize(NARROWEST);
  problems.push(...(await overflow(page)).map((line) => `320: sideways: ${line}`));
  return { problems, shift };
}

/**
 * The same for a page as it stands: an open dialog, a text half written. It is not loaded again, so nothing is said about layout
 * shift; it is left at desktop width, in light.
 */
export async function inspectAsItStands(page: Page, shot?: Shot): Promise<string[]> {
  const problems: string[] = [];
  for (const [name, size] of [
    ['1440', DESKTOP],
    ['390', PHONE],
  ] as const) {
    await page.setViewportSize(size);
    await settled(page);
    problems.push(...(await inLightAndDark(page, name, shot)));
    problems.push(...(await overflow(page)).map((line) => `${name}: sideways: ${line}`));
  }
  await page.setViewportSize(NARROWEST);
  await settled(page);
  problems.push(...(await overflow(page)).map((line) => `320: sideways: ${line}`));
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(DESKTOP);
  await settled(page);
  return problems;
}

/** Many addresses, each by its short name: one sentence for whatever is wrong on any of them. The page is left at desktop width. */
export async function inspectAll(
  page: Page,
  server: string,
  addresses: readonly (readonly [string, string])[],
  shot: (label: string) => Shot,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const [label, at] of addresses) {
    const { problems } = await inspect(page, `${server}${at}`, shot(label));
    wrong.push(...problems.map((problem) => `${label}: ${problem}`));
    await page.setViewportSize(DESKTOP);
  }
  return wrong;
}

/** Colours take a moment to get there: longer while the machine is busy with something else. */
const coloured = (page: Page) =>
  page.waitForFunction(() => document.getAnimations().every((one) => !(one instanceof CSSTransition) || one.playState !== 'running'));

async function inLightAndDark(page: Page, name: string, shot?: Shot): Promise<string[]> {
  const problems: string[] = [];
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.locator(`html[data-mantine-color-scheme="${scheme}"]`).waitFor({ state: 'attached' });
    await page.waitForTimeout(250);
    await coloured(page);
    problems.push(...(await axe(page)).map((line) => `${name} ${scheme}: ${line}`));
    await shot?.(page, `${name}-${scheme}`);
  }
  return problems;
}
