/** A piece of a text with placeholders: literal text, or what stands between `${` and `}`. */
export type Token = { readonly text: string } | { readonly reference: string };

/**
 * Splits a text at its placeholders (Score v1b1): `$$` is `$`, `$${x}` the literal `${x}`, any other `$` stands for itself.
 */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  let literal = '';
  let rest = 0;
  for (const match of text.matchAll(/\$(?:(\$?)\{([^}]*)\}|\$)/g)) {
    literal += text.slice(rest, match.index);
    rest = match.index + match[0].length;
    const [, escape, reference] = match;
    if (reference === undefined) literal += '$';
    else if (escape === '$') literal += `\${${reference}}`;
    else {
      if (literal !== '') found.push({ text: literal });
      literal = '';
      found.push({ reference });
    }
  }
  literal += text.slice(rest);
  if (literal !== '' || found.length === 0) found.push({ text: literal });
  return found;
}

/** The keys of a reference: parts between dots; `\.` is a dot inside a key. */
export function keysOf(reference: string): string[] {
  return reference.split(/(?<!\\)\./).map((key) => key.replaceAll('\\.', '.'));
}

/** References in every text of a value, in order of appearance. */
export function referencesIn(value: unknown): string[] {
  if (typeof value === 'string') return tokens(value).flatMap((token) => ('reference' in token ? [token.reference] : []));
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(referencesIn);
  return [];
}

/** A reference that leads nowhere; the message says why, without naming where it stands. */
export class BadReference extends Error {
  readonly reference: string;
  constructor(reference: string, why: string) {
    super(`\${${reference}}: ${why}`);
    this.name = 'BadReference';
    this.reference = reference;
  }
}

/** Goes down a value by keys. */
export function lookUp(value: unknown, keys: readonly string[], reference: string): unknown {
  return keys.reduce<unknown>((current, key) => {
    if (typeof current !== 'object' || current === null || Array.isArray(current)) {
      throw new BadReference(reference, `"${key}" is looked up in something that is not a map.`);
    }
    if (!Object.hasOwn(current, key)) throw new BadReference(reference, `there is no "${key}".`);
    return (current as Record<string, unknown>)[key];
  }, value);
}

/** Text of what a placeholder stands for: texts as they are, everything else as JSON. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
