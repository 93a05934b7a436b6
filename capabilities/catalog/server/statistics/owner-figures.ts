import type { Database } from '@paved/host';
import type { OwnerFigures, OwnerReads } from '../../model/owner-reads.ts';
import type { KindRegistry } from '../../model/kind-registry.ts';
import type { Moment } from '../history/time-travel.ts';
import type { Kinds } from '../kinds/kinds.ts';
import { parseEntity, type Queries } from '../lists/queries.ts';
import type { Figures } from './figures.ts';

export interface CountedOwners {
  readonly contract: OwnerFigures;
  /** What has no living owner then; undefined where no capability says so. */
  unowned(then: Moment): Promise<number | undefined>;
}

export function createOwnerFigures(deps: {
  readonly db: Database;
  readonly kinds: Kinds;
  readonly registry: KindRegistry;
  readonly queries: Queries;
  readonly figures: Figures;
}): CountedOwners {
  let count: ((reads: OwnerReads) => Promise<number>) | undefined;
  const readsOf = (then: Pick<Moment, 'queries' | 'figures' | 'time'>, registry: KindRegistry): OwnerReads => ({
    ...(then.time === undefined ? {} : { time: then.time }),
    ownedKinds: () => registry.ownedKinds(),
    ownerSets: async () => (await then.figures.structure()).ownerSets,
    ofKind: async (kind) => (await then.queries.all({ query: { kind }, order: [], offset: 0 })).map(parseEntity),
    byRefs: async (refs) =>
      refs.length === 0 ? [] : (await then.queries.byRefs(refs, {})).map((body) => (body === undefined ? undefined : parseEntity(body))),
  });
  return {
    contract: { now: readsOf(deps, deps.registry), countUnownedBy: (by) => void (count = by) },
    async unowned(then) {
      return count?.(readsOf(then, (await deps.kinds.inForce(then)).registry));
    },
  };
}
