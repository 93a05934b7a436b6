/** A document read by the short way, with the line (from 0) of its first key. */
export interface QuickDocument {
  readonly value: Record<string, unknown>;
  readonly line: number;
}

/** Longer texts go the long way, where sizes are watched. */
const MAX_CHARACTERS = 256 * 1024;
const MAX_DEPTH = 40;

/** Thrown inside this file only: the text is not of the plain kind that the short way understands. */
const other = Symbol('other');

const keyLine = /^([A-Za-z][\w./-]{0,200}):(?: +(.*))?$/;
const word = /^[A-Za-z][\w./-]*$/;
/** What YAML's core schema reads as something else than a text. */
const special = /^(?:true|True|TRUE|false|False|FALSE|null|Null|NULL|~)$/;
const numeric =
  /^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)$/;
const plainInteger = /^(?:0|[1-9][0-9]{0,14})$/;
// oxlint-disable-next-line no-control-regex -- that is what is looked for
const unusual = /[\u0000-\u0009\u000b-\u001f\u007f\u0085\u2028\u2029\ufeff]/;

/**
 * Reads the YAML that nearly all catalog files are made of: block mappings and lists, one-line texts, `|` blocks. Anything else
 * (anchors, tags, flow collections with content, texts over several lines, every mistake) answers undefined, and the full
 * parser has the word. What is answered equals the full parser's answer; that is tested against it. About twenty times faster.
 */
export function quickDocument(source: string): QuickDocument | undefined {
  if (source.length > MAX_CHARACTERS || unusual.test(source)) return undefined;
  const lines = source.split('\n');
  let at = 0;

  const bail = (): never => {
    // oxlint-disable-next-line no-throw-literal -- caught below; an Error would cost a stack trace per document
    throw other;
  };
  /** Indentation of the next line with content; -1 at the end. */
  const ahead = (): number => {
    for (; at < lines.length; at++) {
      const line = lines[at] as string;
      let i = 0;
      while (line.charCodeAt(i) === 32) i++;
      if (i < line.length && line.charCodeAt(i) !== 35) return i;
    }
    return -1;
  };

  const scalar = (raw: string): unknown => {
    const first = raw.charCodeAt(0);
    if (first === 34 || first === 39) return quoted(raw, first);
    const comment = raw.indexOf(' #');
    const text = (comment < 0 ? raw : raw.slice(0, comment)).trimEnd();
    if (text === '[]') return [];
    if (text === '{}') return {};
    if (first === 91) return flowList(text);
    const code = first | 32;
    const letter = code >= 97 && code <= 122;
    const digit = first >= 48 && first <= 57;
    if (!letter && !digit && first < 128 && first !== 47 && first !== 36 && first !== 40 && first !== 60 && first !== 95 && first !== 126)
      return bail();
    if (text.includes(': ') || text.endsWith(':')) return bail();
    if (special.test(text)) return /^t/i.test(text) ? true : /^f/i.test(text) ? false : null;
    if (!letter && numeric.test(text)) return plainInteger.test(text) ? Number(text) : bail();
    return text;
  };

  const quoted = (raw: string, quote: number): string => {
    const text = raw.trimEnd();
    const end = text.indexOf(quote === 34 ? '"' : "'", 1);
    if (end !== text.length - 1 || text.length < 2 || (quote === 34 && text.includes('\\'))) return bail();
    return text.slice(1, -1);
  };

  const flowList = (text: string): string[] => {
    if (!text.endsWith(']')) return bail();
    return text
      .slice(1, -1)
      .split(',')
      .map((part) => {
        const item = part.trim();
        return word.test(item) && !special.test(item) ? item : bail();
      });
  };

  /** The text below `key: |`; `at` stands behind the header. */
  const literal = (parent: number, strip: boolean): string => {
    const first = lines[at];
    if (first === undefined) return bail();
    let indent = 0;
    while (first.charCodeAt(indent) === 32) indent++;
    if (indent <= parent || indent === first.length) return bail();
    const kept: string[] = [];
    for (; at < lines.length; at++) {
      const line = lines[at] as string;
      let i = 0;
      while (i < indent && line.charCodeAt(i) === 32) i++;
      if (i === indent) kept.push(line.slice(indent));
      else if (i === line.length) kept.push('');
      else break;
    }
    // Blanks alone at the end are where parsers differ.
    if (kept.at(-1) !== '' && kept.at(-1)?.trim() === '') return bail();
    while (kept.at(-1) === '') kept.pop();
    return kept.join('\n') + (strip ? '' : '\n');
  };

  const value = (rest: string | undefined, indent: number, depth: number): unknown => {
    if (rest !== undefined && rest !== '' && rest.charCodeAt(0) !== 35) {
      if (rest === '|') return literal(indent, false);
      if (rest === '|-') return literal(indent, true);
      const found = scalar(rest);
      // A deeper line would continue the text.
      return ahead() > indent ? bail() : found;
    }
    const deeper = ahead();
    if (deeper > indent) return isItem(deeper) ? list(deeper, depth + 1) : mapping(deeper, depth + 1);
    // A list may stand as far left as the key it belongs to.
    if (deeper === indent && isItem(deeper)) return list(deeper, depth + 1);
    return null;
  };

  const isItem = (indent: number): boolean => {
    const line = lines[at] as string;
    return line.charCodeAt(indent) === 45 && (line.length === indent + 1 || line.charCodeAt(indent + 1) === 32);
  };

  const mapping = (indent: number, depth: number, begun?: string): Record<string, unknown> => {
    if (depth > MAX_DEPTH) return bail();
    const result: Record<string, unknown> = {};
    for (let text = begun; ; text = undefined) {
      if (text === undefined) {
        const next = ahead();
        if (next < indent) return result;
        if (next > indent || isItem(next)) return next === indent ? result : bail();
        text = (lines[at] as string).slice(indent);
      }
      const match = keyLine.exec(text);
      const key = match?.[1];
      if (match === null || key === undefined || special.test(key) || key in result) return bail();
      at++;
      result[key] = value(match[2]?.trimEnd(), indent, depth);
    }
  };

  const list = (indent: number, depth: number): unknown[] => {
    if (depth > MAX_DEPTH) return bail();
    const items: unknown[] = [];
    for (;;) {
      const next = ahead();
      if (next < indent || (next === indent && !isItem(next))) return items;
      if (next > indent) return bail();
      const line = lines[at] as string;
      let start = indent + 1;
      while (line.charCodeAt(start) === 32) start++;
      const text = line.slice(start);
      if (text === '' || text.charCodeAt(0) === 35) return bail();
      if (keyLine.test(text)) {
        items.push(mapping(start, depth + 1, text));
        continue;
      }
      at++;
      const item = scalar(text);
      if (ahead() > indent) return bail();
      items.push(item);
    }
  };

  try {
    if (ahead() !== 0 || isItem(0)) return undefined;
    const line = at;
    const result = mapping(0, 0);
    return ahead() === -1 ? { value: result, line } : undefined;
  } catch (reason) {
    if (reason === other) return undefined;
    throw reason;
  }
}
