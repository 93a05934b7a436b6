import { expect, test } from 'vitest';
import { inMenuOrder, keptInPlace, type MenuEntry } from './menu-entry.ts';

const entry = (label: string, danger = false): MenuEntry => ({ label, danger });
const labels = (entries: readonly MenuEntry[]): string[] => entries.map(({ label }) => label);

test('what destroys comes last', () => {
  expect(labels(inMenuOrder([entry('Delete view', true), entry('Rename'), entry('Copy link')]))).toEqual([
    'Rename',
    'Copy link',
    'Delete view',
  ]);
});

test('an entry that comes while the menu is open moves none that is there', () => {
  const shown = [entry('Rename'), entry('Copy link'), entry('Delete view', true)];
  const offered = [entry('Rename'), entry('Save as a new view'), entry('Copy link'), entry('Delete view', true)];
  expect(labels(keptInPlace(shown, offered))).toEqual(['Rename', 'Copy link', 'Delete view', 'Save as a new view']);
});

test('an entry that is offered no more keeps its place', () => {
  const shown = [entry('Save as a new view'), entry('Copy link')];
  expect(labels(keptInPlace(shown, [entry('Copy link')]))).toEqual(['Save as a new view', 'Copy link']);
});

test('an entry does what it now does', () => {
  const ran: string[] = [];
  const runs = (which: string): MenuEntry => ({ label: 'Delete view', run: () => void ran.push(which) });
  for (const { run } of keptInPlace([runs('before')], [runs('now')])) run?.();
  expect(ran).toEqual(['now']);
});
