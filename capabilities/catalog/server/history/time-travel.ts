import type { Database } from '@paved/host';
import { parsePastTime } from './past-time.ts';
import type { Queries } from '../lists/queries.ts';
import type { SortedLists } from '../lists/sorted/sorted-lists.ts';
import type { Figures } from '../statistics/figures.ts';
import { generation } from '../views.ts';
import { makeSearchable } from './searchable.ts';
import { asOf, horizon } from './views.ts';

/** The catalog at one time: everything a read needs. */
export interface Moment {
  readonly db: Database;
  readonly queries: Queries;
  readonly sorted: SortedLists;
  readonly figures: Figures;
  /** What moment it is; absent: the present. */
  readonly time?: Date;
}

/** Reads of the past. */
export interface TimeTravel {
  /** The catalog at a time in ISO 8601; the present for `undefined`. Throws `invalid` for the future and for what is no time. */
  at(time: string | undefined): Promise<Moment>;
}

/** Times whose counts and facets are remembered at once. */
const REMEMBERED = 8;

export function createTimeTravel(deps: {
  readonly db: Database;
  readonly now: () => Date;
  readonly queries: Queries;
  readonly sorted: SortedLists;
  readonly figures: Figures;
  readonly queriesOf: (db: Database) => Queries;
  readonly sortedOf: (db: Database) => SortedLists;
  readonly figuresOf: (db: Database) => Figures;
}): TimeTravel {
  const { db: now, queries, sorted, figures } = deps;
  const present: Moment = { db: now, queries, sorted, figures };
  const moments = new Map<number, Moment>();
  const momentOf = (at: Date): Moment => {
    let made = '';
    // What was the present may have become a past version since: asked again for each generation.
    const beforeSearch = async (): Promise<void> => {
      const now = await generation(deps.db);
      if (now === made) return;
      await makeSearchable(deps.db, at);
      made = now;
    };
    const db = asOf(deps.db, at, beforeSearch);
    return { db, queries: deps.queriesOf(db), sorted: deps.sortedOf(db), figures: deps.figuresOf(db), time: at };
  };
  return {
    async at(text) {
      if (text === undefined) return present;
      const at = parsePastTime(text, 'at', { now: deps.now(), horizon: await horizon(deps.db) });
      const known = moments.get(at.getTime());
      const moment = known ?? momentOf(at);
      moments.delete(at.getTime());
      moments.set(at.getTime(), moment);
      if (moments.size > REMEMBERED) moments.delete(moments.keys().next().value ?? 0);
      return moment;
    },
  };
}
