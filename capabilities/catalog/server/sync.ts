import type { Database, Events, Logger } from '@paved/host';
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
export const ownerKeyOf = (locationId: string): string => `location:${locationId}`;

export type Change = { readonly ref: string; readonly change: 'added' | 'updated' | 'removed' };

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
