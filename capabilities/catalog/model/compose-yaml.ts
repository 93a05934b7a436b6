import { Composer, isMap, isScalar, isSeq, Lexer, Parser, type CST, type Document, type LineCounter } from 'yaml';

/** What is wrong with a YAML text, at an offset. */
export interface YamlProblem {
  readonly code: string;
  readonly offset: number;
  readonly message: string;
}

type Place = number | readonly number[] | { readonly offset: number };
type OnError = (place: Place, code: string, message: string, warning?: boolean) => void;

const offsetOf = (place: Place): number => (typeof place === 'number' ? place : 'offset' in place ? place.offset : (place[0] ?? 0));

/** Thrown for a text of more parts than wanted. */
export class TooManyParts extends Error {}

/**
 * The first document of a text and its first error, in time and memory linear to the text. The library by itself makes an error
 * object for each of possibly millions, and compares every key with every other. `parts`: most marks, texts and line ends that are
 * read; each takes about two microseconds. Throws `TooManyParts`.
 */
export function composeYaml(
  source: string,
  lines: LineCounter,
  parts = Infinity,
): { document: Document.Parsed | undefined; problem: YamlProblem | undefined } {
  const composer = new Composer({ prettyErrors: false, merge: false, stringKeys: false, uniqueKeys: false, logLevel: 'silent' });
  let first: YamlProblem | undefined;
  const onError: OnError = (place, code, message, warning) => {
    if (warning !== true) first ??= { offset: offsetOf(place), code, message };
  };
  // Its place for errors is private; this version is pinned, and tests see it work.
  (composer as unknown as { onError: OnError }).onError = onError;
  let document: Document.Parsed | undefined;
  for (const one of composer.compose(withOneError(tokensOf(source, lines, parts)))) document ??= one as Document.Parsed;
  const [own] = document?.errors ?? [];
  if (own !== undefined && (first === undefined || own.pos[0] < first.offset))
    first = { offset: own.pos[0], code: own.code, message: own.message };
  return { document, problem: first ?? (document === undefined ? undefined : doubledKey(document.contents)) };
}

/** What `Parser.parse` does, up to so many parts. */
function* tokensOf(source: string, lines: LineCounter, parts: number): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  let left = parts;
  for (const lexeme of new Lexer().lex(source)) {
    if (left-- === 0) throw new TooManyParts();
    yield* parser.next(lexeme);
  }
  yield* parser.end();
}

/** Tokens that are errors each become an error object: the first says enough. */
function* withOneError(tokens: Iterable<CST.Token>): Generator<CST.Token> {
  let wrong = false;
  for (const token of tokens) {
    if (token.type === 'error' && wrong) continue;
    wrong ||= token.type === 'error';
    yield token;
  }
}

/** The first key that a mapping has twice. */
function doubledKey(node: unknown): YamlProblem | undefined {
  if (isMap(node)) {
    const keys = new Set<unknown>();
    for (const { key, value } of node.items) {
      if (isScalar(key)) {
        if (keys.has(key.value)) return { offset: key.range?.[0] ?? 0, message: 'Map keys must be unique', code: 'DUPLICATE_KEY' };
        keys.add(key.value);
      }
      const below = doubledKey(key) ?? doubledKey(value);
      if (below !== undefined) return below;
    }
  } else if (isSeq(node)) {
    for (const item of node.items) {
      const below = doubledKey(item);
      if (below !== undefined) return below;
    }
  }
  return undefined;
}
