import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { isMap, isPair, isSeq, parseDocument, visit, type Document } from 'yaml';
import { canonicalJson, PavedError, type Json, type JsonObject } from '@paved/kernel';
import { shownSetting } from '../model/clear-secrets.ts';

/** Lists of settings, and what makes two entries the same one; a later import replaces it instead of adding a second. */
const sameEntry: Readonly<Record<string, (entry: JsonObject) => string>> = {
  'catalog.locations': ({ type, target }) => `${String(type)}:${String(target)}`,
  'catalog.rules': (entry) => canonicalJson(entry),
  'catalog.reading.allow': ({ host }) => String(host),
};
const integration = (entry: JsonObject): string => String(entry['host'] ?? '');

/** What importing would make of a settings file: its text, and whether it differs from what is there. */
export interface NewSettings {
  readonly text: string;
  readonly changed: boolean;
}

/** Adds settings to the text of a `paved.yaml`; comments and everything else in it stay. */
export function withSettings(text: string, settings: JsonObject): NewSettings {
  const document = parseDocument(text);
  const broken = document.errors[0];
  if (broken !== undefined)
    throw new PavedError('invalid', `The settings file is no YAML: ${broken.message.split('\n')[0]}`, { fix: 'Mend it first.' });
  const before = canonicalJson((document.toJS() ?? {}) as Json);
  if (!isMap(document.contents)) document.contents = document.createNode({}) as never;
  add(document, [], settings);
  const changed = canonicalJson(document.toJS() as Json) !== before;
  return { text: changed ? document.toString({ lineWidth: 0 }) : text, changed };
}

function add(document: Document, at: string[], value: Json): void {
  if (Array.isArray(value)) {
    const key = at.join('.');
    const identity = sameEntry[key] ?? (at[0] === 'integrations' ? integration : canonicalJson);
    const list = document.getIn(at, true);
    if (!isSeq(list)) return document.setIn(at, document.createNode(value));
    for (const entry of value) {
      const known = (list.toJS(document) as JsonObject[]).findIndex((one) => identity(one) === identity(entry as JsonObject));
      if (known === -1) list.add(document.createNode(entry));
      else if (canonicalJson((list.toJS(document) as Json[])[known] ?? null) !== canonicalJson(entry))
        list.set(known, document.createNode(entry));
    }
    return;
  }
  if (value !== null && typeof value === 'object' && Object.keys(value).length > 0) {
    if (at.length > 0 && !isMap(document.getIn(at, true))) document.setIn(at, document.createNode({}));
    for (const [name, inner] of Object.entries(value)) add(document, [...at, name], inner);
    return;
  }
  if (canonicalJson((document.getIn(at) ?? null) as Json) !== canonicalJson(value)) document.setIn(at, value);
}

export const readSettings = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

/** Replaces the file in one step: a reader sees the old or the new one. A new file with secrets is nobody else's to read. */
export function writeSettings(file: string, text: string, { secret }: { readonly secret: boolean }): void {
  const beside = `${file}.${process.pid}.new`;
  writeFileSync(beside, text, { mode: existsSync(file) ? statSync(file).mode & 0o777 : secret ? 0o600 : 0o644 });
  renameSync(beside, file);
}

/** The text with what is secret hidden. */
export function shownText(text: string): string {
  const document = parseDocument(text);
  visit(document, {
    Scalar(key, node, path) {
      if (key === 'key' || typeof node.value !== 'string') return;
      const pair = path.findLast((step) => isPair(step));
      const shown = shownSetting(pair === undefined ? '' : String((pair.key as { value?: unknown }).value ?? pair.key), node.value);
      if (shown !== node.value) {
        node.value = shown;
        node.type = 'PLAIN';
      }
    },
  });
  return document.toString({ lineWidth: 0 });
}
