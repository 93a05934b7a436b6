import { expect, test } from 'vitest';
import type { DraftWarning } from '../draft.ts';
import { hintsOf } from './hints.ts';

const warning = (at: string, text: string, use?: string): DraftWarning => ({
  at,
  line: 9,
  text,
  ref: `group:default/${text}`,
  message: `${text} is not in the catalog.`,
  ...(use === undefined ? {} : { use, fix: `Did you mean ${use}?` }),
});

test('a warning stands at the field that the form shows it in, until that is written over', () => {
  const document = { spec: { owner: 'shpo', dependsOn: ['resource:db', 'component:crat'], deep: { team: 'shpo' } } };
  expect(
    hintsOf(document, [
      warning('/spec/owner', 'shpo', 'shop'),
      warning('/spec/dependsOn/1', 'component:crat'),
      warning('/spec/deep/team', 'shpo'),
      warning('/spec/dependsOn/0', 'resource:bd'),
      warning('/spec/system', 'stroe'),
    ]),
  ).toEqual([
    { path: ['spec:owner'], message: 'shpo is not in the catalog.', use: 'shop' },
    { path: ['spec:dependsOn', 1], message: 'component:crat is not in the catalog.' },
    { path: ['spec:deep', 'team'], message: 'shpo is not in the catalog.' },
  ]);
});
