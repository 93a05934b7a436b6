import { distance } from 'fastest-levenshtein';
import { PAVED_API_VERSION, PavedError, type Entity, type Problem } from '@paved/kernel';
import type { KindDefinition } from '../index.ts';
import { backstageKinds } from './backstage-kinds.ts';
import { createSchemaCompiler, type SpecCheck } from './json-schema.ts';

/** One field of `spec` that holds references, and the edges it makes. Without default kind the kind is mandatory. */
export interface KindRelation {
  readonly field: string;
  readonly type: string;
  readonly reverse: string;
  readonly defaultKind?: string;
}

/** A kind as the catalog works with it. */
export interface KindRule {
  readonly apiVersions: readonly string[];
  readonly kind: string;
  readonly spec: Readonly<Record<string, unknown>>;
  /** Other schemas by `spec.type`, used instead of `spec`. */
  readonly variants?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly relations: readonly KindRelation[];
  readonly check?: (entity: Entity) => readonly string[];
}

/** Every kind the catalog takes. */
export interface KindRegistry {
  define(kind: KindDefinition): void;
  all(): readonly KindRule[];
  /** The rule for a document, or the problem when there is none. */
  find(apiVersion: string, kind: string): KindRule | Problem;
  /** What is wrong with the document's spec. */
  specProblems(rule: KindRule, entity: Entity): Problem[];
  /** The kind's usual spelling: `api` gives `API`. */
  spelling(kind: string): string;
}

export function createKindRegistry(): KindRegistry {
  const compile = createSchemaCompiler();
  const rules = new Map<string, KindRule>();
  const checks = new Map<unknown, SpecCheck>();
  const checkOf = (schema: Readonly<Record<string, unknown>>): SpecCheck => {
    const known = checks.get(schema);
    if (known !== undefined) return known;
    const check = compile(schema);
    checks.set(schema, check);
    return check;
  };
  const add = (rule: KindRule): void => void rules.set(rule.kind, rule);
  for (const rule of backstageKinds) add(rule);

  return {
    define(kind) {
      const known = rules.get(kind.kind);
      if (known !== undefined && !known.apiVersions.includes(kind.apiVersion)) {
        throw new PavedError('conflict', `The kind ${kind.kind} is already defined for ${known.apiVersions.join(', ')}.`, {
          fix: 'Give the new kind another name.',
        });
      }
      checkOf(kind.spec);
      add({
        apiVersions: [kind.apiVersion],
        kind: kind.kind,
        spec: kind.spec,
        relations: kind.relations ?? [],
        ...(kind.check === undefined ? {} : { check: kind.check }),
      });
    },
    all: () => [...rules.values()],
    find(apiVersion, kind) {
      const rule = rules.get(kind);
      if (rule === undefined) {
        const near = [...rules.keys()]
          .map((k) => [distance(k.toLowerCase(), kind.toLowerCase()), k] as const)
          .sort((a, b) => a[0] - b[0])[0];
        const fix =
          near !== undefined && near[0] <= 3 ? `Did you mean ${near[1]}?` : `Known kinds: ${[...rules.keys()].sort().join(', ')}.`;
        return { at: '/kind', message: `The kind "${kind}" is not known.`, fix };
      }
      if (!rule.apiVersions.includes(apiVersion)) {
        const own = rule.apiVersions.includes(PAVED_API_VERSION);
        return {
          at: '/apiVersion',
          message: `The apiVersion "${apiVersion}" is not known for ${kind}.`,
          fix: `Write apiVersion: ${own ? PAVED_API_VERSION : rule.apiVersions.join(' or ')}.`,
        };
      }
      return rule;
    },
    specProblems(rule, entity) {
      const type = entity.spec?.['type'];
      const schema = (typeof type === 'string' ? rule.variants?.[type] : undefined) ?? rule.spec;
      if (entity.spec === undefined) {
        const required = schema['required'];
        return Array.isArray(required) && required.length === 0 && rule.kind !== 'Location'
          ? []
          : [{ at: '/spec', message: 'spec is missing.', fix: 'Add spec with the fields of the kind below it.' }];
      }
      const problems = checkOf(schema)(entity.spec);
      if (problems.length > 0 || rule.check === undefined) return problems;
      return rule.check(entity).map((message) => ({ at: '/spec', message }));
    },
    spelling: (kind) => [...rules.keys()].find((k) => k.toLowerCase() === kind.toLowerCase()) ?? kind,
  };
}
