import { createTemplateRenderer, TemplateLimitError, type TemplateRenderer, type TemplateValue } from 'nunjitsu';
import { messageOf, type Json, type JsonObject } from '@paved/kernel';
import { filters } from '../model/filters.ts';

// The only file that knows the interpreter. It runs inside the sandbox worker (sandbox-worker.ts), never in the server's own thread.

export interface TextOptions {
  readonly cookiecutterCompat?: boolean;
  readonly trimBlocks?: boolean;
  readonly lstripBlocks?: boolean;
}

/** A failed expression: `at` says where in the value or file it stands. */
export class ExpressionError extends Error {
  readonly at: string;
  readonly limit: boolean;
  constructor(at: string, message: string, limit: boolean) {
    super(message);
    this.at = at;
    this.limit = limit;
  }
}

const renderer = (options: TextOptions, failed: boolean): TemplateRenderer =>
  createTemplateRenderer({
    ...options,
    filters: filters as unknown as Record<string, (value: TemplateValue | undefined) => TemplateValue | undefined>,
    globals: { always: () => true, failure: () => failed },
    // Regular expressions cannot be interrupted from inside; the deadline of the worker does it from outside.
    allowRegexExecution: true,
  });

/** Renders every string of a JSON value; object keys stay as they are. A whole-string expression keeps its type; undefined drops the key. */
export function renderValue(value: Json, context: JsonObject, failed: boolean): Json | undefined {
  const engine = renderer({}, failed);
  const prepared = engine.prepareContext(context);
  const walk = (part: Json, at: string): Json | undefined => {
    if (typeof part === 'string') {
      if (!part.includes('{')) return part;
      return attempt(at, () => plain(engine.renderValue(part, prepared, { coercion: 'json' })));
    }
    if (Array.isArray(part)) return part.map((item, index) => walk(item, `${at}[${index}]`) ?? null);
    if (part === null || typeof part !== 'object') return part;
    const rendered: JsonObject = {};
    for (const [key, item] of Object.entries(part)) {
      const result = walk(item, at === '' ? key : `${at}.${key}`);
      if (result !== undefined) rendered[key] = result;
    }
    return rendered;
  };
  return walk(value, '');
}

/** Renders texts (file contents, paths) to texts. */
export function renderTexts(sources: readonly { name: string; text: string }[], context: JsonObject, options: TextOptions): string[] {
  const engine = renderer(options, false);
  const prepared = engine.prepareContext(context);
  return sources.map(({ name, text }) => (text.includes('{') ? attempt(name, () => engine.render(text, prepared)) : text));
}

function attempt<T>(at: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    // The interpreter hides what a filter threw behind a general sentence; the cause says what the author needs.
    const cause = error instanceof Error && error.cause !== undefined ? `: ${messageOf(error.cause)}` : '';
    throw new ExpressionError(at, `${messageOf(error)}${cause}`, error instanceof TemplateLimitError);
  }
}

/** JSON only: NaN becomes null as in JSON text; maps and sets become objects and lists. */
function plain(value: TemplateValue | undefined): Json | undefined {
  if (value === undefined) return undefined;
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [String(key), plain(item) ?? null]));
  if (value instanceof Set) return [...value].map((item) => plain(item as TemplateValue) ?? null);
  return JSON.parse(JSON.stringify(value)) as Json;
}
