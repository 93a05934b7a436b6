import { useState } from 'react';
import { isObject, listOf, objectOf, textOf } from '../../model/api-definition/pointer.ts';
import type { DefinedSchema } from '../../model/api-definition/reading.ts';
import { typesOf } from '../../model/api-definition/sample.ts';
import { RichText } from './rich-text.tsx';

export type Schemas = Readonly<Record<string, DefinedSchema>>;

/** What a schema allows, level by level: a reference is followed when it is opened, so circles and depth cost nothing. */
export function SchemaView({ schema, schemas, level = 0 }: { schema: DefinedSchema; schemas: Schemas; level?: number }) {
  const rows = rowsOf(schema, schemas);
  if (rows.length === 0) return level === 0 ? <p className="p-api-type">{typeWords(schema, schemas)}</p> : null;
  return (
    <ul className="p-api-schema">
      {rows.map((row) => (
        <SchemaRow key={row.name} {...row} schemas={schemas} level={level} />
      ))}
    </ul>
  );
}

interface Row {
  readonly name: string;
  readonly schema: DefinedSchema;
  readonly required: boolean;
}

function SchemaRow({ name, schema, required, schemas, level }: Row & { schemas: Schemas; level: number }) {
  const [open, setOpen] = useState(level === 0 && schema['$ref'] === undefined && listOf(schema['allOf']).length === 0);
  const inner = rowsOf(schema, schemas);
  const description = textOf(resolved(schema, schemas)['description']);
  const limits = limitsOf(resolved(schema, schemas));
  return (
    <li>
      <div className="line">
        {inner.length === 0 ? (
          <span className="name">{name}</span>
        ) : (
          <button type="button" className="name" aria-expanded={open} onClick={() => setOpen(!open)}>
            {name}
          </button>
        )}
        <span className="type">{typeWords(schema, schemas)}</span>
        {required ? <span className="must">required</span> : null}
        {limits === '' ? null : <span className="limits">{limits}</span>}
      </div>
      {description === undefined ? null : <RichText text={description} />}
      {open && inner.length > 0 ? <SchemaView schema={schema} schemas={schemas} level={level + 1} /> : null}
    </li>
  );
}

function resolved(schema: DefinedSchema, schemas: Schemas): DefinedSchema {
  let here = schema;
  for (let i = 0; i < 20; i++) {
    const ref = here['$ref'];
    if (typeof ref !== 'string') return here;
    const target = Object.hasOwn(schemas, ref) ? schemas[ref] : undefined;
    if (target === undefined) return here;
    here = target;
  }
  return {};
}

const shortRef = (ref: string): string => ref.split('/').at(-1) ?? ref;

function rowsOf(given: DefinedSchema, schemas: Schemas, depth = 0): Row[] {
  if (depth > 8) return [];
  const schema = resolved(given, schemas);
  if (typesOf(schema)[0] === 'array' || isObject(schema['items'])) {
    const items = objectOf(schema['items']);
    return rowsOf(items, schemas, depth + 1);
  }
  const required = new Set(listOf(schema['required']));
  const own = Object.entries(objectOf(schema['properties']))
    .filter(([, value]) => isObject(value))
    .map(([name, value]): Row => ({ name, schema: objectOf(value), required: required.has(name) }));
  const inherited = listOf(schema['allOf'])
    .filter(isObject)
    .flatMap((part) => rowsOf(part, schemas, depth + 1));
  const choices = [...listOf(schema['oneOf']), ...listOf(schema['anyOf'])].filter(isObject).map((choice, i): Row => ({
    name: textOf(choice['title']) ?? (typeof choice['$ref'] === 'string' ? shortRef(choice['$ref']) : `Choice ${i + 1}`),
    schema: choice,
    required: false,
  }));
  const free = isObject(schema['additionalProperties'])
    ? [{ name: 'any other', schema: schema['additionalProperties'], required: false }]
    : [];
  return [...new Map([...inherited, ...own, ...choices, ...free].map((row) => [row.name, row])).values()];
}

/** "Order", "list of Line", "string or null", "string (date-time)". */
export function typeWords(schema: DefinedSchema, schemas: Schemas, depth = 0): string {
  const ref = schema['$ref'];
  if (typeof ref === 'string') return shortRef(ref);
  const types = typesOf(schema);
  if (types[0] === 'array' || isObject(schema['items']))
    return depth > 4 ? 'list' : `list of ${isObject(schema['items']) ? typeWords(schema['items'], schemas, depth + 1) : 'anything'}`;
  const format = textOf(schema['format']);
  if (types.length > 0)
    return `${types.join(' or ')}${schema['nullable'] === true ? ' or null' : ''}${format === undefined ? '' : ` (${format})`}`;
  if (listOf(schema['oneOf']).length > 0 || listOf(schema['anyOf']).length > 0) return 'one of these';
  if (listOf(schema['enum']).length > 0) return 'one of these values';
  return isObject(schema['properties']) || listOf(schema['allOf']).length > 0 ? 'object' : 'anything';
}

function limitsOf(schema: DefinedSchema): string {
  const words = (key: string, text: (value: string) => string): string[] =>
    ['string', 'number', 'boolean'].includes(typeof schema[key]) ? [text(String(schema[key]))] : [];
  const values = listOf(schema['enum']).map((value) => JSON.stringify(value));
  return [
    ...(values.length === 0 ? [] : [values.slice(0, 12).join(', ') + (values.length > 12 ? ' …' : '')]),
    ...words('minimum', (value) => `≥ ${value}`),
    ...words('maximum', (value) => `≤ ${value}`),
    ...words('minLength', (value) => `at least ${value} characters`),
    ...words('maxLength', (value) => `at most ${value} characters`),
    ...words('pattern', (value) => `like ${value.slice(0, 80)}`),
    ...words('default', (value) => `default ${value.slice(0, 80)}`),
  ].join(' · ');
}
