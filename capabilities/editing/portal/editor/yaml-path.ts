/** What stands around a place in a YAML text: the keys above it, and whether a key or a value is being written there. */
export interface YamlPlace {
  /** Keys from the root; list items count as their list. */
  readonly path: readonly string[];
  /** A key of the mapping at `path`, or the value at `path`. */
  readonly writes: 'key' | 'value';
  /** What is written already, and where it begins. */
  readonly word: string;
  readonly from: number;
  /** Keys beside it that are there already. */
  readonly siblings: readonly string[];
}

const KEY = /^(\s*(?:- +)*)(?:"([^"]*)"|'([^']*)'|([^\s#:][^:#]*?)) *:(?: +(.*)|)$/;

interface Line {
  readonly indent: number;
  readonly key?: string;
  readonly isItem: boolean;
}

function lineOf(text: string): Line {
  const lead = /^\s*(?:- +)*/.exec(text)?.[0] ?? '';
  const match = KEY.exec(text);
  const key = match === null ? undefined : (match[2] ?? match[3] ?? match[4]);
  return { indent: lead.length, isItem: lead.includes('-') || /^\s*-\s*$/.test(text), ...(key === undefined ? {} : { key }) };
}

/** Reads block-style YAML by its indentation; inside flow collections it answers the place of the whole. */
export function yamlPlace(text: string, at: number): YamlPlace {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const before = text.slice(start, at);
  const value = /^(\s*(?:- +)*(?:"[^"]*"|'[^']*'|[^\s#:][^:#]*?) *: +)(.*)$/.exec(before);
  const item = /^(\s*(?:- +)+)([^:]*)$/.exec(before);
  const lead = /^\s*(?:- +)*/.exec(before)?.[0].length ?? 0;
  const lines = text.slice(0, start).split('\n').slice(0, -1);
  const path: string[] = [];
  const siblings: string[] = [];
  let limit = lead;
  for (let i = lines.length - 1; i >= 0; i--) {
    const line = lines[i] ?? '';
    if (/^\s*(#|$)/.test(line)) continue;
    const { indent, key, isItem } = lineOf(line);
    if (key === undefined) continue;
    if (indent === limit && path.length === 0 && item === null) siblings.push(key);
    // A list may stand as deep as its key.
    if (indent < limit || (item !== null && path.length === 0 && indent === /^\s*/.exec(before)?.[0].length && !isItem)) {
      path.unshift(key);
      limit = isItem ? (/^\s*/.exec(line)?.[0].length ?? 0) + 1 : indent;
      if (indent === 0) break;
    }
  }
  if (value !== null) {
    const key = lineOf(`${before}x`).key ?? '';
    const word = value[2] ?? '';
    return { path: [...path, key], writes: 'value', word, from: at - word.length, siblings };
  }
  if (item !== null && !before.trimEnd().endsWith(':')) {
    const word = item[2] ?? '';
    return { path, writes: 'value', word, from: at - word.length, siblings };
  }
  const word = before.slice(lead);
  return { path, writes: 'key', word, from: at - word.length, siblings };
}
