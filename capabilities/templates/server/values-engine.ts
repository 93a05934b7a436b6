import { Ajv, type ErrorObject } from 'ajv';
import formats from 'ajv-formats';
import type { Json, JsonObject, Problem } from '@paved/kernel';

// Runs inside the sandbox worker: schemas (with their regular expressions) come from templates.

/** Checks values against the schemas of all pages; each problem is a sentence at a JSON pointer. */
export function checkValues(schemas: readonly JsonObject[], values: JsonObject): Problem[] {
  const ajv = new Ajv({ strict: false, allErrors: true, verbose: true, allowUnionTypes: true, validateFormats: true });
  formats.default(ajv);
  for (const format of ['data-url', 'color', 'password']) ajv.addFormat(format, true);
  const problems = schemas.flatMap((schema) => {
    // A schema that names a draft we have not loaded is read as the current one.
    const { $schema: _, $id: __, ...rest } = schema;
    const validate = ajv.compile({ ...rest });
    return validate(values) ? [] : (validate.errors ?? []).filter(says).map(problemOf);
  });
  return [...new Map(problems.map((problem) => [`${problem.at} ${problem.message}`, problem])).values()];
}

/** `if` only repeats what its branch said; a choice among constants is told once, by `oneOf`. */
const says = (error: ErrorObject): boolean =>
  error.keyword !== 'if' && !(error.keyword === 'const' && /\/(oneOf|anyOf)\/\d+\/const$/.test(error.schemaPath));

function problemOf(error: ErrorObject): Problem {
  const schema = (error.parentSchema ?? {}) as JsonObject;
  const params = error.params as Record<string, Json>;
  const missing = params['missingProperty'];
  const at = error.keyword === 'required' ? `${error.instancePath}/${String(missing)}` : error.instancePath || '/';
  const labelled = error.keyword === 'required' ? (schema['properties'] as JsonObject | undefined)?.[String(missing)] : schema;
  const title = titleOf(labelled) ?? at.slice(at.lastIndexOf('/') + 1);
  const shown = typeof error.data === 'object' ? '' : ` "${String(error.data)}"`;
  switch (error.keyword) {
    case 'required':
      return { at, message: `${title} is missing.`, fix: `Give a value for ${String(missing)}.` };
    case 'pattern': {
      const hint = typeof schema['description'] === 'string' ? schema['description'] : `Use the form ${String(params['pattern'])}.`;
      return { at, message: `${title}${shown} does not fit.`, fix: hint };
    }
    case 'enum':
      return { at, message: `${title}${shown} is not one of the choices.`, fix: `Choose ${list(params['allowedValues'])}.` };
    case 'const':
    case 'oneOf':
    case 'anyOf':
      return { at, message: `${title}${shown} is not one of the choices.`, ...choices(error) };
    case 'type':
      return { at, message: `${title} must be ${Array.isArray(params['type']) ? list(params['type']) : article(String(params['type']))}.` };
    case 'minLength':
      return { at, message: `${title} is too short; it needs ${String(params['limit'])} characters or more.` };
    case 'maxLength':
      return { at, message: `${title} is too long; ${String(params['limit'])} characters are the most.` };
    case 'format':
      return { at, message: `${title}${shown} is not a valid ${String(params['format'])}.` };
    case 'additionalProperties':
      return {
        at: `${error.instancePath}/${String(params['additionalProperty'])}`,
        message: `${String(params['additionalProperty'])} is not asked for.`,
      };
    default:
      return { at, message: `${title} ${error.message ?? 'does not fit'}.` };
  }
}

function choices(error: ErrorObject): { fix?: string } {
  const branches = (error.parentSchema as JsonObject | undefined)?.[error.keyword];
  const values = Array.isArray(branches)
    ? branches.flatMap((b) => (typeof b === 'object' && b !== null && 'const' in b ? [b['const'] as Json] : []))
    : [];
  return values.length === 0 ? {} : { fix: `Choose ${list(values)}.` };
}

const titleOf = (schema: Json | undefined): string | undefined =>
  typeof schema === 'object' && schema !== null && !Array.isArray(schema) && typeof schema['title'] === 'string'
    ? schema['title']
    : undefined;
const article = (type: string): string => (type === 'array' ? 'a list' : /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);
const list = (values: Json | undefined): string =>
  Array.isArray(values)
    ? values
        .map(String)
        .join(', ')
        .replace(/, ([^,]*)$/, ' or $1')
    : String(values);
