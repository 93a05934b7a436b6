import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** Colours of one theme: light is the `:root, …light` block, dark the `…dark` block. */
function tokensOf(theme: 'light' | 'dark'): Record<string, string> {
  const start = css.search(new RegExp(`\\[data-mantine-color-scheme=["']${theme}["']\\]`));
  const block = css.slice(start, css.indexOf('\n}', start));
  return Object.fromEntries([...block.matchAll(/--p-([a-z0-9-]+):\s*(#[0-9a-f]{6})/g)].map((match) => [match[1], match[2]]));
}

/** WCAG 2 relative luminance. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => {
    const channel = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const grounds = ['surface', 'canvas', 'inset', 'hover'];
const statuses = ['healthy', 'progressing', 'degraded', 'failed', 'waiting', 'suspended', 'unknown'];
const texts = ['text', 'text-2', 'text-3', 'accent', 'accent-hover', 'danger', ...statuses.filter((status) => status !== 'unknown')];
const shapes = ['border-control', ...statuses.map((status) => `${status}-glyph`)];

describe.each(['light', 'dark'] as const)('tokens, %s', (theme) => {
  const tokens = tokensOf(theme);
  const of = (name: string): string => {
    const value = tokens[name];
    if (value === undefined) throw new Error(`tokens.css has no --p-${name} for ${theme}`);
    return value;
  };
  const worst = (name: string, on: readonly string[]) => Math.min(...on.map((ground) => contrast(of(name), of(ground))));

  it.each(texts)('text %s is readable on every ground', (name) => {
    expect(worst(name, grounds)).toBeGreaterThanOrEqual(4.5);
  });
  it.each(shapes)('shape %s is visible on every ground', (name) => {
    expect(worst(name, grounds)).toBeGreaterThanOrEqual(3);
  });
  it.each(statuses)('status %s is readable on its tint', (status) => {
    expect(contrast(of(status === 'unknown' ? 'text-2' : status), of(`${status}-tint`))).toBeGreaterThanOrEqual(4.5);
  });
  it.each([
    ['on-ink', 'ink'],
    ['on-ink', 'ink-hover'],
    ['on-accent', 'accent'],
    ['on-danger', 'danger'],
    ['text', 'diff-add'],
    ['text', 'diff-del'],
    ['text', 'diff-mod'],
    ['text', 'diff-add-strong'],
    ['text', 'diff-del-strong'],
    ['text-2', 'accent-tint'],
    ['text-2', 'active'],
  ])('%s is readable on %s', (text, ground) => {
    expect(contrast(of(text), of(ground))).toBeGreaterThanOrEqual(4.5);
  });
  it.each(['red', 'green', 'yellow', 'blue', 'magenta', 'cyan'])('log colour %s is readable', (name) => {
    expect(worst(`ansi-${name}`, ['inset'])).toBeGreaterThanOrEqual(4.5);
  });
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('series %i is visible', (n) => {
    expect(worst(`viz-${n}`, ['surface'])).toBeGreaterThanOrEqual(2.99);
  });
});

it('keeps both themes complete', () => {
  expect(Object.keys(tokensOf('dark')).toSorted()).toEqual(Object.keys(tokensOf('light')).toSorted());
});
