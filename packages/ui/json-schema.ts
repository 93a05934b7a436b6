/**
 * JSON Schema validation by interpretation. Ajv compiles schemas with `new Function`, which the portal's content security
 * policy forbids; forms need only this much, and the server validates again with the full standard.
 */
export type Schema = { readonly [key: string]: unknown };

export interface SchemaProblem {
  /** Path of keys from the root. */
  readonly path: readonly (string | number)[];
  /** The keyword that failed. */
  readonly keyword: string;
  /** For people: the rule, not the failure. */
  readonly message: string;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const equal = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

const words: Record<string, string> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'yes or no',
  array: 'a list',
  object: 'a group of values',
  null: 'nothing',
};

const formats: Record<string, { test: (text: string) => boolean; rule: string }> = {
  email: { test: (text) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text), rule: 'Write an e-mail address, such as mira@acme.example.' },
  uri: { test: (text) => URL.canParse(text), rule: 'Write a whole address, such as https://acme.example.' },
  url: { test: (text) => URL.canParse(text), rule: 'Write a whole address, such as https://acme.example.' },
  date: { test: (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)), rule: 'Write a date as 2026-11-30.' },
  'date-time': { test: (text) => !Number.isNaN(Date.parse(text)), rule: 'Write date and time as 2026-11-30T14:00:00Z.' },
  hostname: {
    test: (text) => /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.?)+$/i.test(text),
    rule: 'Write a host name, such as api.acme.example.',
  },
};

/** Says a pattern in words when it is one that people meet; else shows the pattern. */
export function ruleOfPattern(pattern: string): string {
  if (/^\^\[a-z\](\[a-z0-9-?\]|\(\[-a-z0-9\]\*)/.test(pattern) || /^\^\(?\[a-z\]\[a-z0-9-\]/.test(pattern))
    return 'Start with a lower-case letter, then lower-case letters, digits and dashes.';
  if (/^\^\(?\[?a-z0-9/.test(pattern)) return 'Use lower-case letters, digits and dashes.';
  return `Match ${pattern}.`;
}

/** Every way the value breaks the schema. */
export function problemsOf(
  schema: unknown,
  value: unknown,
  root: unknown = schema,
  path: readonly (string | number)[] = [],
  depth = 0,
): readonly SchemaProblem[] {
  if (schema === true || schema === undefined || depth > 64) return [];
  const at = (keyword: string, message: string, where = path): SchemaProblem => ({ path: where, keyword, message });
  if (schema === false) return [at('false', 'Leave this out.')];
  if (!isObject(schema)) return [];
  const found: SchemaProblem[] = [];
  const check = (sub: unknown, item: unknown, where = path) => problemsOf(sub, item, root, where, depth + 1);
  const passes = (sub: unknown) => check(sub, value).length === 0;

  if (typeof schema['$ref'] === 'string') {
    const target = schema['$ref']
      .replace(/^#\/?/, '')
      .split('/')
      .filter(Boolean)
      .reduce<unknown>((node, key) => (isObject(node) ? node[key.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined), root);
    found.push(...check(target, value));
  }
  const types = schema['type'] === undefined ? [] : ([] as unknown[]).concat(schema['type']).map(String);
  const type = typeOf(value);
  if (value !== undefined && types.length > 0 && !types.includes(type) && !(type === 'integer' && types.includes('number'))) {
    return [...found, at('type', `Write ${types.map((name) => words[name] ?? name).join(' or ')}.`)];
  }
  if (Array.isArray(schema['enum']) && value !== undefined && !schema['enum'].some((entry) => equal(entry, value)))
    found.push(at('enum', 'Choose one of the list.'));
  if ('const' in schema && value !== undefined && !equal(schema['const'], value))
    found.push(at('const', `Must be ${JSON.stringify(schema['const'])}.`));

  if (typeof value === 'string') {
    const least = schema['minLength'];
    const most = schema['maxLength'];
    if (typeof least === 'number' && [...value].length < least)
      found.push(at('minLength', least === 1 ? 'Fill this in.' : `Use at least ${least} characters.`));
    if (typeof most === 'number' && [...value].length > most) found.push(at('maxLength', `Use at most ${most} characters.`));
    if (typeof schema['pattern'] === 'string') {
      let pattern: RegExp | undefined;
      try {
        pattern = new RegExp(schema['pattern'], 'u');
      } catch {
        // A pattern this engine does not know: the server decides.
      }
      if (pattern && !pattern.test(value)) found.push(at('pattern', ruleOfPattern(schema['pattern'])));
    }
    const format = typeof schema['format'] === 'string' ? formats[schema['format']] : undefined;
    if (format && value !== '' && !format.test(value)) found.push(at('format', format.rule));
  }
  if (typeof value === 'number') {
    const limit = (keyword: string, bad: (n: number) => boolean, rule: (n: number) => string) => {
      const n = schema[keyword];
      if (typeof n === 'number' && bad(n)) found.push(at(keyword, rule(n)));
    };
    limit(
      'minimum',
      (n) => value < n,
      (n) => `Use ${n} or more.`,
    );
    limit(
      'maximum',
      (n) => value > n,
      (n) => `Use ${n} or less.`,
    );
    limit(
      'exclusiveMinimum',
      (n) => value <= n,
      (n) => `Use more than ${n}.`,
    );
    limit(
      'exclusiveMaximum',
      (n) => value >= n,
      (n) => `Use less than ${n}.`,
    );
    limit(
      'multipleOf',
      (n) => Math.abs(value / n - Math.round(value / n)) > 1e-9,
      (n) => `Use a multiple of ${n}.`,
    );
  }
  if (Array.isArray(value)) {
    const least = schema['minItems'];
    const most = schema['maxItems'];
    if (typeof least === 'number' && value.length < least) found.push(at('minItems', `Add at least ${least}.`));
    if (typeof most === 'number' && value.length > most) found.push(at('maxItems', `Keep at most ${most}.`));
    if (schema['uniqueItems'] === true && new Set(value.map((item) => JSON.stringify(item))).size !== value.length)
      found.push(at('uniqueItems', 'Name each one only once.'));
    const prefix = Array.isArray(schema['prefixItems']) ? schema['prefixItems'] : Array.isArray(schema['items']) ? schema['items'] : [];
    value.forEach((item, i) =>
      found.push(
        ...check(i < prefix.length ? prefix[i] : Array.isArray(schema['items']) ? schema['additionalItems'] : schema['items'], item, [
          ...path,
          i,
        ]),
      ),
    );
    if (schema['contains'] !== undefined && !value.some((item) => check(schema['contains'], item).length === 0))
      found.push(at('contains', 'One entry is missing.'));
  }
  if (isObject(value)) {
    const properties = isObject(schema['properties']) ? schema['properties'] : {};
    const patterns = isObject(schema['patternProperties']) ? Object.entries(schema['patternProperties']) : [];
    for (const key of Array.isArray(schema['required']) ? schema['required'].map(String) : []) {
      if (value[key] === undefined) found.push(at('required', 'Fill this in.', [...path, key]));
    }
    for (const [key, item] of Object.entries(value)) {
      if (item === undefined) continue;
      const matching = patterns.filter(([pattern]) => new RegExp(pattern, 'u').test(key));
      if (key in properties) found.push(...check(properties[key], item, [...path, key]));
      for (const [, sub] of matching) found.push(...check(sub, item, [...path, key]));
      if (!(key in properties) && matching.length === 0 && schema['additionalProperties'] !== undefined) {
        if (schema['additionalProperties'] === false) found.push(at('additionalProperties', 'This is not asked for.', [...path, key]));
        else found.push(...check(schema['additionalProperties'], item, [...path, key]));
      }
    }
    const size = Object.values(value).filter((item) => item !== undefined).length;
    if (typeof schema['minProperties'] === 'number' && size < schema['minProperties'])
      found.push(at('minProperties', `Add at least ${schema['minProperties']}.`));
    if (typeof schema['maxProperties'] === 'number' && size > schema['maxProperties'])
      found.push(at('maxProperties', `Keep at most ${schema['maxProperties']}.`));
    const dependent = {
      ...(isObject(schema['dependencies']) ? schema['dependencies'] : {}),
      ...(isObject(schema['dependentRequired']) ? schema['dependentRequired'] : {}),
      ...(isObject(schema['dependentSchemas']) ? schema['dependentSchemas'] : {}),
    };
    for (const [key, need] of Object.entries(dependent)) {
      if (value[key] === undefined) continue;
      if (Array.isArray(need))
        for (const other of need.map(String)) if (value[other] === undefined) found.push(at('required', 'Fill this in.', [...path, other]));
      if (isObject(need)) found.push(...check(need, value));
    }
  }
  for (const sub of Array.isArray(schema['allOf']) ? schema['allOf'] : []) found.push(...check(sub, value));
  if (Array.isArray(schema['anyOf']) && !schema['anyOf'].some(passes))
    found.push(
      ...closest(
        schema['anyOf'].map((sub) => check(sub, value)),
        at('anyOf', 'None of the choices fits.'),
      ),
    );
  if (Array.isArray(schema['oneOf'])) {
    const fitting = schema['oneOf'].filter(passes).length;
    if (fitting === 0)
      found.push(
        ...closest(
          schema['oneOf'].map((sub) => check(sub, value)),
          at('oneOf', 'None of the choices fits.'),
        ),
      );
    if (fitting > 1) found.push(at('oneOf', 'More than one choice fits.'));
  }
  if (schema['not'] !== undefined && passes(schema['not'])) found.push(at('not', 'This value is not allowed.'));
  if (schema['if'] !== undefined) found.push(...check(passes(schema['if']) ? schema['then'] : schema['else'], value));
  return found;
}

/** Of several failed branches, the one that nearly fits; a branch decided by a constant is not near. */
function closest(branches: readonly (readonly SchemaProblem[])[], otherwise: SchemaProblem): readonly SchemaProblem[] {
  const near = branches.filter(
    (branch) => !branch.some((problem) => problem.keyword === 'const' || problem.keyword === 'enum' || problem.keyword === 'type'),
  );
  const best = near.toSorted((a, b) => a.length - b.length)[0];
  return best ?? [otherwise];
}
