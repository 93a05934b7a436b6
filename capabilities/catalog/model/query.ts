import { PavedError, type Json, type JsonObject } from '@paved/kernel';
import { plain } from './plain-text.ts';

export interface OrderField {
  readonly field: string;
  readonly order: 'asc' | 'desc';
}

/** Where a page stands: everything the next request needs. Opaque to clients, Backstage's fields. */
export interface Cursor {
  readonly query: JsonObject;
  readonly orderFields: readonly OrderField[];
  /** Value of the order field (when there is one) and id of the entity the page starts behind. */
  readonly orderFieldValues: readonly (string | null)[];
  readonly firstSortFieldValues: readonly (string | null)[];
  readonly isPrevious: boolean;
  readonly fullTextFilter?: { readonly term: string; readonly fields?: readonly string[] };
  readonly totalItems: number;
}

const base64 = {
  encode: (text: string): string => btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('')),
  decode: (text: string): string =>
    new TextDecoder('utf-8', { fatal: true }).decode(
      Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0)),
    ),
};

/** JSON as base64, as Backstage's cursors are written. */
export const encodeOpaque = (value: unknown): string => base64.encode(JSON.stringify(value));

/** Reads what `encodeOpaque` wrote; throws `invalid` for anything else. */
export function decodeOpaque(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(base64.decode(text));
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // Said below, with what to do.
  }
  throw badCursor();
}

/** Reads the `after` of Backstage's older list: it says where the page starts and how long it is, whatever else is asked. */
export function readAfter(text: string): { limit?: number; offset?: number } {
  const { limit, offset } = decodeOpaque(text);
  const whole = (n: Json | undefined, least: number): n is number => typeof n === 'number' && Number.isSafeInteger(n) && n >= least;
  if ((limit !== undefined && !whole(limit, 1)) || (offset !== undefined && !whole(offset, 0))) throw badCursor();
  return { ...(limit === undefined ? {} : { limit }), ...(offset === undefined ? {} : { offset }) };
}

const badCursor = (): PavedError =>
  new PavedError('invalid', 'Malformed cursor, could not be parsed', {
    fix: 'Use the cursor of the previous answer as it is, or leave it out to start again.',
  });

export function decodeCursor(text: string): Cursor {
  const value = decodeOpaque(text);
  const isValues = (list: unknown): list is (string | null)[] =>
    Array.isArray(list) && list.length <= 2 && list.every((v) => v === null || typeof v === 'string');
  const orderFields = value['orderFields'];
  const query = value['query'];
  const text_ = value['fullTextFilter'];
  if (!isValues(value['orderFieldValues']) || !isValues(value['firstSortFieldValues']) || !Array.isArray(orderFields)) throw badCursor();
  if (
    query === null ||
    typeof query !== 'object' ||
    Array.isArray(query) ||
    typeof value['isPrevious'] !== 'boolean' ||
    typeof value['totalItems'] !== 'number'
  )
    throw badCursor();
  const order = orderFields.map((field) => {
    const { field: name, order: direction } = (field ?? {}) as JsonObject;
    if (typeof name !== 'string' || (direction !== 'asc' && direction !== 'desc')) throw badCursor();
    return { field: plain(name), order: direction } as const;
  });
  const id = value['orderFieldValues'].at(-1);
  if (value['orderFieldValues'].length !== order.length + 1 || typeof id !== 'string' || !/^\d{1,18}$/.test(id)) throw badCursor();
  const fullText =
    text_ !== null && typeof text_ === 'object' && !Array.isArray(text_) && typeof text_['term'] === 'string' && text_['term'] !== ''
      ? { term: text_['term'], fields: text_['fields'] }
      : undefined;
  const fields = fullText?.fields;
  return {
    query,
    orderFields: order,
    orderFieldValues: value['orderFieldValues'],
    firstSortFieldValues: value['firstSortFieldValues'],
    isPrevious: value['isPrevious'],
    totalItems: value['totalItems'],
    ...(fullText === undefined
      ? {}
      : { fullTextFilter: { term: fullText.term, ...(Array.isArray(fields) ? { fields: fields.map(String) } : {}) } }),
  };
}

/** `metadata.name,asc` (by-query) or `asc:metadata.name` (entities); only the first counts, as in Backstage. */
export function parseOrder(texts: readonly string[], form: 'field,order' | 'order:field'): OrderField[] {
  return texts
    .filter((text) => text !== '')
    .map((text) => {
      const [field, order] =
        form === 'field,order'
          ? [text.split(',')[0] ?? '', text.split(',')[1]]
          : [text.slice(text.indexOf(':') + 1), text.slice(0, Math.max(0, text.indexOf(':')))];
      const direction = order === undefined ? 'asc' : order;
      if (direction !== 'asc' && direction !== 'desc') {
        throw new PavedError('invalid', 'Invalid order field order, must be asc or desc', {
          fix: form === 'field,order' ? 'Write orderField=metadata.name,asc.' : 'Write order=asc:metadata.name.',
        });
      }
      if (field.trim() === '')
        throw new PavedError('invalid', `The order "${text}" names no field.`, { fix: 'Name one, for example metadata.name.' });
      return { field: plain(field).trim(), order: direction };
    });
}
