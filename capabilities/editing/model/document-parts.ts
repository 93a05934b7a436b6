import { parseDocument } from 'yaml';
import { formatRef, parseRef } from '@paved/kernel';

/** The text of one document inside its file: what stands between two document markers. */
export interface DocumentPart {
  /** Characters of the file: `[start, end)`. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Line of the file at which the text starts, from 1. */
  readonly line: number;
}

/** The same markers as the catalog's reader: `---` or `...` at the start of a line (YAML 1.2, c-forbidden). */
const MARKER = /^(?:---(?=[ \t\r\n]|$)|\.\.\.(?=[ \t\r]*$))/gm;
const REST_OF_MARKER_LINE = /[ \t]*\r?\n/y;

/** The documents of a file, without those that hold nothing but comments. Texts leave the marker lines out. */
export function documentParts(file: string): DocumentPart[] {
  const parts: DocumentPart[] = [];
  let start = file.charCodeAt(0) === 0xfeff ? 1 : 0;
  const add = (end: number): void => {
    const text = file.slice(start, end);
    if (/^[^#%\s]|^[ \t]+[^#\s]/m.test(text)) parts.push({ start, end, text, line: file.slice(0, start).split('\n').length });
  };
  for (const match of file.matchAll(MARKER)) {
    add(match.index);
    start = match.index + 3;
    // A marker alone on its line belongs to no document; one that a document follows on the same line is left as it is.
    REST_OF_MARKER_LINE.lastIndex = start;
    if (REST_OF_MARKER_LINE.test(file)) start = REST_OF_MARKER_LINE.lastIndex;
  }
  add(file.length);
  return parts;
}

/** The document that describes an entity, broken ones too as long as they say kind and name; undefined when there is none. */
export function partOf(file: string, ref: string): DocumentPart | undefined {
  return documentParts(file).find((part) => refOfText(part.text) === ref);
}

/** Which entity a document's text describes. */
export function refOfText(text: string): string | undefined {
  try {
    const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
    const [kind, name] = [document.get('kind'), document.getIn(['metadata', 'name'])];
    const namespace = document.getIn(['metadata', 'namespace']) ?? 'default';
    if (typeof kind !== 'string' || typeof name !== 'string' || typeof namespace !== 'string') return undefined;
    return formatRef(parseRef(`${kind}:${namespace}/${name}`));
  } catch {
    return undefined;
  }
}

const withNewline = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

/** The file with one document's text replaced; every other character stays. */
export function replacePart(file: string, part: DocumentPart, text: string): string {
  const isLast = part.end === file.length;
  return file.slice(0, part.start) + (isLast && !part.text.endsWith('\n') ? text : withNewline(text)) + file.slice(part.end);
}

/** The file with a document more at its end. */
export function appendPart(file: string, text: string): string {
  if (documentParts(file).length === 0) return withNewline(file) + withNewline(text);
  return `${withNewline(file)}---\n${withNewline(text)}`;
}

/** The file without one document and one of its markers; undefined when nothing but comments would be left. */
export function removePart(file: string, part: DocumentPart): string | undefined {
  const others = documentParts(file).filter((other) => other.start !== part.start);
  if (others.length === 0) return undefined;
  const before = file.slice(0, part.start);
  const after = file.slice(part.end);
  // The marker that opened it goes with it; the first document has none of its own, so the next one's marker goes.
  const marker = /(?:^|\n)---[ \t]*\r?\n$/.exec(before);
  if (marker !== null) return before.slice(0, marker.index + (marker[0].startsWith('\n') ? 1 : 0)) + after;
  return before + after.replace(/^---[ \t]*\r?\n/, '');
}
