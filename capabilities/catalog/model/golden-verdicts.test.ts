import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createKindRegistry } from './kind-registry.ts';
import { validateDocument } from './validate.ts';

const file = new URL('../../../../shared/fixtures/backstage/golden-1.55/catalog-validate-entity.json', import.meta.url);
const present = existsSync(file);
const recorded = present ? (JSON.parse(readFileSync(file, 'utf8')) as { label: string; entity: unknown; status: number }[]) : [];

/** Where our verdict differs on purpose (docs/reference/backstage-compatibility.md). */
const deliberate: Readonly<Record<string, string>> = {
  'AiResource minimal': 'the kind needs no extra module here',
  'API mcp-server with remotes': 'the type needs no extra module here',
  'Location minimal': 'validation does not read the target',
};

describe.skipIf(!present)('recorded validation verdicts of Backstage 1.55', () => {
  const registry = createKindRegistry();
  it.each(recorded.map((r) => [r.label, r] as const))('%s', (label, { entity, status }) => {
    const verdict = validateDocument(entity, registry);
    expect(verdict.valid, JSON.stringify(verdict)).toBe(label in deliberate ? true : status === 200);
    if (!verdict.valid) {
      for (const problem of verdict.problems) {
        expect(problem.at).toMatch(/^\//);
        expect(problem.message).toMatch(/[.!?]$/);
        expect(problem.fix).toBeTruthy();
      }
    }
  });
});
