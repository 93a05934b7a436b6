import type { Database } from '@paved/host';
import { canonicalJson, PavedError, type JsonObject } from '@paved/kernel';
import { plain } from '../../../model/plain-text.ts';
import { parsePredicate } from '../../../model/predicate.ts';
import { decodeOpaque, encodeOpaque, type OrderField } from '../../../model/query.ts';
import { generation } from '../../views.ts';
import { createMemo } from '../memo.ts';
import type { ListAnswer } from '../queries.ts';
import { chosenWith, type Time } from '../text/chosen.ts';
import type { TextFilter } from '../text/views.ts';
import type { Chosen } from '../views.ts';
import * as views from './views.ts';

/** What is looked at: a predicate query, narrowed by text. */
export interface Selection {
  readonly query: JsonObject;
  readonly text?: TextFilter;
}

/** Lists sorted by several fields that keep the entities lacking one: the whole order is known, so any place of it is one step away. */
export interface SortedLists {
  /** One stretch, by offset or by the cursor of the page before. */
  page(asked: Selection & { sort: readonly OrderField[]; limit: number; offset: number; cursor?: string }): Promise<ListAnswer>;
  groups(asked: Selection & { by: OrderField }): Promise<views.EntityGroup[]>;
  /** All of them, in portions of a thousand texts. */
  everything(asked: Selection & { sort: readonly OrderField[] }): AsyncGenerator<string[]>;
  /** What bulk actions need to know; throws `invalid` above `most`. */
  selected(asked: Selection, most: number): Promise<views.SelectedRow[]>;
}

/** Orders that are remembered: at 100,000 entities one takes 0.8 MB. */
const ORDERS = 12;
const PORTION = 1000;

interface Place extends Selection {
  readonly sort: readonly OrderField[];
  readonly offset: number;
  /** The entity the page starts behind, for when others came or went before it. */
  readonly after: number;
}

export function createSortedLists(db: Database, time: Time = 'present'): SortedLists {
  const orders = createMemo(ORDERS);
  const groups = createMemo(200);

  const chosen = async ({ query, text }: Selection): Promise<Chosen> => {
    if (text !== undefined) for (const part of [text.term, ...(text.fields ?? [])]) plain(part);
    return chosenWith(db, parsePredicate(query), text, time);
  };
  const idsOf = async (asked: Selection & { sort: readonly OrderField[] }): Promise<Float64Array> =>
    orders.get(await generation(db), canonicalJson([asked.query, asked.text ?? null, asked.sort]), async () =>
      views.orderedIds(db, await chosen(asked), asked.sort),
    );
  const bodiesOf = async (ids: readonly number[]): Promise<string[]> => {
    if (ids.length === 0) return [];
    const bodies = await views.bodiesByIds(db, ids);
    return ids.flatMap((id) => bodies.get(id) ?? []);
  };

  return {
    async page(asked) {
      const place = asked.cursor === undefined ? undefined : readPlace(asked.cursor);
      const here = place ?? asked;
      const ids = await idsOf(here);
      const start = place === undefined ? asked.offset : behind(ids, place);
      const stretch = [...ids.subarray(start, start + asked.limit)];
      const cursorAt = (offset: number): string =>
        encodeOpaque({
          query: here.query,
          ...(here.text === undefined ? {} : { text: here.text }),
          sort: here.sort,
          offset,
          after: ids[offset - 1] ?? 0,
        } satisfies Place);
      const end = start + stretch.length;
      return {
        bodies: await bodiesOf(stretch),
        totalItems: ids.length,
        ...(end < ids.length && asked.limit > 0 ? { nextCursor: cursorAt(end) } : {}),
        ...(start > 0 && asked.limit > 0 ? { prevCursor: cursorAt(Math.max(0, start - asked.limit)) } : {}),
      };
    },

    async groups(asked) {
      plain(asked.by.field);
      return groups.get(await generation(db), canonicalJson([asked.query, asked.text ?? null, asked.by]), async () =>
        views.groupsBy(db, await chosen(asked), asked.by),
      );
    },

    async *everything(asked) {
      const ids = await idsOf(asked);
      for (let at = 0; at < ids.length; at += PORTION) yield await bodiesOf([...ids.subarray(at, at + PORTION)]);
    },

    async selected(asked, most) {
      const ids = await idsOf({ ...asked, sort: [] });
      if (ids.length > most)
        throw new PavedError('invalid', `${ids.length} entities match; one action takes at most ${most}.`, { fix: 'Narrow the filter.' });
      return views.selectedRows(db, [...ids]);
    },
  };
}

/** Where the entity a page starts behind stands now; the old place when it is gone. */
function behind(ids: Float64Array, place: Place): number {
  if (place.offset === 0 || ids[place.offset - 1] === place.after) return place.offset;
  const found = ids.indexOf(place.after);
  return found < 0 ? Math.min(place.offset, ids.length) : found + 1;
}

/** Whether a cursor comes from a list of this kind. */
export const isSortedCursor = (cursor: string): boolean => Array.isArray(decodeOpaque(cursor)['sort']);

function readPlace(cursor: string): Place {
  const place = decodeOpaque(cursor) as unknown as Partial<Place>;
  const whole = (n: unknown): n is number => typeof n === 'number' && Number.isInteger(n) && n >= 0;
  const fields = place.text?.fields;
  const good =
    place.query !== null &&
    typeof place.query === 'object' &&
    !Array.isArray(place.query) &&
    Array.isArray(place.sort) &&
    place.sort.length <= 5 &&
    place.sort.every((s) => typeof s?.field === 'string' && (s.order === 'asc' || s.order === 'desc')) &&
    whole(place.offset) &&
    whole(place.after) &&
    (place.text === undefined ||
      (typeof place.text?.term === 'string' &&
        (fields === undefined || (Array.isArray(fields) && fields.every((f) => typeof f === 'string')))));
  if (!good)
    throw new PavedError('invalid', 'Malformed cursor, could not be parsed', {
      fix: 'Use the cursor of the previous answer as it is, or leave it out to start again.',
    });
  for (const { field } of (place as Place).sort) plain(field);
  return place as Place;
}
