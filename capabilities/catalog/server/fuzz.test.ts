import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { giveBackMemory } from '@paved/host';
import type { Entity } from '@paved/kernel';
import { readEntityKind } from '../model/custom-kinds/entity-kind.ts';
import { parseDocuments, type SourceDocument } from '../model/documents.ts';
import { createKindRegistry } from '../model/kind-registry.ts';
import { validateDocument } from '../model/validate.ts';
import { toRecord } from './entity-record.ts';
import { mutant } from './fuzz.test-kit.ts';

/** `PAVED_FUZZ=10000 npx vitest run --project unit capabilities/catalog/server/fuzz.test.ts` for the long run. */
const count = Number(process.env['PAVED_FUZZ'] ?? 600);
const first = Number(process.env['PAVED_FUZZ_SEED'] ?? 1);
/** No document may take longer, in milliseconds of CPU. */
const EACH_MS = 1_500;
/** The heap may not grow by more over the whole run. */
const HEAP_MB = 200;

const neighbour = (name: string): string =>
  `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: ${name}}\nspec: {type: service, lifecycle: production, owner: team-a}\n`;
const dataset = parse(`apiVersion: paved.dev/v1alpha1
kind: EntityKind
metadata: {name: dataset}
spec:
  kind: Dataset
  apiVersions: [acme.com/v1]
  schema: {type: object, properties: {classification: {enum: [internal]}, code: {type: string, pattern: "^([A-Z]+)+$"}, list: {type: array, uniqueItems: true, items: {type: integer}}}}
  relations: [{field: owner, type: ownedBy, reverse: ownerOf, defaultKind: group}]`) as Entity;

describe('documents by chance', () => {
  it(`${count} of them are read in bounded time and memory, with sentences, and leave their neighbours alone`, { timeout: 600_000 }, () => {
    const registry = createKindRegistry();
    registry.declare([readEntityKind(dataset).declared]);
    const verdicts = { taken: 0, refused: 0, broken: 0 };
    const causes = new Map<string, number>();
    let slowest = { ms: 0, seed: 0, how: '' };
    giveBackMemory();
    const heapBefore = process.memoryUsage().heapUsed;

    for (let seed = first; seed < first + count; seed++) {
      const { text, how } = mutant(seed);
      const said = `seed ${seed} (${how.join(', ')})`;
      const cpu = process.cpuUsage();
      const documents = parseDocuments(`${neighbour('before')}---\n${text}\n---\n${neighbour('after')}`);
      for (const document of documents) judge(document, said);
      const { user, system } = process.cpuUsage(cpu);
      const ms = (user + system) / 1000;
      if (ms > slowest.ms) slowest = { ms, seed, how: how.join(', ') };
      const names = documents.flatMap((d) => ('broken' in d ? [] : [(d.value['metadata'] as { name?: unknown } | undefined)?.name]));
      expect(names[0], said).toBe('before');
      expect(names.at(-1), said).toBe('after');
    }

    function judge(document: SourceDocument, said: string): void {
      if ('broken' in document) {
        verdicts.broken++;
        sentence(document.broken.message, document.broken.fix, said);
        return;
      }
      const verdict = validateDocument(document.value, registry);
      if (verdict.valid) {
        verdicts.taken++;
        const record = toRecord(verdict.entity, verdict.edges, { source: 'file:x', document: document.index, line: document.line });
        expect(() => JSON.parse(`{"metadata":{${record.head}}`), said).not.toThrow();
        return;
      }
      verdicts.refused++;
      expect(verdict.problems.length, said).toBeGreaterThan(0);
      expect(verdict.problems.length, said).toBeLessThanOrEqual(50);
      for (const problem of verdict.problems) {
        sentence(problem.message, problem.fix ?? 'none', said);
        expect(document.lineOf(problem.at), said).toBeGreaterThan(0);
      }
    }

    function sentence(message: string, fix: string | undefined, said: string): void {
      expect(message, said).toMatch(/[.!?]$/);
      expect(message.length, said).toBeLessThan(1_500);
      expect(fix, said).toBeTruthy();
      const cause = message.replace(/"[^"]*"|\d+/g, '…').slice(0, 60);
      causes.set(cause, (causes.get(cause) ?? 0) + 1);
    }

    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(slowest.ms, JSON.stringify(slowest)).toBeLessThan(EACH_MS);
    // What is left after collecting: garbage says nothing.
    giveBackMemory();
    expect((process.memoryUsage().heapUsed - heapBefore) / 1024 / 1024).toBeLessThan(HEAP_MB);
    // A run that refuses everything, or takes everything, would say nothing.
    for (const n of Object.values(verdicts)) expect(n).toBeGreaterThan(count / 20);
    expect(causes.size).toBeGreaterThan(20);
    if (process.env['PAVED_FUZZ'] !== undefined)
      process.stdout.write(
        `${JSON.stringify({ count, verdicts, slowest, causes: [...causes].sort((a, b) => b[1] - a[1]).slice(0, 25) }, null, 1)}\n`,
      );
  });
});
