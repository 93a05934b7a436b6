import { isMap, isNode, LineCounter, type Document } from 'yaml';
import { messageOf, type Problem } from '@paved/kernel';
import { composeYaml, TooManyParts, type YamlProblem } from './compose-yaml.ts';
import { bearable } from './field-rules.ts';
import { foreignIn } from './foreign-bytes.ts';
import { quickDocument } from './quick-yaml.ts';

/** One document of a file. Broken ones say where, and which entity they seem to be. */
export type SourceDocument =
  | { readonly index: number; readonly line: number; readonly value: Record<string, unknown>; readonly lineOf: (pointer: string) => number }
  | {
      readonly index: number;
      readonly line: number;
      readonly broken: Problem;
      readonly claims?: { kind: string; namespace: string; name: string };
    };

export interface DocumentLimits {
  /** Longest file, in characters. */
  readonly characters: number;
  /** Deepest nesting. */
  readonly depth: number;
  /** Most aliases that may be resolved in one document. */
  readonly aliases: number;
  /** Most marks, texts and line ends in one document: what takes time to read, unlike long texts. */
  readonly parts: number;
  /** Most documents in a file. */
  readonly documents: number;
}

export const documentLimits: DocumentLimits = {
  characters: 8 * 1024 * 1024,
  depth: 100,
  aliases: 100,
  parts: 400_000,
  documents: 100_000,
};

/**
 * Reads a file of YAML (or JSON) documents. Each stands alone: a `---` at the start of a line always parts documents
 * (YAML 1.2, c-forbidden), so a broken one never swallows its neighbours. Never throws; size, depth and aliases are bounded.
 */
export function parseDocuments(text: string, limits: DocumentLimits = documentLimits): SourceDocument[] {
  return [...eachDocument(text, () => false, limits)];
}

/** A document's text before it is read, with its number in the file and the line it starts at. */
export interface DocumentText {
  readonly source: string;
  readonly index: number;
  readonly line: number;
}

/** The same one by one; those that `known` recognises by their text count, but are neither read nor answered. */
export function* eachDocument(
  text: string,
  known: (document: DocumentText) => boolean,
  limits: DocumentLimits = documentLimits,
): Generator<SourceDocument> {
  if (text.length > limits.characters) {
    yield {
      index: 0,
      line: 1,
      broken: {
        at: '/',
        message: `The file has ${text.length} characters; at most ${limits.characters} are read.`,
        fix: 'Split it, or keep large definitions in files of their own and point to them with $text.',
      },
    };
    return;
  }
  let index = 0;
  // Old editors end lines with a carriage return alone.
  for (const { source, line } of chunks(text.includes('\n') ? text : text.replaceAll('\r', '\n'))) {
    if (known({ source, index, line })) index++;
    else {
      const document = parseOne(source, line, index, limits);
      if (document === undefined) continue;
      index++;
      yield document;
    }
    if (index >= limits.documents) {
      yield {
        index,
        line,
        broken: { at: '/', message: `The file holds more than ${limits.documents} documents.`, fix: 'Split it into several files.' },
      };
      return;
    }
  }
}

/** The text between document markers, with the line each starts at. */
function* chunks(text: string): Generator<{ source: string; line: number }> {
  // Only these end a line in YAML; JavaScript's own idea of one knows more.
  const marker = /(?<![^\n])(?:---(?=[ \t\r\n]|$)|\.\.\.(?=[ \t\r]*(?:\n|$)))/g;
  let start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let line = 1;
  for (let match = marker.exec(text); match !== null; match = marker.exec(text)) {
    const source = text.slice(start, match.index);
    yield { source, line };
    line += count(source);
    // The marker itself is blanked: what follows on its line belongs to the next document.
    start = match.index + 3;
  }
  yield { source: text.slice(start), line };
}

const count = (text: string): number => {
  let n = 0;
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) n++;
  return n;
};

function parseOne(source: string, line: number, index: number, limits: DocumentLimits): SourceDocument | undefined {
  const quick = limits === documentLimits && source.isWellFormed() ? quickDocument(source) : undefined;
  if (quick === undefined) return parseFully(source, line, index, limits);
  return {
    index,
    line: line + quick.line,
    value: quick.value,
    // Lines inside are asked for when something is wrong: rarely.
    lineOf(pointer) {
      const document = parseFully(source, line, index, limits);
      return document !== undefined && 'lineOf' in document ? document.lineOf(pointer) : line + quick.line;
    },
  };
}

function parseFully(source: string, line: number, index: number, limits: DocumentLimits): SourceDocument | undefined {
  // Only comments, blanks and directives: an empty document.
  if (!/^[^#%\s]|^[ \t]+[^#\s]/m.test(source)) return undefined;
  const broken = (at: number, message: string, fix: string, document?: Document.Parsed): SourceDocument => {
    const claims = claimsOf(document);
    return { index, line: at, broken: { at: '/', message: bearable(message), fix }, ...(claims === undefined ? {} : { claims }) };
  };
  if (bracketDepth(source, limits.depth * 10) > limits.depth * 10)
    return broken(line, `The document nests deeper than ${limits.depth} levels.`, 'Flatten it.');
  const lines = new LineCounter();
  let document: Document.Parsed | undefined;
  try {
    const composed = composeYaml(source, lines, limits.parts);
    document = composed.document;
    if (document === undefined) return undefined;
    const error = composed.problem;
    if (error !== undefined && /call stack/i.test(error.message))
      return broken(line, `The document nests deeper than ${limits.depth} levels.`, 'Flatten it.');
    if (error !== undefined) {
      const place = lines.linePos(error.offset);
      const at = line + place.line - 1;
      return broken(
        at,
        `YAML error at line ${at}, column ${place.col}: ${error.message.split('\n')[0]?.replace(/\.$/, '')}.`,
        fixOf(error, source.split('\n')[place.line - 1] ?? ''),
        document,
      );
    }
    const value: unknown = document.toJS({ maxAliasCount: limits.aliases });
    const start = line + (document.contents?.range ? lines.linePos(document.contents.range[0]).line - 1 : 0);
    if (value === null || value === undefined) return undefined;
    if (typeof value !== 'object' || Array.isArray(value)) return broken(start, ...noMapping(value));
    const tooBig = bounded(value, limits.depth, limits.characters);
    if (tooBig !== undefined) return broken(start, tooBig, 'Remove aliases and nesting that blow it up.', document);
    if (!wellFormed(value)) {
      const foreign = foreignIn(source);
      const place = foreign === undefined ? undefined : lines.linePos(foreign.offset);
      return foreign === undefined || place === undefined
        ? broken(
            start,
            'A text of the document holds half a character (a surrogate alone).',
            'Write the character whole, or remove it.',
            document,
          )
        : broken(line + place.line - 1, `Line ${line + place.line - 1}, column ${place.col}: ${foreign.message}.`, foreign.fix, document);
    }
    const parsed = document;
    return {
      index,
      line: start,
      value: value as Record<string, unknown>,
      lineOf: (pointer) => lineAt(parsed, pointer, lines, line) ?? start,
    };
  } catch (error) {
    const text = messageOf(error);
    const alias = /Unresolved alias.*: (\S+?)\.?$/.exec(text)?.[1];
    if (alias !== undefined) {
      const place = lines.linePos(Math.max(0, source.indexOf(`*${alias}`)));
      const at = line + place.line - 1;
      return broken(
        at,
        `YAML error at line ${at}, column ${place.col}: the alias *${alias} has no anchor before it.`,
        'A text that starts with * needs quotes; an alias needs its &anchor first.',
        document,
      );
    }
    if (error instanceof TooManyParts)
      return broken(
        line,
        `The document has more than ${limits.parts} parts (keys, texts, marks and lines).`,
        'Split it, or keep large definitions in files of their own and point to them with $text.',
      );
    if (error instanceof RangeError) return broken(line, `The document nests deeper than ${limits.depth} levels.`, 'Flatten it.');
    return broken(
      line,
      `The document cannot be read: ${text.split('\n')[0]}.`,
      /alias/i.test(text) ? `Use fewer aliases: at most ${limits.aliases} are resolved in one document.` : 'Correct the YAML.',
      document,
    );
  }
}

/** The line of the node at a JSON pointer, or of the nearest node above it. */
function lineAt(document: Document.Parsed, pointer: string, lines: LineCounter, first: number): number | undefined {
  const path = pointer
    .split('/')
    .slice(1)
    .filter((part) => part !== '')
    .map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'));
  for (let length = path.length; length > 0; length--) {
    const parent: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1] ?? '';
    const pair = isMap(parent) ? parent.items.find((item) => String(isNode(item.key) ? item.key.toJSON() : item.key) === key) : undefined;
    const node = pair !== undefined && isNode(pair.key) ? pair.key : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return first + lines.linePos(node.range[0]).line - 1;
  }
  return undefined;
}

/** Which entity a broken document seems to be, so that its last good version can be kept. */
function claimsOf(document: Document.Parsed | undefined): { kind: string; namespace: string; name: string } | undefined {
  try {
    const kind: unknown = document?.getIn(['kind']);
    const name: unknown = document?.getIn(['metadata', 'name']);
    const namespace: unknown = document?.getIn(['metadata', 'namespace']) ?? 'default';
    return typeof kind === 'string' && typeof name === 'string' && typeof namespace === 'string' ? { kind, namespace, name } : undefined;
  } catch {
    return undefined;
  }
}

function bracketDepth(text: string, limit: number): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x5b || c === 0x7b) {
      if (++depth > deepest) deepest = depth;
      if (deepest > limit) return deepest;
    } else if ((c === 0x5d || c === 0x7d) && depth > 0) depth--;
  }
  return deepest;
}

/** Depth and size of what aliases expand to; a sentence when it is too much. */
function bounded(value: unknown, depth: number, characters: number): string | undefined {
  let left = characters;
  const walk = (node: unknown, level: number): string | undefined => {
    if (level > depth) return `The document nests deeper than ${depth} levels.`;
    if (typeof node === 'string') left -= node.length;
    left -= 4;
    if (left < 0) return `The document expands to more than ${characters} characters.`;
    if (node === null || typeof node !== 'object') return undefined;
    for (const [key, child] of Object.entries(node)) {
      left -= key.length;
      const problem = walk(child, level + 1);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
  return walk(value, 0);
}

/** Whether every text and key can be kept: comments may hold anything. */
const wellFormed = (value: unknown): boolean =>
  typeof value === 'string'
    ? value.isWellFormed()
    : value === null || typeof value !== 'object' || Object.entries(value).every(([key, child]) => key.isWellFormed() && wellFormed(child));

/** What a document is that holds something else than fields. */
function noMapping(value: unknown): [message: string, fix: string] {
  const text = typeof value === 'string' ? value.trimStart() : '';
  if (/^<(?:!doctype|html|\?xml|svg)/i.test(text))
    return ['The document is a web page, not YAML.', 'Point to the raw file; a page that asks to sign in needs an integration.'];
  if (text.startsWith('version https://git-lfs.github.com/spec/'))
    return ['The document is a pointer of Git LFS; the file itself is not in the repository.', 'Take catalog files out of Git LFS.'];
  if (/^[\w./-]+\.ya?ml$/.test(text))
    return [
      `The document is only the name ${bearable(text)}, as a link holds it.`,
      'Point to that file, or put it here instead of the link.',
    ];
  return ['The document is not a mapping.', 'Start it with apiVersion, kind, metadata and spec.'];
}

function fixOf({ code, message }: Pick<YamlProblem, 'code' | 'message'>, lineText: string): string {
  if (/^(?:<{7}|\|{7}|={7}|>{7})(?:\s|$)/.test(lineText)) return 'Git left the marks of a conflict here: resolve it and remove them.';
  if (/\r./.test(lineText)) return 'Carriage returns stand alone in it: save the file with the line ends of Unix or Windows.';
  if (message.startsWith('Missing directives-end'))
    return 'Lines that start with % stand before a line of three dashes: add it, or remove them.';
  if (code === 'MULTILINE_IMPLICIT_KEY' && /^\s*(?:- +)?[\w./-]+:(?!\/\/)\S/.test(lineText)) return 'Put a blank after the colon.';
  if (/^\s*\{%|\$\{\{|\{\{/.test(lineText))
    return 'This looks like a template skeleton: it becomes valid once it is rendered. Keep skeletons out of the location.';
  switch (code) {
    case 'DUPLICATE_KEY':
      return 'Remove one of the two keys.';
    case 'TAB_AS_INDENT':
      return 'Indent with blanks instead of tabs.';
    case 'BAD_INDENT':
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'BLOCK_IN_FLOW':
      return 'Indent the line like its neighbours; a text with ": " in it needs quotes.';
    case 'MISSING_CHAR':
      return 'Close the quote or bracket that is open here.';
    default:
      return 'Correct the line; a text with special characters needs quotes.';
  }
}
