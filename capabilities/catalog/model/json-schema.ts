import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import formatsModule from 'ajv-formats';
import type { Problem } from '@paved/kernel';
import { linearPattern } from './custom-kinds/linear-pattern.ts';
import { label, pointerPart } from './field-rules.ts';

/** The one place that knows ajv: JSON Schema 2020-12 of a part of an entity, answers in sentences. */
export type SpecCheck = (value: unknown) => Problem[];

/** Lists longer than this are refused before each entry is looked at: one sentence instead of thousands. */
const MAX_ENTRIES = 100_000;

/** ajv's `regExp` option, with patterns that take linear time. */
const linear = Object.assign((pattern: string) => linearPattern(pattern), { code: 'linearPattern' });

/**
 * Compiles schemas. `root` is where what is checked stands. `linearPatterns`: for schemas that strangers wrote, see
 * `custom-kinds/schema-rules.ts` for what else is asked of those.
 */
export function createSchemaCompiler(
  options: { linearPatterns?: boolean } = {},
): (schema: Readonly<Record<string, unknown>>, root?: '/spec' | '/metadata') => SpecCheck {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: false,
    validateFormats: true,
    allowUnionTypes: true,
    logger: false,
    ...(options.linearPatterns === true ? { code: { regExp: linear } } : {}),
  });
  // ajv-formats is CommonJS: its default export is the module or the function, depending on the loader.
  const addFormats = (typeof formatsModule === 'function' ? formatsModule : (formatsModule as { default: unknown }).default) as (
    ajv: Ajv2020,
  ) => void;
  addFormats(ajv);
  return (schema, root = '/spec') => {
    const { $schema: _dialect, ...rest } = schema;
    const validate: ValidateFunction = ajv.compile(rest);
    return (value) => {
      const long = tooLong(value, root);
      if (long !== undefined) return [long];
      return validate(value) ? [] : problemsOf(validate.errors ?? [], rest, root);
    };
  };
}

/** The first list with too many entries. */
function tooLong(value: unknown, at: string): Problem | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  if (Array.isArray(value)) {
    if (value.length > MAX_ENTRIES)
      return { at, message: `${label(at)} has ${value.length} entries; at most ${MAX_ENTRIES} are taken.`, fix: 'Part it.' };
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i];
      const found = typeof item === 'object' ? tooLong(item, `${at}/${i}`) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }
  for (const [key, child] of Object.entries(value)) {
    const found = typeof child === 'object' ? tooLong(child, `${at}/${pointerPart(key)}`) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function problemsOf(errors: readonly ErrorObject[], schema: Readonly<Record<string, unknown>>, root: string): Problem[] {
  // Branches of if/then/oneOf repeat what their inner errors say better.
  const inner = errors.filter((e) => !['if', 'oneOf', 'anyOf', 'allOf'].includes(e.keyword));
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const error of inner.length > 0 ? inner : errors) {
    const problem = problemOf(error, schema, root);
    const key = `${problem.at} ${problem.message}`;
    if (seen.has(key)) continue;
    seen.add(key);
    problems.push(problem);
    if (problems.length === 20) break;
  }
  return problems;
}

function problemOf(error: ErrorObject, schema: Readonly<Record<string, unknown>>, root: string): Problem {
  const at = `${root}${error.instancePath}`;
  const name = label(at);
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'required': {
      const missing = String(params['missingProperty']);
      const hint = describe(schema, [...error.instancePath.split('/').slice(1), missing]);
      return {
        at: `${at}/${missing}`,
        message: `${name}.${missing} is missing.`,
        fix: hint === undefined ? `Add ${missing} below ${name}.` : `Add ${missing}: ${hint}.`,
      };
    }
    case 'type':
      return {
        at,
        message: `${name} must be ${article(String(params['type']))}.`,
        fix:
          params['type'] === 'string'
            ? 'Write a text, in quotes when it looks like a number.'
            : `Write ${article(String(params['type']))}.`,
      };
    case 'enum':
      return {
        at,
        message: `${name} has a value that is not allowed.`,
        fix: `Write one of: ${(params['allowedValues'] as unknown[]).map(String).join(', ')}.`,
      };
    case 'const':
      return {
        at,
        message: `${name} must be ${JSON.stringify(params['allowedValue'])}.`,
        fix: `Write ${JSON.stringify(params['allowedValue'])}.`,
      };
    case 'minLength':
      return { at, message: `${name} is empty.`, fix: 'Fill it in or leave it out.' };
    case 'maxLength':
      return { at, message: `${name} is longer than ${String(params['limit'])} characters.`, fix: 'Shorten it.' };
    case 'minItems':
      return { at, message: `${name} needs at least ${String(params['limit'])} entry.`, fix: 'Add one after "- ".' };
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const extra = String(params['additionalProperty'] ?? params['unevaluatedProperty']);
      return { at: `${at}/${extra}`, message: `${name} has an unknown field "${extra}".`, fix: 'Remove it or correct its spelling.' };
    }
    case 'pattern':
      return { at, message: `${name} does not match the pattern ${String(params['pattern'])}.`, fix: 'Write it in that form.' };
    default:
      return { at, message: `${name} ${error.message ?? 'does not fit'}.`, fix: 'See the kind’s schema at /api/catalog/kinds.' };
  }
}

const article = (type: string): string => {
  const names: Record<string, string> = {
    string: 'a text',
    array: 'a list',
    object: 'a mapping',
    number: 'a number',
    integer: 'a whole number',
    boolean: 'true or false',
    null: 'empty',
  };
  return type
    .split(',')
    .map((t) => names[t] ?? t)
    .join(' or ');
};

/** The description of a property, for the fix of a missing one. */
function describe(schema: unknown, path: readonly string[]): string | undefined {
  let node = schema as Record<string, unknown> | undefined;
  for (const part of path) {
    if (node === undefined) return undefined;
    node = (/^\d+$/.test(part) ? node['items'] : (node['properties'] as Record<string, unknown> | undefined)?.[part]) as
      | Record<string, unknown>
      | undefined;
  }
  const text = node?.['description'];
  return typeof text === 'string' ? text.replace(/\.$/, '').replace(/^./, (c) => c.toLowerCase()) : undefined;
}
