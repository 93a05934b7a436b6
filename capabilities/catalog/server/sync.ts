import type { Database, Events, Logger } from '@paved/host';
import { setTimeout as sleep } from 'node:timers/promises';
import { PavedError, type Actor } from '@paved/kernel';
import type { Audit } from '@paved/audit';
import type { Cause } from '@paved/runs';
import { ENTITY_CHANGED, SOURCE_SYNCED } from '../index.ts';
import { locationRef } from '../model/location.ts';
import type { RemovalLimits } from '../model/removal.ts';
import type { KindRegistry } from '../model/kind-registry.ts';
import type { Kinds } from './kinds/kinds.ts';
import type { SourceRules } from '../model/source-rules.ts';
import type { OrphanPolicy } from './orphans/keep-orphans.ts';
import type { Sources } from './reading/sources.ts';
import type { LocationRow } from './store.ts';
import { Overtaken, syncPass } from './syncing/sync-pass.ts';

/** How a sync went. */
export interface SyncOutcome {
  readonly added: number;
  readonly updated: number;
  readonly removed: number;
  readonly unchanged: number;
  readonly stale: number;
  readonly problems: number;
}

export interface SyncDeps {
  readonly db: Database;
  readonly events: Events;
  readonly audit: Audit;
  readonly log: Logger;
  readonly now: () => Date;
  readonly sources: Sources;
  readonly registry: KindRegistry;
  /** Keeps the registry at what the database declares. */
  readonly kinds: Kinds;
  readonly rules: SourceRules;
  /** What becomes of entities that no source names any more. */
  readonly orphans: OrphanPolicy;
  /** What a sync may remove without being confirmed. */
  readonly removals: RemovalLimits;
}

/** The run that reads a source, and what started it. */
export interface SyncCause {
  readonly run?: string;
  readonly cause?: Cause;
}

/** Changes that are told one by one; more than that become one summary. */
const SINGLE_EVENTS = 200;
/** Syncs of one location that come in each other's way start again so often. */
const ATTEMPTS = 20;

export const ownerKeyOf = (locationId: string): string => `location:${locationId}`;

export type Change = { readonly ref: string; readonly change: 'added' | 'updated' | 'removed' };

/** Reads a location and brings the store to what it says; each transaction leaves the catalog whole. */
export async function syncLocation(deps: SyncDeps, location: LocationRow, actor: Actor, why: SyncCause = {}): Promise<SyncOutcome> {
  await deps.kinds.fresh();
  const judgedBy = deps.registry.version();
  const first = await undisturbed(deps, location, actor, why);
  await deps.kinds.fresh();
  if (deps.registry.version() === judgedBy) return first;
  // It declares kinds itself: its own documents of these kinds are known from now on.
  const second = await undisturbed(deps, location, actor, why);
  return { ...second, added: first.added + second.added, updated: first.updated + second.updated, removed: first.removed + second.removed };
}

/** Whoever read before another replica wrote reads again, so that the newest reading stands in the end. */
async function undisturbed(deps: SyncDeps, location: LocationRow, actor: Actor, why: SyncCause): Promise<SyncOutcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await syncPass(deps, location, actor, why);
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
      if (attempt === ATTEMPTS)
        throw new PavedError('conflict', `Other syncs of ${locationRef(location)} keep coming in the way.`, {
          fix: 'Sync it again later.',
        });
      await sleep(attempt * 50);
    }
  }
}

const kindOf = (ref: string): string => ref.slice(0, ref.indexOf(':'));

/** One event per changed entity. */
export async function tell(deps: Pick<SyncDeps, 'events'>, tx: Database, changes: readonly Change[]): Promise<void> {
  await deps.events.publish(
    tx,
    ...changes.map(({ ref, change }) => ({ type: ENTITY_CHANGED, subject: ref, data: { ref, kind: kindOf(ref), change } })),
  );
}

/** One event per changed entity, or a summary when there are many. */
export async function tellChanges(
  deps: Pick<SyncDeps, 'events'>,
  tx: Database,
  location: LocationRow,
  changes: readonly Change[],
): Promise<void> {
  if (changes.length <= SINGLE_EVENTS) return tell(deps, tx, changes);
  const counts = { added: 0, updated: 0, removed: 0 };
  for (const { change } of changes) counts[change]++;
  await deps.events.publish(tx, {
    type: SOURCE_SYNCED,
    subject: locationRef(location),
    data: { locationId: location.id, ...counts, kinds: [...new Set(changes.map((c) => kindOf(c.ref)))] },
  });
}
