import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { canonicalJson, type Json, type JsonObject } from '@paved/kernel';
import { isUnknown } from './resolve.ts';
import { nearest } from './nearest.ts';

/** Checks params against a type's schema and fills in its defaults; problems are sentences. */
export type CheckParams = (schema: JsonObject, params: JsonObject) => { params: JsonObject; problems: string[] };

/** Keeps compiled schemas, so that equal schemas are compiled once. */
export function createParamsChecker(): CheckParams {
  const ajv = new Ajv2020({ strict: false, allErrors: true, useDefaults: true, verbose: true });
  const compiled = new Map<string, ValidateFunction>();
  return (schema, params) => {
    const key = canonicalJson(schema);
    const validate = compiled.get(key) ?? ajv.compile(schema);
    compiled.set(key, validate);
    const filled = structuredClone(params);
    if (validate(filled)) return { params: filled, problems: [] };
    const problems = (validate.errors ?? []).filter((error) => !isOpen(error.data)).map(sentence);
    return { params: filled, problems: [...new Set(problems)] };
  };
}

/** What is not known yet, or sealed, cannot be judged. */
const isOpen = (value: unknown): boolean =>
  isUnknown(value as Json) || (typeof value === 'object' && value !== null && ('secretRef' in value || 'parts' in value));

function sentence(error: ErrorObject): string {
  const where = `params${error.instancePath.replaceAll('/', '.')}`;
  switch (error.keyword) {
    case 'required':
      return `${where}.${String(error.params['missingProperty'])} is missing.`;
    case 'additionalProperties': {
      const key = String(error.params['additionalProperty']);
      const known = Object.keys((error.parentSchema as { properties?: object } | undefined)?.properties ?? {});
      const close = nearest(key, known);
      return `${where}.${key} is not known${close === undefined ? '' : `; did you mean ${close}?`}${close === undefined ? '.' : ''}`;
    }
    default:
      return `${where} ${error.message ?? 'does not fit'}.`;
  }
}
