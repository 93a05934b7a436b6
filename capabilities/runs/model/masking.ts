/** What readers see instead of a secret. */
export const MASK = '••••';

/** Replaces known secrets in everything that is about to be stored or shown. */
export interface Masker {
  add(...values: string[]): void;
  /** The text without secrets; also free of what PostgreSQL cannot store (NUL, lone surrogates). */
  text(text: string): string;
  /** A JSON value without secrets in its strings and keys. `undefined` members are left out. */
  json<T>(value: T): T;
  /** Length of the longest form: a text may end in the beginning of a secret of at most this length. */
  longest(): number;
  /** Whether a secret may begin at the end of this text. */
  mayBeginIn(text: string): boolean;
  /** Whether a secret begins at the end of `before` and goes on (or may go on) in `after`. */
  spans(before: string, after: string): boolean;
}

/**
 * Knows each secret in the forms in which programs print it: as it is, line by line (logs arrive by line),
 * escaped for JSON and escaped for URLs.
 */
export function createMasker(): Masker {
  const forms = new Set<string>();
  let pattern: RegExp | undefined;
  let longest = 0;
  const text = (given: string): string => {
    const clean = storable(given);
    if (forms.size === 0) return clean;
    pattern ??= new RegExp(
      [...forms]
        .sort((a, b) => b.length - a.length)
        .map(escapeForRegExp)
        .join('|'),
      'g',
    );
    return clean.replace(pattern, MASK);
  };
  const json = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map(json);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [text(key), json(member)]));
  };
  return {
    add(...values) {
      for (const form of values.flatMap(formsOf)) {
        forms.add(form);
        longest = Math.max(longest, form.length);
      }
      pattern = undefined;
    },
    text,
    json: (value) => json(value) as never,
    longest: () => longest,
    mayBeginIn: (before) => spansAny(forms, before, ''),
    spans: (before, after) => spansAny(forms, before, after),
  };
}

/** PostgreSQL stores neither NUL nor lone surrogates. */
export function storable(text: string): string {
  return (text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text).toWellFormed();
}

function spansAny(forms: ReadonlySet<string>, before: string, after: string): boolean {
  for (const form of forms) {
    for (let cut = Math.min(form.length - 1, before.length); cut > 0; cut--) {
      if (!before.endsWith(form.slice(0, cut))) continue;
      const rest = form.slice(cut);
      if (rest.startsWith(after) || after.startsWith(rest)) return true;
    }
  }
  return false;
}

/** Lines of a longer secret that are shorter than this are too common to be replaced alone. */
const SHORTEST_LINE = 8;

function formsOf(secret: string): string[] {
  if (secret.trim() === '') return [];
  const lines = secret.includes('\n') ? secret.split(/\r?\n/).filter((line) => line.trim().length >= SHORTEST_LINE) : [];
  return [secret, ...lines].flatMap((form) => [form, JSON.stringify(form).slice(1, -1), encodeURIComponent(form.toWellFormed())]);
}

function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
