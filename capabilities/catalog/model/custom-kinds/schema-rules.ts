import { distance } from 'fastest-levenshtein';
import { messageOf, type Json, type JsonObject, type Problem } from '@paved/kernel';
import { label, pointerPart } from '../field-rules.ts';
import { linearPattern } from './linear-pattern.ts';

/** Bounds that keep a declared schema cheap to check, whoever wrote it and whatever is checked against it. */
const MAX_CHARACTERS = 64 * 1024;
const MAX_DEPTH = 24;
/** Sub-schemas after following every `$ref`: what one check may have to look at. */
const MAX_EXPANDED = 2000;
const MAX_UNIQUE = 1000;

const forbiddenNames = new Set(['__proto__', 'constructor', 'prototype']);
const types = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];
const single = [
  'not',
  'if',
  'then',
  'else',
  'items',
  'contains',
  'additionalProperties',
  'unevaluatedProperties',
  'unevaluatedItems',
  'propertyNames',
];
const lists = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const maps = ['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions'];
const numbers = [
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minContains',
  'maxContains',
];
const texts = ['title', 'description', 'format', 'pattern', '$comment', '$schema', 'contentEncoding', 'contentMediaType'];
const others = [
  'type',
  'enum',
  'const',
  'default',
  'examples',
  'required',
  'dependentRequired',
  'uniqueItems',
  'deprecated',
  'readOnly',
  'writeOnly',
  '$ref',
];
const known = new Set([...single, ...lists, ...maps, ...numbers, ...texts, ...others]);
const foreign = new Set(['$id', '$anchor', '$dynamicRef', '$dynamicAnchor', '$recursiveRef', '$recursiveAnchor', '$vocabulary']);

const isObject = (value: unknown): value is JsonObject => value !== null && typeof value === 'object' && !Array.isArray(value);

/** What is wrong with a schema that someone declared, each with the pointer to it (below `at`); empty when it may be used. */
export function schemaProblems(schema: unknown, at: string): Problem[] {
  const problems: Problem[] = [];
  const add = (where: string, message: string, fix: string): void => {
    if (problems.length < 20) problems.push({ at: where, message: `${label(where)} ${message}.`, fix });
  };
  if (!isObject(schema)) return [{ at, message: `${label(at)} is no JSON Schema.`, fix: 'Write type: object with properties below it.' }];
  const size = JSON.stringify(schema).length;
  if (size > MAX_CHARACTERS)
    return [
      {
        at,
        message: `${label(at)} has ${size} characters; at most ${MAX_CHARACTERS} are taken.`,
        fix: 'Declare fewer fields, or leave some open.',
      },
    ];
  if (schema['type'] !== 'object') add(`${at}/type`, 'must be object: it describes a mapping', 'Write type: object.');

  const visit = (node: Json | undefined, where: string, depth: number): void => {
    if (typeof node === 'boolean') return;
    if (!isObject(node)) return add(where, 'is no JSON Schema', 'Write a mapping such as type: string.');
    if (depth > MAX_DEPTH) return add(where, `nests deeper than ${MAX_DEPTH} levels`, 'Flatten it.');
    for (const [key, value] of Object.entries(node)) {
      const here = `${where}/${pointerPart(key)}`;
      if (key.startsWith('x-') || key.startsWith('ui:')) continue;
      if (foreign.has(key))
        add(here, 'is not taken: schemas stand alone here', 'Refer to parts of the same schema with $ref: "#/$defs/name".');
      else if (!known.has(key)) add(here, 'is no keyword of JSON Schema', nearest(key));
      else if (single.includes(key)) visit(value, here, depth + 1);
      else if (lists.includes(key)) {
        if (!Array.isArray(value) || value.length === 0) add(here, 'must be a list of schemas', 'Write at least one after "- ".');
        else value.forEach((child, i) => visit(child, `${here}/${i}`, depth + 1));
      } else if (maps.includes(key)) {
        if (!isObject(value)) add(here, 'must be a mapping of schemas', 'Write name: schema pairs below it.');
        else
          for (const [name, child] of Object.entries(value)) {
            const place = `${here}/${pointerPart(name)}`;
            if (forbiddenNames.has(name)) add(place, 'cannot be used as a name', 'Choose another name.');
            else {
              if (key === 'patternProperties') pattern(name, place);
              visit(child, place, depth + 1);
            }
          }
      } else keyword(node, key, value, here);
    }
  };

  const pattern = (text: string, where: string): void => {
    try {
      linearPattern(text);
    } catch (error) {
      add(where, `cannot be used: ${messageOf(error)}`, 'Write it without look-around and back-references (RE2 syntax).');
    }
  };

  const keyword = (node: JsonObject, key: string, value: Json | undefined, here: string): void => {
    if (key === 'pattern' && typeof value === 'string') return pattern(value, here);
    if (texts.includes(key) && typeof value !== 'string') return add(here, 'must be a text', 'Put it in quotes.');
    if (
      numbers.includes(key) &&
      (typeof value !== 'number' ||
        (key.startsWith('m') && /Length|Items|Properties|Contains/.test(key) && (!Number.isInteger(value) || value < 0)))
    )
      return add(here, 'must be a number', 'Write a whole number without quotes.');
    if (key === 'multipleOf' && !(typeof value === 'number' && value > 0))
      return add(here, 'must be greater than 0', 'Write for example 1.');
    if (key === 'type') {
      const wanted = Array.isArray(value) ? value : [value];
      if (wanted.length === 0 || !wanted.every((type) => typeof type === 'string' && types.includes(type)))
        add(here, `is ${JSON.stringify(value)}, which is no type`, `Write one of: ${types.join(', ')}.`);
      return;
    }
    if (key === 'enum' && (!Array.isArray(value) || value.length === 0))
      return add(here, 'must be a list with entries', 'Write the values after "- ".');
    if (key === 'required' && !(Array.isArray(value) && value.every((name) => typeof name === 'string')))
      return add(here, 'must be a list of names', 'Write each name after "- ".');
    if (key === 'uniqueItems' && value === true) {
      const items = node['items'];
      const itemType = isObject(items) ? items['type'] : undefined;
      const most = node['maxItems'];
      const scalar = typeof itemType === 'string' && itemType !== 'object' && itemType !== 'array';
      if (!scalar && !(typeof most === 'number' && most <= MAX_UNIQUE))
        add(here, 'compares every entry with every other', `Add maxItems (at most ${MAX_UNIQUE}), or give items a simple type.`);
      return;
    }
    if (key === '$ref' && !(typeof value === 'string' && /^#(\/|$)/.test(value) && resolve(schema, value) !== undefined))
      add(
        here,
        `is ${JSON.stringify(value)}, which is not in this schema`,
        'Point to a part of the same schema, for example "#/$defs/address".',
      );
  };

  visit(schema, at, 0);
  if (problems.length > 0) return problems;
  const expansion = expanded(schema);
  if (typeof expansion === 'string')
    add(`${at}`, `refers to itself at ${expansion}`, 'Write the levels out; a schema that contains itself cannot be bounded.');
  else if (expansion > MAX_EXPANDED)
    add(
      `${at}`,
      `unfolds to ${expansion > 1e9 ? 'more than a billion' : String(expansion)} parts; at most ${MAX_EXPANDED} are checked`,
      'Use fewer $ref inside of $ref.',
    );
  return problems;
}

function nearest(word: string): string {
  const [near] = [...known].map((key) => [distance(key.toLowerCase(), word.toLowerCase()), key] as const).sort((a, b) => a[0] - b[0]);
  return near !== undefined && near[0] <= 3 ? `Did you mean ${near[1]}?` : 'Remove it, or start it with x- when it is a note of your own.';
}

/** The part of a schema that a local `$ref` names. */
function resolve(schema: JsonObject, ref: string): Json | undefined {
  let node: Json | undefined = schema;
  for (const raw of ref.slice(1).split('/').slice(1)) {
    const part = raw.replace(/~1/g, '/').replace(/~0/g, '~');
    if (Array.isArray(node)) node = node[Number(part)];
    else if (isObject(node) && Object.hasOwn(node, part)) node = node[part];
    else return undefined;
  }
  return isObject(node) || typeof node === 'boolean' ? node : undefined;
}

/** How many sub-schemas there are once every `$ref` is followed; the `$ref` that leads back to itself when one does. */
function expanded(schema: JsonObject): number | string {
  const sizes = new Map<JsonObject, number>();
  const open = new Set<JsonObject>();
  const children = (node: JsonObject): Json[] => [
    ...single.flatMap((key) => (node[key] === undefined ? [] : [node[key]])),
    ...lists.flatMap((key) => (Array.isArray(node[key]) ? (node[key] as Json[]) : [])),
    ...maps
      .filter((key) => key !== '$defs' && key !== 'definitions')
      .flatMap((key) => (isObject(node[key]) ? Object.values(node[key] as JsonObject) : [])),
  ];
  const size = (node: Json): number | string => {
    if (!isObject(node)) return 1;
    const before = sizes.get(node);
    if (before !== undefined) return before;
    const ref = node['$ref'];
    if (open.has(node)) return 'a $ref';
    open.add(node);
    let sum = 1;
    for (const child of [...children(node), ...(typeof ref === 'string' ? [resolve(schema, ref) ?? true] : [])]) {
      const one = size(child);
      if (typeof one === 'string') return typeof ref === 'string' ? ref : one;
      sum += one;
    }
    open.delete(node);
    sizes.set(node, sum);
    return sum;
  };
  return size(schema);
}
