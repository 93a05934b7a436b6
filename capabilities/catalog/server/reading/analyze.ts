import { hasRole, refOf, type Actor } from '@paved/kernel';
import { kindsForEverybody } from '../../model/location.ts';
import { findLocation, knownByRefs, type LocationRow } from '../store.ts';
import { ownerKeyOf, type SyncDeps } from '../sync.ts';
import { readWithKinds } from './read-with-kinds.ts';

export interface Analysis {
  readonly type: LocationRow['type'];
  readonly target: string;
  readonly locationId?: string;
  readonly entities: { ref: string; kind: string; title?: string; source: string; line: number; claimedBy?: string }[];
  readonly problems: { source: string; line: number; path: string; ref?: string; message: string; fix?: string }[];
}

/** Reads an address as registering it would, and keeps nothing. */
export async function analyze(deps: SyncDeps, location: { type: LocationRow['type']; target: string }, actor: Actor): Promise<Analysis> {
  const registered = await findLocation(deps.db, location);
  await deps.kinds.fresh();
  const kinds = registered?.kinds ?? (hasRole(actor, 'platform-engineer') ? null : kindsForEverybody);
  const reading = await readWithKinds(deps, { ...location, kinds: registered === undefined ? kinds : registered.kinds });
  const found = reading.entities.slice(1).map(({ entity, place }) => ({ ref: refOf(entity), entity, place }));
  const known = await knownByRefs(
    deps.db,
    found.map(({ ref }) => ref),
  );
  const own = registered === undefined ? undefined : ownerKeyOf(registered.id);
  /** Where each name stands first in the source itself. */
  const first = new Map<string, string>();
  return {
    ...location,
    ...(registered === undefined ? {} : { locationId: registered.id }),
    entities: found.map(({ ref, entity, place }) => {
      const other = known.get(ref);
      const claimed =
        other !== undefined && other.ownerKey !== own && !other.ownerKey.startsWith('orphan:') ? other.source : first.get(ref);
      if (!first.has(ref)) first.set(ref, `${place.source}:${place.line}`);
      return {
        ref,
        kind: entity.kind,
        ...(entity.metadata.title === undefined ? {} : { title: entity.metadata.title }),
        source: place.source,
        line: place.line,
        ...(claimed === undefined ? {} : { claimedBy: claimed }),
      };
    }),
    problems: reading.problems.map(({ kind: _kind, other: _other, ...problem }) => problem),
  };
}
