import { canonicalJson, PAVED_API_VERSION, refOf, type Entity, type Json, type JsonObject, type Problem } from '@paved/kernel';
import { readComputed, type ComputedProperty } from '../computed/property.ts';
import type { KindColumn, KindRelation } from '../kind-registry.ts';
import { schemaProblems } from './schema-rules.ts';

/** A kind, or an addition to one, that an `EntityKind` document declares. */
export interface DeclaredKind {
  /** The EntityKind's own reference. */
  readonly ref: string;
  /** Changes with every change of the document that matters to entities. */
  readonly digest: string;
  readonly kind: string;
  /** Whether it only adds to a kind that exists. */
  readonly extends: boolean;
  readonly apiVersions: readonly string[];
  readonly title?: string;
  readonly plural?: string;
  readonly description?: string;
  readonly icon?: string;
  /** Who may bring entities of it: sources that anybody registered, or only the platform team's. */
  readonly sources: 'everybody' | 'platform';
  readonly schema?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly relations: readonly KindRelation[];
  readonly columns: readonly KindColumn[];
  readonly form?: JsonObject;
  readonly computed: readonly ComputedProperty[];
}

export const ENTITY_KIND = 'EntityKind';

const text = (description: string, more: Record<string, unknown> = {}) => ({
  type: 'string',
  minLength: 1,
  maxLength: 200,
  description,
  ...more,
});
const expression = (description: string) => ({ type: 'string', minLength: 1, description });
const relationName = { type: 'string', pattern: '^\\w{1,63}$' };
const step = {
  anyOf: [
    relationName,
    {
      type: 'object',
      required: ['relation'],
      additionalProperties: false,
      properties: { relation: relationName, kind: text('only entities of this kind') },
    },
  ],
};
const through = {
  anyOf: [...step.anyOf, { type: 'array', minItems: 1, maxItems: 4, items: step }],
  description: 'the relation, or the relations one after the other, for example partOf',
};

/** The spec of `kind: EntityKind`. */
export const entityKindSpec: Readonly<Record<string, unknown>> = {
  type: 'object',
  additionalProperties: false,
  properties: {
    kind: { type: 'string', pattern: '^[A-Z][a-zA-Z0-9]{0,62}$', description: 'the new kind, for example Dataset' },
    extends: {
      type: 'string',
      pattern: '^[a-zA-Z][a-zA-Z0-9]{0,62}$',
      description: 'the kind that this adds to, for example Component; instead of kind',
    },
    apiVersions: {
      type: 'array',
      minItems: 1,
      maxItems: 10,
      items: text('group/version, for example acme.com/v1'),
      description: `what documents of the kind may say; ${PAVED_API_VERSION} when left out`,
    },
    title: text('the kind for people, for example Data set'),
    plural: text('several of it, for example Data sets'),
    icon: { type: 'string', pattern: '^[a-z0-9-]{1,60}$', description: 'name of a Tabler icon, for example database' },
    sources: { type: 'string', enum: ['everybody', 'platform'], description: 'who may register sources of it; everybody when left out' },
    schema: { type: 'object', description: 'JSON Schema of spec' },
    metadata: { type: 'object', description: 'JSON Schema of metadata, beside the usual rules' },
    relations: {
      type: 'array',
      maxItems: 50,
      items: {
        type: 'object',
        required: ['field', 'type', 'reverse'],
        additionalProperties: false,
        properties: {
          field: {
            type: 'string',
            pattern: '^[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*$',
            maxLength: 200,
            description: 'the field of spec that holds references',
          },
          type: { ...relationName, description: 'what it is to the target, for example producedBy' },
          reverse: { ...relationName, description: 'what the target is to it, for example produces' },
          defaultKind: text('the kind of a reference that names none'),
        },
      },
    },
    columns: {
      type: 'array',
      maxItems: 20,
      items: {
        type: 'object',
        required: ['field'],
        additionalProperties: false,
        properties: {
          field: text('for example spec.tier, metadata.title, relations.ownedBy or computed.services'),
          title: text('head of the column'),
        },
      },
    },
    form: { type: 'object', description: 'hints for the form, by field: RJSF’s uiSchema' },
    computed: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name'],
        additionalProperties: false,
        properties: {
          name: { type: 'string', pattern: '^[a-z][a-zA-Z0-9]{0,62}$', description: 'for example services' },
          title: text('for people'),
          description: { type: 'string', maxLength: 1000 },
          calculate: expression('an expression over entity'),
          mirror: {
            type: 'object',
            required: ['through', 'value'],
            additionalProperties: false,
            properties: { through, value: expression('an expression over it') },
          },
          aggregate: {
            type: 'object',
            required: ['through', 'function'],
            additionalProperties: false,
            properties: {
              through,
              function: { type: 'string', enum: ['count', 'sum', 'min', 'max', 'average'], description: 'count, sum, min, max or average' },
              value: expression('an expression over it'),
              where: expression('an expression over it: only those for which it is true'),
            },
          },
        },
      },
    },
  },
};

const isObject = (value: Json | undefined): value is JsonObject => value !== null && typeof value === 'object' && !Array.isArray(value);
const string = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined);
const apiVersion = /^(?:[a-z0-9]+(?:[-.][a-z0-9]+)*\/)?[a-z0-9A-Z]{1,63}$/;

/** Reads an EntityKind whose shape fits `entityKindSpec`, and says everything that is wrong with it in itself. */
export function readEntityKind(entity: Entity): { readonly declared: DeclaredKind; readonly problems: readonly Problem[] } {
  const spec = entity.spec ?? {};
  const problems: Problem[] = [];
  const kind = string(spec['kind']);
  const extended = string(spec['extends']);
  if ((kind === undefined) === (extended === undefined))
    problems.push({
      at: kind === undefined ? '/spec/kind' : '/spec/extends',
      message: 'An EntityKind says either kind or extends.',
      fix: 'Write kind for a new kind, extends to add to one that exists.',
    });
  if (kind !== undefined && entity.metadata.name !== kind.toLowerCase())
    problems.push({
      at: '/metadata/name',
      message: `The EntityKind of ${kind} is named "${entity.metadata.name}".`,
      fix: `Write name: ${kind.toLowerCase()}, so that each kind has one declaration.`,
    });
  if ((entity.metadata.namespace ?? 'default') !== 'default')
    problems.push({ at: '/metadata/namespace', message: 'Kinds are the same in every namespace.', fix: 'Leave namespace out.' });
  if (kind !== undefined && spec['schema'] === undefined)
    problems.push({
      at: '/spec/schema',
      message: 'spec.schema is missing.',
      fix: 'Add schema: {type: object} with the fields of the kind as properties.',
    });
  if (extended !== undefined)
    for (const key of ['apiVersions', 'relations', 'sources', 'title', 'plural', 'icon'])
      if (spec[key] !== undefined)
        problems.push({
          at: `/spec/${key}`,
          message: `An addition to ${extended} cannot say ${key}.`,
          fix: 'Remove it; schema, metadata, columns, form and computed can be added.',
        });
  if (spec['schema'] !== undefined) problems.push(...schemaProblems(spec['schema'], '/spec/schema'));
  if (spec['metadata'] !== undefined) problems.push(...schemaProblems(spec['metadata'], '/spec/metadata'));
  const versions = Array.isArray(spec['apiVersions']) ? spec['apiVersions'].filter((v) => typeof v === 'string') : [PAVED_API_VERSION];
  versions.forEach((version, i) => {
    if (!apiVersion.test(version))
      problems.push({
        at: `/spec/apiVersions/${i}`,
        message: `"${version}" is no apiVersion.`,
        fix: 'Write group/version, for example acme.com/v1.',
      });
  });
  if (JSON.stringify(spec['form'] ?? {}).length > 64 * 1024)
    problems.push({ at: '/spec/form', message: 'spec.form is longer than 65536 characters.', fix: 'Shorten it.' });
  const computed = readComputed(spec['computed'], '/spec/computed');
  problems.push(...computed.problems);

  const relations = objects(spec['relations']).map((relation): KindRelation => {
    const defaultKind = string(relation['defaultKind'])?.toLowerCase();
    return {
      field: string(relation['field']) ?? '',
      type: string(relation['type']) ?? '',
      reverse: string(relation['reverse']) ?? '',
      ...(defaultKind === undefined ? {} : { defaultKind }),
    };
  });
  const optional = <K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> =>
    value === undefined ? {} : ({ [key]: value } as Partial<Record<K, string>>);
  const schema = isObject(spec['schema']) ? { schema: spec['schema'] } : {};
  const metadata = isObject(spec['metadata']) ? { metadata: spec['metadata'] } : {};
  const declared: DeclaredKind = {
    ref: refOf(entity),
    digest: canonicalJson([kind, extended, versions, schema, metadata, relations as unknown as Json, spec['sources'] ?? null]),
    kind: kind ?? extended ?? '',
    extends: extended !== undefined,
    apiVersions: versions,
    ...optional('title', string(spec['title']) ?? (kind === undefined ? undefined : entity.metadata.title)),
    ...optional('plural', string(spec['plural'])),
    ...optional('description', entity.metadata.description),
    ...optional('icon', string(spec['icon'])),
    sources: spec['sources'] === 'platform' ? 'platform' : 'everybody',
    ...schema,
    ...metadata,
    relations,
    columns: objects(spec['columns']).map((column): KindColumn => {
      const field = string(column['field']) ?? '';
      return { field, title: string(column['title']) ?? titleOf(field) };
    }),
    ...(isObject(spec['form']) ? { form: spec['form'] } : {}),
    computed: computed.properties,
  };
  return { declared, problems };
}

const objects = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** `spec.dataClass` as a head of a column: Data class. */
function titleOf(field: string): string {
  const last = field.split('.').at(-1) ?? field;
  const words = last
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[-_]/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
