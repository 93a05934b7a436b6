import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
  stringify,
  type Document,
  type Node,
  type ToStringOptions,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { canonicalJson, PavedError, type Json, type JsonObject } from '@paved/kernel';
import { mergeLines } from './merge-lines.ts';

const isObject = (value: unknown): value is JsonObject => value !== null && typeof value === 'object' && !Array.isArray(value);
const same = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);
const parse = (text: string): Document.Parsed => parseDocument(text, { merge: false, prettyErrors: false, logLevel: 'silent' });
const keyOf = (key: unknown): string => String(isNode(key) ? key.toJSON() : key);

/** What a document's text says; throws `invalid` when it is no readable mapping. */
export function valueOfText(text: string): JsonObject {
  const document = parse(text);
  const error = document.errors[0];
  if (error !== undefined)
    throw new PavedError('invalid', `The YAML cannot be read: ${error.message.split('\n')[0]}.`, { fix: 'Correct the line first.' });
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    throw new PavedError('invalid', 'The YAML cannot be read: an alias leads nowhere or expands too far.', { fix: 'Write it out.' });
  }
  if (!isObject(value)) throw new PavedError('invalid', 'The document is not a mapping.', { fix: 'Start it with apiVersion and kind.' });
  return value;
}

/** As people write documents: new keys find their place among those that are there. */
const usualOrder = [
  'apiVersion',
  'kind',
  'metadata',
  'spec',
  'name',
  'namespace',
  'title',
  'description',
  'labels',
  'annotations',
  'tags',
  'links',
];

/**
 * The document's text, saying `value` now. Comments, order, quotes, blank lines and everything else that the change does not touch
 * stay as they are. Text that cannot be read is written anew.
 */
export function withEntity(text: string, value: JsonObject): string {
  if (text.trim() === '') return fresh(value);
  if (/^\s*\{/.test(text)) {
    const json = asJson(text);
    if (json !== undefined) return same(json, value) ? text : withJson(text, value);
  }
  const windows = text.includes('\r\n');
  const original = windows ? text.replaceAll('\r\n', '\n') : text;
  const changed = parse(original);
  if (changed.errors.length > 0) return fresh(value);
  let before: unknown;
  try {
    before = changed.toJS({ maxAliasCount: 100 });
  } catch {
    return fresh(value);
  }
  if (!isObject(before)) return fresh(value);
  if (same(before, value)) return text;
  const written = write(original, changed, before, value);
  return windows ? written.replaceAll('\n', '\r\n') : written;
}

function write(original: string, changed: Document.Parsed, before: JsonObject, value: JsonObject): string {
  const form = nearestForm(original);
  const base = parse(original).toString(form);
  let target: string;
  try {
    changed.contents = changeNode(changed, changed.contents as Node, before, value) as typeof changed.contents;
    target = changed.toString(form);
  } catch {
    // An anchor went that an alias still needs: what is left cannot keep its form.
    return fresh(value);
  }
  const candidates = [mergeLines(base.split('\n'), original.split('\n'), target.split('\n')).join('\n'), target];
  return candidates.find((candidate) => says(candidate, value)) ?? fresh(value);
}

function says(text: string, value: JsonObject): boolean {
  try {
    return same(valueOfText(text), value);
  } catch {
    return false;
  }
}

const fresh = (value: JsonObject): string => stringify(value, { lineWidth: 0 });

function asJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function withJson(text: string, value: JsonObject): string {
  const indent = /\n([ \t]+)\S/.exec(text)?.[1];
  return `${JSON.stringify(value, null, indent ?? (text.trim().includes('\n') ? 2 : 0))}${text.endsWith('\n') ? '\n' : ''}`;
}

/** The way of writing that comes nearest to how the text is written. */
function nearestForm(text: string): ToStringOptions {
  const lines = new Set(text.split('\n').map(evenly));
  let best: { form: ToStringOptions; foreign: number } | undefined;
  for (const indent of [2, 4])
    for (const indentSeq of [true, false])
      for (const flowCollectionPadding of [true, false]) {
        const form: ToStringOptions = { indent, indentSeq, flowCollectionPadding, lineWidth: 0 };
        const foreign = parse(text)
          .toString(form)
          .split('\n')
          .filter((line) => !lines.has(evenly(line))).length;
        if (foreign === 0) return form;
        if (best === undefined || foreign < best.foreign) best = { form, foreign };
      }
  return best?.form ?? { lineWidth: 0 };
}

/** A line without its habits inside: how far it is indented counts, how far a comment stands off does not. */
const evenly = (line: string): string => line.replace(/(\S)[ \t]+/g, '$1 ');

/** The node that says `after` instead of `before`, keeping whatever still stands. */
function changeNode(document: Document, node: Node | null, before: Json | undefined, after: Json): Node {
  if (node !== null && same(before, after)) return node;
  if (isMap(node) && isObject(before) && isObject(after)) return changeMap(document, node, before, after);
  if (isSeq(node) && Array.isArray(before) && Array.isArray(after)) return changeSeq(document, node, before, after);
  if (isScalar(node) && !isAlias(node) && !isObject(after) && !Array.isArray(after)) {
    const scalar = document.createNode(after) as Node;
    if (!isScalar(scalar)) return scalar;
    // Quotes and block style belong to texts; a number in quotes would become one.
    if (typeof before === 'string' && typeof after === 'string' && node.type !== undefined) scalar.type = node.type;
    if (node.comment != null) scalar.comment = node.comment;
    if (node.commentBefore != null) scalar.commentBefore = node.commentBefore;
    if (node.spaceBefore === true) scalar.spaceBefore = true;
    if (node.anchor !== undefined) scalar.anchor = node.anchor;
    return scalar;
  }
  return document.createNode(after) as Node;
}

function changeMap(document: Document, map: YAMLMap, before: JsonObject, after: JsonObject): Node {
  const kept = map.items.filter((pair) => Object.hasOwn(after, keyOf(pair.key)));
  // A comment above the first key hangs on the map itself: it stays.
  map.items = kept;
  for (const pair of kept) {
    const key = keyOf(pair.key);
    if (!same(before[key], after[key]))
      pair.value = changeNode(document, (pair.value as Node | null) ?? null, before[key], after[key] ?? null);
  }
  for (const [key, value] of Object.entries(after)) {
    if (Object.hasOwn(before, key)) continue;
    const rank = usualOrder.indexOf(key);
    const behind = rank < 0 ? -1 : map.items.findLastIndex((pair) => within(usualOrder.indexOf(keyOf(pair.key)), rank));
    const pair = document.createPair(key, value) as (typeof map.items)[number];
    if (behind >= 0) map.items.splice(behind + 1, 0, pair);
    else map.items.push(pair);
  }
  return map;
}

const within = (rank: number, limit: number): boolean => rank >= 0 && rank < limit;

/** Items that are still there keep their comments, wherever they stand now. */
function changeSeq(document: Document, seq: YAMLSeq, before: readonly Json[], after: readonly Json[]): Node {
  const free = new Set(before.keys());
  const found = after.map((item) => {
    const at = [...free].find((i) => same(before[i], item));
    if (at !== undefined) free.delete(at);
    return at;
  });
  const nodes = seq.items as (Node | null)[];
  seq.items = after.map((item, i) => {
    const at = found[i];
    if (at !== undefined) return nodes[at] ?? document.createNode(item);
    // Not there before: the item that stood here is taken for the same one, changed.
    if (free.delete(i)) return changeNode(document, nodes[i] ?? null, before[i], item);
    return document.createNode(item) as Node;
  });
  return seq;
}
