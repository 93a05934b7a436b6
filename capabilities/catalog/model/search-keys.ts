import type { Entity } from '@paved/kernel';

/** One searchable fact of an entity. Keys and values are lower-cased; `original` is set when that changed the value. */
export interface SearchRow {
  readonly key: string;
  /** null: the key exists, its value is empty or too long to be searched. */
  readonly value: string | null;
  readonly original: string | null;
  /** 0 for a single value; in a list 1, 2, … by value. Ordering looks at 0 and 1 only. */
  readonly item: number;
}

/** Longest key and value that are searched (Backstage's limits). */
const LIMIT = 200;
/** Kept in columns or edges of their own, or changing by themselves. */
const elsewhere = new Set(['kind', 'relations', 'status', 'metadata.name', 'metadata.namespace', 'metadata.uid', 'metadata.etag']);

/** Flattens an entity to search rows: objects as `a.b`, lists as several values of one key. */
export function searchRowsOf(entity: Entity): SearchRow[] {
  const values = new Map<string, Map<string | null, string | null>>();
  const lists = new Set<string>();
  const visit = (path: string, value: unknown, inList: boolean): void => {
    if (elsewhere.has(path) || value === undefined) return;
    if (Array.isArray(value)) {
      for (const item of value) visit(path, item, true);
      return;
    }
    if (value !== null && typeof value === 'object') {
      for (const [key, child] of Object.entries(value)) visit(path === '' ? key : `${path}.${key}`, child, inList && false);
      return;
    }
    const key = path.toLowerCase();
    if (key.length > LIMIT || key.includes('\u0000')) return;
    const text = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
    const searchable = text !== null && text.length <= LIMIT && !text.includes('\u0000') ? text.toLowerCase() : null;
    const known = values.get(key) ?? new Map<string | null, string | null>();
    if (!known.has(searchable)) known.set(searchable, searchable === null || searchable === text ? null : text);
    values.set(key, known);
    if (inList) lists.add(key);
  };
  visit('', entity, false);
  const rows: SearchRow[] = [];
  for (const [key, known] of values) {
    const isList = lists.has(key) || known.size > 1;
    const sorted = [...known].sort(([a], [b]) => ((a ?? '\uffff') < (b ?? '\uffff') ? -1 : 1));
    sorted.forEach(([value, original], i) => rows.push({ key, value, original, item: isList ? i + 1 : 0 }));
  }
  return rows;
}

/** What full-text search looks through first: name, title and description, lower-cased, a line each (only the description may have more). */
export function wordsOf(entity: Entity): string {
  const { name, title, description } = entity.metadata;
  return [name, (title ?? '').replaceAll('\n', ' '), (description ?? '').slice(0, LIMIT)].join('\n').toLowerCase().replaceAll('\u0000', '');
}
