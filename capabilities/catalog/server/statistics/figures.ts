import type { Database } from '@paved/host';
import { STORED_BY_PEOPLE } from '../../index.ts';
import type { OwnerSet } from '../../model/owner-reads.ts';
import type { Time } from '../lists/text/chosen.ts';
import { generation } from '../views.ts';
import * as views from './views.ts';

/** What follows from which entities there are and how they are related. */
export interface Structure {
  readonly kinds: readonly views.KindCount[];
  readonly relations: number;
  readonly dangling: number;
  /** Whom entities name as owners; those that name nobody have an empty list, without what the platform brought itself. */
  readonly ownerSets: readonly OwnerSet[];
}

/** Counts over the whole catalog. */
export interface Figures {
  structure(): Promise<Structure>;
}

interface Remembered {
  readonly generation: string;
  readonly at: string;
  readonly stamp: string;
  readonly structure: Promise<Structure>;
}

/**
 * Counted once and remembered until a write adds or removes entities or relations; most writes change neither. The stamp is taken
 * before counting: what a write in between changes is counted again at worst.
 */
export function createFigures(db: Database, time: Time = 'present'): Figures {
  let known: Remembered | undefined;
  const counted = (stamp: Omit<Remembered, 'structure'>): Promise<Structure> => {
    const structure = count(db);
    const mine = (known = { ...stamp, structure });
    structure.catch(() => {
      if (known === mine) known = undefined;
    });
    return structure;
  };
  return {
    async structure() {
      if (time === 'past') {
        const n = await generation(db);
        return known?.generation === n ? known.structure : counted({ generation: n, at: '', stamp: '' });
      }
      const before = known;
      const now = await views.structureStamp(db, before?.at);
      if (before === undefined || now.since !== before.stamp) return counted(now);
      // Looked at from a later time on, fewer rows have to be counted.
      if (known === before) known = { ...now, structure: before.structure };
      return before.structure;
    },
  };
}

async function count(db: Database): Promise<Structure> {
  const [kinds, relations, named, brought] = await Promise.all([
    views.kindCounts(db),
    views.relationCounts(db),
    views.ownerSets(db),
    views.broughtWithoutOwner(db, `paved:${STORED_BY_PEOPLE}`),
  ]);
  const left = new Map(kinds.map(({ kind, count: n }) => [kind.toLowerCase(), n - (brought.get(kind.toLowerCase()) ?? 0)]));
  for (const { kind, count: n } of named) left.set(kind, (left.get(kind) ?? 0) - n);
  const without = [...left].map(([kind, n]) => ({ kind, owners: [], count: n })).filter((set) => set.count > 0);
  return { kinds, ...relations, ownerSets: [...named, ...without] };
}
