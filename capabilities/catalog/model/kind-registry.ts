import { distance } from 'fastest-levenshtein';
import { PAVED_API_VERSION, PavedError, type Entity, type JsonObject, type Problem } from '@paved/kernel';
import type { KindDefinition } from '../index.ts';
import { backstageKinds } from './backstage-kinds.ts';
import { planOf, planProblems, type Declared, type Planned } from './computed/plan.ts';
import type { ComputedProperty } from './computed/property.ts';
import { ENTITY_KIND, entityKindSpec, readEntityKind, type DeclaredKind } from './custom-kinds/entity-kind.ts';
import type { KindDisplay } from './custom-kinds/display.ts';
import { envelopeProblems } from './field-rules.ts';
import { createSchemaCompiler, type SpecCheck } from './json-schema.ts';
import { kindsForEverybody } from './location.ts';

/** One field of `spec` that holds references, and the edges it makes. Without default kind the kind is mandatory. */
export interface KindRelation {
  readonly field: string;
  readonly type: string;
  readonly reverse: string;
  readonly defaultKind?: string;
}

/** A column of the kind's lists: a field as filters name it (`spec.x`, `metadata.x`, `relations.x`, `computed.x`). */
export interface KindColumn {
  readonly field: string;
  readonly title: string;
}

/** What an `EntityKind` with `extends` adds to a kind. */
export interface KindAddition {
  readonly ref: string;
  readonly schema?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly columns: readonly KindColumn[];
  readonly form?: JsonObject;
}

/** A kind as the catalog works with it. */
export interface KindRule {
  readonly apiVersions: readonly string[];
  readonly kind: string;
  readonly spec: Readonly<Record<string, unknown>>;
  /** Other schemas by `spec.type`, used instead of `spec`. */
  readonly variants?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** JSON Schema of `metadata`, beside the envelope's own rules. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly relations: readonly KindRelation[];
  readonly check?: (entity: Entity) => readonly (string | Problem)[];
  readonly display?: Partial<KindDisplay> & { readonly description?: string };
  readonly form?: JsonObject;
  /** Set when an EntityKind document declares it: that document's reference. */
  readonly declaredBy?: string;
  readonly additions?: readonly KindAddition[];
}

/** Every kind the catalog takes: Backstage's, those that capabilities bring, and those that EntityKind documents declare. */
export interface KindRegistry {
  define(kind: KindDefinition): void;
  all(): readonly KindRule[];
  /** The rule for a document, or the problem when there is none. */
  find(apiVersion: string, kind: string): KindRule | Problem;
  /** What is wrong with the document's spec, and with what its kind asks of metadata. */
  specProblems(rule: KindRule, entity: Entity): Problem[];
  /** The kind's usual spelling: `api` gives `API`. */
  spelling(kind: string): string;
  /** Whether a source that a developer registered may hold it. */
  isForEverybody(kind: string): boolean;
  /** Whether documents of this apiVersion, or of this kind that was declared once, are the catalog's. */
  takes(apiVersion: string, kind: string): boolean;
  /**
   * Makes these the declared kinds; in their order, the first claimant of a name wins. Answers those that cannot be used, with
   * the reason. `gone` names kinds that were declared once (lower case), with the declaring reference; those declared now do not count.
   */
  declare(kinds: readonly DeclaredKind[], gone?: ReadonlyMap<string, string>): ReadonlyMap<string, string>;
  /** A registry that also knows what these documents declare (this one when they declare nothing), for judging them together with what is of their kinds. */
  withDocuments(documents: readonly unknown[]): KindRegistry;
  /** The built-in kinds alone: what other declarations than these are judged beside. */
  builtIn(): KindRegistry;
  /** Kinds, in lower case, whose entities say who owns them. */
  ownedKinds(): readonly string[];
  /** The declarations in use. */
  declared(): readonly DeclaredKind[];
  /** Computed properties of all kinds, each after those it reads. */
  plan(): readonly Planned[];
  /** Changes whenever verdicts may: part of what tells whether a source has to be read again. */
  version(): string;
}

const lower = (text: string): string => text.toLowerCase();

export function createKindRegistry(): KindRegistry {
  return registryOf(new Map(backstageKinds.map((rule) => [rule.kind, rule])));
}

/** A registry of built-in kinds, to which others are declared. */
function registryOf(brought: Map<string, KindRule>): KindRegistry {
  let declared = new Map<string, KindRule>();
  let additions = new Map<string, KindAddition[]>();
  let inUse: readonly DeclaredKind[] = [];
  let plan: readonly Planned[] = [];
  let version = '';
  let retired: ReadonlyMap<string, string> = new Map();
  const compile = createSchemaCompiler();
  const checks = new WeakMap<object, SpecCheck>();

  const checkOf = (schema: Readonly<Record<string, unknown>>, root: '/spec' | '/metadata', foreign: boolean): SpecCheck => {
    const known = checks.get(schema);
    if (known !== undefined) return known;
    // A declared schema gets a compiler of its own: it goes when the declaration goes.
    const check = foreign ? createSchemaCompiler({ linearPatterns: true })(schema, root) : compile(schema, root);
    checks.set(schema, check);
    return check;
  };
  const ruleOf = (kind: string): KindRule | undefined => {
    const rule = brought.get(kind) ?? declared.get(kind);
    const more = additions.get(lower(kind));
    return rule === undefined || more === undefined ? rule : { ...rule, additions: more };
  };
  const names = (): string[] => [...brought.keys(), ...declared.keys()];
  const isBrought = (kind: string): string | undefined => [...brought.keys()].find((known) => lower(known) === lower(kind));

  /** Why a declaration cannot be used beside these others. */
  const conflicts = (one: DeclaredKind, others: readonly DeclaredKind[]): Problem[] => {
    const known = isBrought(one.kind);
    const rival = others.find((other) => !other.extends && lower(other.kind) === lower(one.kind));
    if (one.extends) {
      if (lower(one.kind) === 'location' || lower(one.kind) === lower(ENTITY_KIND))
        return [
          {
            at: '/spec/extends',
            message: `Nothing can be added to ${one.kind}: the catalog itself works with it.`,
            fix: 'Add to another kind.',
          },
        ];
      // What it adds to may be declared later; until then it waits.
    } else if (known !== undefined)
      return [
        {
          at: '/spec/kind',
          message: `The kind ${known} is built in and cannot be declared again.`,
          fix: `Write extends: ${known} to add to it, or choose another name.`,
        },
      ];
    else if (rival !== undefined)
      return [
        {
          at: '/spec/kind',
          message: `The kind ${rival.kind} is already declared by ${rival.ref}.`,
          fix: 'Choose another name, or remove one of the two.',
        },
      ];
    return planProblems(propertiesOf(one), others.flatMap(propertiesOf), '/spec/computed');
  };
  const propertiesOf = (one: DeclaredKind): Declared[] =>
    one.computed.map((property: ComputedProperty) => ({
      kind: lower(one.kind),
      kindTitle: isBrought(one.kind) ?? one.kind,
      property,
      by: one.ref,
    }));

  const add = (rule: KindRule): void => void brought.set(rule.kind, rule);
  add({
    apiVersions: [PAVED_API_VERSION],
    kind: ENTITY_KIND,
    spec: entityKindSpec,
    relations: [],
    check(entity) {
      const { declared: one, problems } = readEntityKind(entity);
      return problems.length > 0
        ? problems
        : conflicts(
            one,
            inUse.filter((other) => other.ref !== one.ref),
          );
    },
  });

  const self: KindRegistry = {
    define(kind) {
      const known = brought.get(kind.kind);
      if (known !== undefined && !known.apiVersions.includes(kind.apiVersion)) {
        throw new PavedError('conflict', `The kind ${kind.kind} is already defined for ${known.apiVersions.join(', ')}.`, {
          fix: 'Give the new kind another name.',
        });
      }
      checkOf(kind.spec, '/spec', false);
      add({
        apiVersions: [kind.apiVersion],
        kind: kind.kind,
        spec: kind.spec,
        relations: kind.relations ?? [],
        ...(kind.check === undefined ? {} : { check: kind.check }),
        ...(kind.display === undefined ? {} : { display: kind.display }),
      });
    },
    all: () => names().flatMap((kind) => ruleOf(kind) ?? []),
    find(apiVersion, kind) {
      const rule = ruleOf(kind);
      if (rule === undefined) {
        const by = retired.get(lower(kind));
        if (by !== undefined)
          return {
            at: '/kind',
            message: `The kind "${kind}" is not declared any more: ${by} is gone.`,
            fix: 'Bring its EntityKind back, or remove this document.',
          };
        const near = names()
          .map((k) => [distance(lower(k), lower(kind)), k] as const)
          .sort((a, b) => a[0] - b[0])[0];
        const fix = near !== undefined && near[0] <= 3 ? `Did you mean ${near[1]}?` : `Known kinds: ${names().sort().join(', ')}.`;
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
      const variant =
        typeof type === 'string' && rule.variants !== undefined && Object.hasOwn(rule.variants, type) ? rule.variants[type] : undefined;
      const schema = variant ?? rule.spec;
      if (entity.spec === undefined) {
        const required = schema['required'];
        const optional = required === undefined || (Array.isArray(required) && required.length === 0);
        if (!optional || rule.kind === 'Location')
          return [{ at: '/spec', message: 'spec is missing.', fix: 'Add spec with the fields of the kind below it.' }];
      }
      const foreign = rule.declaredBy !== undefined;
      const problems = entity.spec === undefined ? [] : checkOf(schema, '/spec', foreign)(entity.spec);
      if (rule.metadata !== undefined) problems.push(...checkOf(rule.metadata, '/metadata', foreign)(entity.metadata));
      for (const addition of rule.additions ?? []) {
        if (addition.schema !== undefined) problems.push(...checkOf(addition.schema, '/spec', true)(entity.spec ?? {}));
        if (addition.metadata !== undefined) problems.push(...checkOf(addition.metadata, '/metadata', true)(entity.metadata));
      }
      if (problems.length > 0 || rule.check === undefined) return problems;
      return rule.check(entity).map((problem) => (typeof problem === 'string' ? { at: '/spec', message: problem } : problem));
    },
    spelling: (kind) => names().find((k) => lower(k) === lower(kind)) ?? kind,
    isForEverybody: (kind) =>
      kindsForEverybody.includes(kind) || inUse.some((one) => !one.extends && one.kind === kind && one.sources === 'everybody'),
    takes: (apiVersion, kind) =>
      retired.has(lower(kind)) || [...brought.values(), ...declared.values()].some((rule) => rule.apiVersions.includes(apiVersion)),
    declare(kinds, gone = new Map()) {
      const refused = new Map<string, string>();
      const used: DeclaredKind[] = [];
      for (const one of kinds) {
        const problem = conflicts(one, used)[0];
        if (problem === undefined) used.push(one);
        else refused.set(one.ref, problem.message);
      }
      declared = new Map(used.filter((one) => !one.extends).map((one) => [one.kind, ruleFor(one)]));
      additions = new Map();
      for (const one of used.filter((candidate) => candidate.extends)) {
        const addition: KindAddition = {
          ref: one.ref,
          columns: one.columns,
          ...(one.schema === undefined ? {} : { schema: one.schema }),
          ...(one.metadata === undefined ? {} : { metadata: one.metadata }),
          ...(one.form === undefined ? {} : { form: one.form }),
        };
        additions.set(lower(one.kind), [...(additions.get(lower(one.kind)) ?? []), addition]);
      }
      inUse = used;
      version = used.length === 0 ? '' : fingerprint(used.map((one) => one.digest).join('\n'));
      retired = new Map(
        [...gone].filter(([kind]) => isBrought(kind) === undefined && ![...declared.keys()].some((one) => lower(one) === kind)),
      );
      const planned = planOf(used.flatMap(propertiesOf));
      plan = 'order' in planned ? planned.order : [];
      return refused;
    },
    withDocuments(documents) {
      const more = declaredIn(documents);
      if (more.length === 0) return self;
      const copy = registryOf(new Map(brought));
      copy.declare([...inUse.filter((one) => !more.some((other) => other.ref === one.ref)), ...more], retired);
      return copy;
    },
    builtIn: () => registryOf(new Map(brought)),
    ownedKinds: () =>
      self
        .all()
        .filter((rule) => rule.relations.some((relation) => relation.type === 'ownedBy'))
        .map((rule) => lower(rule.kind)),
    declared: () => inUse,
    plan: () => plan,
    version: () => version,
  };
  return self;
}

/** The kinds that well-formed EntityKind documents among these declare. */
function declaredIn(documents: readonly unknown[]): DeclaredKind[] {
  return documents.flatMap((document) => {
    if ((document as { kind?: unknown } | null)?.kind !== ENTITY_KIND || envelopeProblems(document).length > 0) return [];
    const { declared, problems } = readEntityKind(document as Entity);
    return problems.length === 0 ? [declared] : [];
  });
}

/** 106 bits of a text: tells versions apart, guards nothing. */
function fingerprint(text: string): string {
  return [0x9e3779b9, 0x85ebca6b]
    .map((seed) => {
      let a = 0xdeadbeef ^ seed;
      let b = 0x41c6ce57 ^ seed;
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        a = Math.imul(a ^ code, 2654435761);
        b = Math.imul(b ^ code, 1597334677);
      }
      a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
      b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
      return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
    })
    .join('');
}

const ruleFor = (one: DeclaredKind): KindRule => ({
  apiVersions: one.apiVersions,
  kind: one.kind,
  spec: one.schema ?? { type: 'object' },
  relations: one.relations,
  declaredBy: one.ref,
  ...(one.metadata === undefined ? {} : { metadata: one.metadata }),
  ...(one.form === undefined ? {} : { form: one.form }),
  display: {
    ...(one.title === undefined ? {} : { title: one.title }),
    ...(one.plural === undefined ? {} : { plural: one.plural }),
    ...(one.icon === undefined ? {} : { icon: one.icon }),
    ...(one.description === undefined ? {} : { description: one.description }),
    columns: one.columns,
  },
});
