import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import formatsModule from 'ajv-formats';
import type { Problem } from '@paved/kernel';
import { label } from './field-rules.ts';

/** The one place that knows ajv: JSON Schema 2020-12 of a kind's `spec`, answers in sentences. */
export type SpecCheck = (spec: unknown) => Problem[];

/** Compiles schemas once; the same schema object gives the same check. */
export function createSchemaCompiler(): (schema: Readonly<Record<string, unknown>>) => SpecCheck {
  const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: true, allowUnionTypes: true, logger: false });
  // ajv-formats is CommonJS: its default export is the module or the function, depending on the loader.
  const addFormats = (typeof formatsModule === 'function' ? formatsModule : (formatsModule as { default: unknown }).default) as (
    ajv: Ajv2020,
  ) => void;
  addFormats(ajv);
  return (schema) => {
    const { $schema: _dialect, ...rest } = schema;
    const validate: ValidateFunction = ajv.compile(rest);
    return (spec) => (validate(spec) ? [] : problemsOf(validate.errors ?? [], rest));
  };
}

function problemsOf(errors: readonly ErrorObject[], schema: Readonly<Record<string, unknown>>): Problem[] {
  // Branches of if/then/oneOf repeat what their inner errors say better.
  const inner = errors.filter((e) => !['if', 'oneOf', 'anyOf', 'allOf'].includes(e.keyword));
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const error of inner.length > 0 ? inner : errors) {
    const problem = problemOf(error, schema);
    const key = `${problem.at} ${problem.message}`;
    if (seen.has(key)) continue;
    seen.add(key);
    problems.push(problem);
    if (problems.length === 20) break;
  }
  return problems;
}

function problemOf(error: ErrorObject, schema: Readonly<Record<string, unknown>>): Problem {
  const at = `/spec${error.instancePath}`;
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
