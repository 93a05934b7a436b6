import type { Database } from '@paved/host';
import { canonicalJson, type Entity, type JsonObject } from '@paved/kernel';
import { projectFields } from '../../model/fields.ts';
import { plain } from '../../model/plain-text.ts';
import { isEverything, parsePredicate } from '../../model/predicate.ts';
import { decodeCursor, encodeOpaque, type Cursor, type OrderField } from '../../model/query.ts';
import { createMemo } from './memo.ts';
import { gathered } from '../gathered.ts';
import { bodiesByRef, generation, groupsAbove, type BodyRow } from '../views.ts';
import { bodiesByIds, orderedIds } from './sorted/views.ts';
import { chosenWith, type Time } from './text/chosen.ts';
import type { TextIndex } from './text/text-index.ts';
import type { TextFilter } from './text/views.ts';
import * as views from './views.ts';

/** A list as the HTTP API and the service ask for it. */
interface ListQuery {
  readonly query: JsonObject;
  readonly order: readonly OrderField[];
  readonly text?: TextFilter;
  readonly limit: number;
  readonly offset: number;
  readonly cursor?: string;
  readonly total: boolean;
}

interface Stretch {
  readonly query: JsonObject;
  readonly order: readonly OrderField[];
  readonly offset: number;
}

/** JSON texts of entities, with the cursors around them. */
export interface ListAnswer {
  readonly bodies: readonly string[];
  readonly totalItems: number;
  readonly nextCursor?: string;
  readonly prevCursor?: string;
}

/** Everything that is asked of the catalog. Counts and facets are remembered until the next write. */
export interface Queries {
  list(query: ListQuery): Promise<ListAnswer>;
  /** A stretch without cursors: every order counts, entities that lack a field come last; by reference when there is no order. */
  all(query: Stretch & { limit?: number }): Promise<string[]>;
  /** All of them in portions, so that memory stays small: only the first order counts, entities that lack its field are left out. */
  pages(query: Omit<Stretch, 'offset'>): AsyncGenerator<string[]>;
  /** What `all` answers without a limit, in portions. */
  pagesFrom(query: Stretch): AsyncGenerator<string[]>;
  facets(fields: readonly string[], query: JsonObject, text?: TextFilter): Promise<Record<string, views.FacetValue[]>>;
  /** One entity by its canonical reference. */
  byRef(ref: string): Promise<BodyRow | undefined>;
  byRefs(refs: readonly string[], query: JsonObject): Promise<(string | undefined)[]>;
  groupsOf(ref: string): Promise<string[]>;
}

const PAGE = 1000;
/** Longest page that is remembered, and how many are. */
const REMEMBERED_ROWS = 50;
const REMEMBERED_PAGES = 100;

/** `index`: counts what a text finds in a large catalog. */
export function createQueries(db: Database, time: Time = 'present', index?: TextIndex): Queries {
  const memo = createMemo();
  // The pages that everybody opens; few, because they hold whole entities.
  const pagesRead = createMemo(REMEMBERED_PAGES);

  const byRef = gathered((refs) => bodiesByRef(db, refs));

  const remembered = async <T>(key: string, compute: () => Promise<T>): Promise<T> => memo.get(await generation(db), key, compute);

  const all: Queries['all'] = async ({ query, order, limit, offset }) => {
    const chosen = views.chosenBy(parsePredicate(query));
    if (order.length === 0) return views.byReference(db, chosen, { limit, offset });
    if (order.length > 1) {
      const ids = (await orderedIds(db, chosen, order, 'as text')).subarray(offset, limit === undefined ? undefined : offset + limit);
      const bodies = await bodiesByIds(db, [...ids]);
      return [...ids].flatMap((id) => bodies.get(id) ?? []);
    }
    const rows = await views.slice(db, { chosen, order: order[0], lacking: 'last', limit, offset, backwards: false });
    return rows.map((row) => row.body);
  };

  return {
    async list(asked) {
      const cursor = asked.cursor === undefined ? undefined : decodeCursor(asked.cursor);
      const query = cursor?.query ?? asked.query;
      const order = (cursor?.orderFields ?? asked.order)[0];
      const text =
        cursor?.fullTextFilter ??
        (asked.text !== undefined && asked.text.term.trim() !== '' ? { ...asked.text, term: asked.text.term.trim() } : undefined);
      if (text !== undefined) for (const part of [text.term, ...(text.fields ?? [])]) plain(part);
      for (const part of cursor?.orderFieldValues ?? []) plain(part ?? '');
      const predicate = parsePredicate(query);
      const choose = (): Promise<views.Chosen> => chosenWith(db, predicate, text, time);
      const backwards = cursor?.isPrevious ?? false;
      const afterId = cursor?.orderFieldValues.at(-1);
      const now = await generation(db);
      const page = canonicalJson([query, text ?? null, order ?? null, asked.limit, asked.offset, asked.cursor ?? null]);
      const both = text !== undefined && asked.total && cursor === undefined && asked.limit > 0;
      const counted = async (): Promise<{ total: number; rows: views.SliceRow[] }> => {
        const stretch = { chosen: await choose(), order, limit: asked.limit + 1, offset: asked.offset };
        // Counted by their words alone, those without the order's field would count too.
        const words = views.everyEntityHas(order) ? stretch.chosen.words : undefined;
        const known = words === undefined ? undefined : await index?.count(words);
        const rows = words === undefined || known === undefined ? undefined : await views.walkedSlice(db, { ...stretch, words }, known);
        return known === undefined || rows === undefined ? views.countedSlice(db, stretch) : { total: known.count, rows };
      };
      const counting = (): Promise<number> =>
        cursor !== undefined
          ? Promise.resolve(cursor.totalItems)
          : !asked.total
            ? Promise.resolve(0)
            : memo.get(now, `count ${canonicalJson([query, text ?? null, order?.field ?? null])}`, async () =>
                views.countOf(db, await choose(), order),
              );
      const slice = async (): Promise<views.SliceRow[]> =>
        views.slice(db, {
          chosen: await choose(),
          order,
          lacking: 'excluded',
          limit: asked.limit + 1,
          offset: cursor === undefined ? asked.offset : 0,
          backwards,
          ...(cursor === undefined || afterId === undefined || afterId === null
            ? {}
            : { after: { value: order === undefined ? null : (cursor.orderFieldValues[0] ?? null), id: afterId } }),
        });
      const slicing = (): Promise<views.SliceRow[]> =>
        asked.limit === 0 ? Promise.resolve([]) : asked.limit <= REMEMBERED_ROWS ? pagesRead.get(now, page, slice) : slice();
      const { total: totalItems, rows: walked } = both
        ? await (asked.limit <= REMEMBERED_ROWS ? pagesRead.get(now, `counted ${page}`, counted) : counted())
        : await Promise.all([counting(), slicing()]).then(([total, rows]) => ({ total, rows }));
      const more = walked.length > asked.limit;
      const rows = walked.slice(0, asked.limit);
      if (backwards) rows.reverse();
      const place = (row: views.SliceRow): (string | null)[] => (order === undefined ? [row.id] : [row.value, row.id]);
      const first = rows[0];
      const last = rows.at(-1);
      if (first === undefined || last === undefined) return { bodies: [], totalItems };
      const firstEver = cursor?.firstSortFieldValues ?? (asked.offset > 0 ? ['', ''] : place(first));
      const here: Omit<Cursor, 'orderFieldValues' | 'isPrevious'> = {
        query,
        orderFields: order === undefined ? [] : [order],
        firstSortFieldValues: firstEver,
        totalItems,
        ...(text === undefined ? {} : { fullTextFilter: text }),
      };
      const hasNext = backwards || more;
      const hasPrevious = cursor !== undefined && (backwards ? more : place(first).at(-1) !== firstEver.at(-1));
      return {
        bodies: rows.map((row) => row.body),
        totalItems,
        ...(hasNext ? { nextCursor: encodeOpaque({ ...here, orderFieldValues: place(last), isPrevious: false }) } : {}),
        ...(hasPrevious ? { prevCursor: encodeOpaque({ ...here, orderFieldValues: place(first), isPrevious: true }) } : {}),
      };
    },

    all,

    async *pages({ query, order }) {
      const base = {
        chosen: views.chosenBy(parsePredicate(query)),
        order: order[0],
        lacking: 'excluded',
        limit: PAGE,
        offset: 0,
        backwards: false,
      } as const;
      for (let after: views.Slice['after']; ;) {
        const rows = await views.slice(db, { ...base, ...(after === undefined ? {} : { after }) });
        if (rows.length > 0) yield rows.map((row) => row.body);
        const last = rows.at(-1);
        if (last === undefined || rows.length < PAGE) return;
        after = { value: last.value, id: last.id };
      }
    },

    async *pagesFrom({ query, order, offset }) {
      for (let at = offset; ; at += PAGE) {
        const bodies = await all({ query, order, limit: PAGE, offset: at });
        if (bodies.length > 0) yield bodies;
        if (bodies.length < PAGE) return;
      }
    },

    async facets(fields, query, text) {
      for (const field of [...fields, ...(text === undefined ? [] : [text.term, ...(text.fields ?? [])])]) plain(field);
      const predicate = parsePredicate(query);
      // Asked first: what a text's words are may be another after the next write.
      const now = await generation(db);
      const chosen = isEverything(predicate) && text === undefined ? undefined : await chosenWith(db, predicate, text, time);
      const key = text === undefined ? canonicalJson(query) : canonicalJson([query, text]);
      const found = await Promise.all(fields.map((field) => memo.get(now, `facet ${field} ${key}`, () => views.facet(db, field, chosen))));
      return Object.fromEntries(fields.map((field, i) => [field, found[i] ?? []]));
    },

    byRef,

    async byRefs(refs, query) {
      for (const ref of refs) plain(ref);
      const bodies = await views.bodiesByRefs(db, refs, views.chosenBy(parsePredicate(query)));
      return refs.map((ref) => bodies.get(ref));
    },

    groupsOf: (ref) => remembered(`groups ${ref}`, () => groupsAbove(db, ref)),
  };
}

/** Bodies as they are, or cut down to some fields. */
export function projected(bodies: readonly string[], fields: readonly string[] | undefined): string[] {
  if (fields === undefined) return [...bodies];
  return bodies.map((body) => JSON.stringify(projectFields(JSON.parse(body) as JsonObject, fields)));
}

export const parseEntity = (body: string): Entity => JSON.parse(body) as Entity;
