import type { JsonObject, Json } from '@paved/kernel';
import type { Schema } from '@paved/ui';
import type { CatalogKind } from '../kinds.ts';

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isPlaceholder = (value: unknown): boolean => isObject(value) && Object.keys(value).some((key) => key.startsWith('$'));

/** A picker answers this filter with names of annotations. */
export const ANNOTATIONS = { '#': 'annotations' } as const;

/** The form of a kind, and what it leaves to the YAML. */
export interface KindForm {
  readonly schema: Schema;
  /** Fields of spec that the form shows. */
  readonly fields: readonly string[];
  /** Fields of spec that only the YAML shows: nested deeper than a form should be. */
  readonly left: readonly string[];
}

const metadataProperties = (isNew: boolean): Record<string, Schema> => ({
  ...(isNew
    ? {
        name: {
          type: 'string',
          title: 'Name',
          pattern: '^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$',
          maxLength: 63,
          description: 'Letters, digits and dashes. It stays.',
        },
      }
    : {}),
  title: { type: 'string', title: 'Title', description: 'What people call it, when that is not its name.' },
  description: { type: 'string', title: 'Description', description: 'One sentence: what it does, and for whom.' },
});

const metadataLists: Record<string, Schema> = {
  tags: { type: 'array', title: 'Tags', items: { type: 'string', title: 'Tag', pattern: '^[a-z0-9:+#]+(-[a-z0-9:+#]+)*$' } },
  links: {
    type: 'array',
    title: 'Links',
    items: {
      type: 'object',
      required: ['url'],
      properties: { url: { type: 'string', title: 'Address', format: 'uri' }, title: { type: 'string', title: 'Words' } },
    },
  },
  annotations: pairs('Annotations', { 'ui:field': 'EntityPicker', 'ui:options': { catalogFilter: ANNOTATIONS } }),
  labels: pairs('Labels', {}),
};

function pairs(title: string, key: Schema): Schema {
  return {
    type: 'array',
    title,
    items: {
      type: 'object',
      required: ['key', 'value'],
      properties: { key: { type: 'string', title: 'Key', ...key }, value: { type: 'string', title: 'Value' } },
    },
  };
}

/** A form's schema for documents of a kind: pickers where references stand, the kind's own hints over ours. */
export function kindForm(kind: CatalogKind, spec: JsonObject, isNew: boolean): KindForm {
  const type = spec['type'];
  const schema = (typeof type === 'string' ? kind.variants?.[type] : undefined) ?? kind.schema;
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'].map(String) : [];
  const fields: string[] = [];
  const left: string[] = [];
  const shown: Record<string, Schema> = {};
  for (const [name, sub] of Object.entries(properties)) {
    const relation = kind.relations.find((one) => one.field === name);
    if (!isObject(sub) || isPlaceholder(spec[name]) || !fitsForm(sub)) left.push(name);
    else {
      fields.push(name);
      const hints = isObject(kind.form?.[name]) ? hinted(sub, kind.form[name]) : sub;
      shown[name] = { title: titleOf(name), ...withPicker(sentence(hints), name, relation, isNew) };
    }
  }
  for (const name of Object.keys(spec)) if (!(name in properties)) left.push(name);
  const order = [...required.filter((name) => name in shown), ...fields.filter((name) => !required.includes(name))];
  return {
    fields,
    left,
    schema: {
      type: 'object',
      required: [...(isNew ? ['name'] : []), ...order.filter((name) => required.includes(name)).map(specKey)],
      properties: {
        ...metadataProperties(isNew),
        ...Object.fromEntries(order.map((name) => [specKey(name), shown[name] ?? {}])),
        ...metadataLists,
      },
    },
  };
}

/** Fields of spec stand beside those of metadata, under names of their own. */
export const specKey = (name: string): string => `spec:${name}`;

const titleOf = (name: string): string => {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/\bapi(s?)\b/g, 'API$1');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** The schema's words as a sentence: help stands below a field. */
function sentence(schema: Record<string, unknown>): Record<string, unknown> {
  const words = schema['description'];
  if (typeof words !== 'string' || words === '') return schema;
  return { ...schema, description: `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}` };
}

/** Texts, numbers, choices, lists of them, and groups of them: what people fill in without thinking of YAML. */
function fitsForm(schema: Record<string, unknown>, depth = 0): boolean {
  const type = schema['type'];
  if (schema['$ref'] !== undefined || schema['oneOf'] !== undefined || schema['anyOf'] !== undefined || schema['allOf'] !== undefined)
    return false;
  if (schema['enum'] !== undefined || ['string', 'number', 'integer', 'boolean'].includes(String(type))) return true;
  if (type === 'array') return isObject(schema['items']) && depth < 2 && fitsForm(schema['items'], depth + 1);
  if (type !== 'object' || !isObject(schema['properties'])) return false;
  return depth < 2 && Object.values(schema['properties']).every((sub) => isObject(sub) && fitsForm(sub, depth + 1));
}

function hinted(schema: Record<string, unknown>, hints: Record<string, unknown>): Record<string, unknown> {
  const properties = isObject(schema['properties']) ? schema['properties'] : undefined;
  const own = Object.fromEntries(Object.entries(hints).filter(([key]) => key.startsWith('ui:')));
  if (properties === undefined) return { ...schema, ...own };
  const below = Object.entries(properties).map(([name, sub]) => {
    const hint = hints[name];
    return [name, isObject(sub) && isObject(hint) ? hinted(sub, hint) : sub];
  });
  return { ...schema, ...own, properties: Object.fromEntries(below) as unknown };
}

function withPicker(
  schema: Record<string, unknown>,
  name: string,
  relation: CatalogKind['relations'][number] | undefined,
  isNew: boolean,
): Schema {
  if (relation === undefined) {
    if (schema['type'] === 'string' && name === 'definition' && schema['ui:widget'] === undefined)
      return { ...schema, 'ui:widget': 'textarea', 'ui:options': { rows: 12 } };
    return schema;
  }
  const filter = relation.defaultKind === undefined ? undefined : { kind: [relation.defaultKind] };
  const picker =
    relation.type === 'ownedBy'
      ? // One's own team is offered to what is new; what has none keeps none until somebody chooses.
        { 'ui:field': 'OwnerPicker', 'ui:options': isNew ? {} : { allowArbitraryValues: true } }
      : { 'ui:field': 'EntityPicker', 'ui:options': filter === undefined ? {} : { catalogFilter: filter } };
  if (schema['type'] !== 'array') return { ...schema, ...picker };
  return { ...schema, items: { title: titleOf(name), ...(isObject(schema['items']) ? schema['items'] : { type: 'string' }), ...picker } };
}

/** What a document says, as the form shows it. */
export function toForm(document: JsonObject, form: KindForm): Record<string, unknown> {
  const metadata = isObject(document['metadata']) ? (document['metadata'] as JsonObject) : {};
  const spec = isObject(document['spec']) ? (document['spec'] as JsonObject) : {};
  const asPairs = (value: Json | undefined): unknown[] =>
    isObject(value) ? Object.entries(value).map(([key, one]) => ({ key, value: String(one) })) : [];
  const { name, title, description, tags, links } = metadata;
  return {
    ...(typeof name === 'string' && name !== '' ? { name } : {}),
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...Object.fromEntries(form.fields.flatMap((field) => (spec[field] === undefined ? [] : [[specKey(field), spec[field]]]))),
    tags: tags ?? [],
    links: links ?? [],
    annotations: asPairs(metadata['annotations']),
    labels: asPairs(metadata['labels']),
  };
}

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && Object.keys(value).length === 0);

/** The document with what the form says; fields that the form does not show stay. */
export function fromForm(document: JsonObject, form: KindForm, data: Record<string, unknown>): JsonObject {
  const before = isObject(document['metadata']) ? (document['metadata'] as JsonObject) : {};
  const metadata: JsonObject = { ...before };
  const put = (target: JsonObject, key: string, value: unknown, was: Json | undefined): void => {
    // Nothing stays nothing, and an empty list that was written stays written.
    if (isEmpty(value) && (was === undefined || !isEmpty(was))) delete target[key];
    else if (value !== undefined) target[key] = value as Json;
  };
  const asMap = (value: unknown): JsonObject =>
    Object.fromEntries(
      (Array.isArray(value) ? (value as { key?: string; value?: string }[]) : []).flatMap((pair) =>
        pair?.key === undefined || pair.key === '' ? [] : [[pair.key, pair.value ?? '']],
      ),
    );
  const list = (value: unknown): unknown[] => (Array.isArray(value) ? value.filter((item) => !isEmpty(item)) : []);
  if (data['name'] !== undefined) metadata['name'] = data['name'] as string;
  put(metadata, 'title', data['title'], before['title']);
  put(metadata, 'description', data['description'], before['description']);
  put(metadata, 'tags', list(data['tags']), before['tags']);
  put(metadata, 'links', list(data['links']), before['links']);
  put(metadata, 'annotations', asMap(data['annotations']), before['annotations']);
  put(metadata, 'labels', asMap(data['labels']), before['labels']);
  const specBefore = isObject(document['spec']) ? (document['spec'] as JsonObject) : undefined;
  const spec: JsonObject = { ...specBefore };
  for (const field of form.fields) {
    const value = data[specKey(field)];
    put(spec, field, Array.isArray(value) ? list(value) : value, specBefore?.[field]);
  }
  const { spec: _spec, ...rest } = document;
  return { ...rest, metadata, ...(specBefore === undefined && Object.keys(spec).length === 0 ? {} : { spec }) };
}
