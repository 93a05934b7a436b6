import { expect, test } from 'vitest';
import { withOwner } from './with-owner.ts';

const text = `# The till.
kind: Component
spec:
  type: service
  owner: unknown # nobody yet
---
kind: API
spec: { type: openapi, owner: unknown }
---
kind: Location
spec: { targets: [a.yaml] }
`;

test('every document that names an owner names this one; the rest stays as it is', () => {
  expect(withOwner(text, 'group:default/shop')).toBe(text.replaceAll('unknown', 'shop'));
  expect(withOwner(text, 'user:default/mira')).toBe(text.replaceAll('unknown', 'user:mira'));
  expect(withOwner(text, 'group:north/shop')).toBe(text.replaceAll('unknown', 'north/shop'));
});

test('text that cannot be read is refused', () => {
  expect(() => withOwner('kind: [', 'group:default/shop')).toThrow(/cannot be read/);
});
