import { giveBackMemory } from '@paved/host';
import { formatRef, hasRole, messageOf, PavedError, systemActor, type Actor, type Entity } from '@paved/kernel';
import type { Cause, Run, Runs } from '@paved/runs';
import { createHash } from 'node:crypto';
import type { Location } from '../index.ts';
import { kindsForEverybody, locationRef, refuseCredentials } from '../model/location.ts';
import { keepAddress, keepLocations } from './history/beside/store.ts';
import { orphanKeyOf } from './orphans/keep-orphans.ts';
import { forgetOrphans } from './orphans/store.ts';
import { readWithKinds } from './reading/read-with-kinds.ts';
import type { SourceReads } from './reading/source-reads.ts';
import {
  beginWrite,
  deleteLocation,
  ensureLocation,
  findLocation,
  locationById,
  locationsWaitingFor,
  maintain,
  removeEntities,
  updateLocationTarget,
  type LocationRow,
} from './store.ts';
import { ownerKeyOf, tell, type SyncCause, type SyncDeps, type SyncOutcome } from './sync.ts';
import { syncLocation } from './syncing/sync-location.ts';
import { problems, refsOfOwner } from './views.ts';

/** Changes after which the planner's statistics are refreshed at once. */
const MUCH = 1000;

export const SYNC_RUN = 'catalog.location.sync';

export interface LocationDeps extends SyncDeps {
  readonly runs: Runs;
  readonly reads: SourceReads;
}

/** Adds, reads and removes sources. */
export interface Locations {
  add(
    location: { type: string; target: string },
    actor: Actor,
    origin?: 'api' | 'config',
  ): Promise<{ location: Location; entityRefs: string[]; conflicts: string[]; created: boolean }>;
  /** What adding it would bring, without keeping anything. */
  preview(location: { type: string; target: string }): Promise<Entity[]>;
  remove(id: string, actor: Actor): Promise<void>;
  retarget(id: string, location: { type: string; target: string }, actor: Actor): Promise<Location>;
  /** Starts a sync run; resolves when it is started. Whoever starts with a reason that has a run already gets that run. */
  start(row: LocationRow, actor: Actor, cause: Cause, reason?: string): Promise<Run>;
  /** Starts a sync run and waits for its end. */
  syncNow(row: LocationRow, actor: Actor, cause: Cause, reason?: string): Promise<void>;
  /** The run's body. */
  execute(locationId: string, actor: Actor, why: SyncCause): Promise<SyncOutcome | { gone: true }>;
}

export const toLocation = (row: LocationRow): Location => ({ id: row.id, type: row.type, target: row.target });

/** The entity that stands for a location. */
export const locationEntityRef = (location: { type: string; target: string }): string =>
  formatRef({
    kind: 'location',
    namespace: 'default',
    name: `generated-${createHash('sha1').update(locationRef(location)).digest('hex')}`,
  });

/** Refs of what was read from a location, without the entity that stands for the location. */
export const entitiesOf = async (db: LocationDeps['db'], row: LocationRow): Promise<string[]> =>
  (await refsOfOwner(db, ownerKeyOf(row.id))).filter((ref) => ref !== locationEntityRef(row));

export function createLocations(deps: LocationDeps): Locations {
  let gaveBack = false;
  const start: Locations['start'] = (row, actor, cause, reason) =>
    deps.runs.start({
      kind: SYNC_RUN,
      input: { locationId: row.id, target: locationRef(row) },
      actor,
      cause,
      subjects: [locationEntityRef(row)],
      ...(reason === undefined ? {} : { dedupeKey: `${SYNC_RUN} ${row.id} ${createHash('sha1').update(reason).digest('hex')}` }),
    });

  const syncNow: Locations['syncNow'] = async (row, actor, cause, reason) => {
    const run = await deps.runs.ended((await start(row, actor, cause, reason)).id);
    if (run.status !== 'succeeded')
      throw new PavedError('unavailable', `Reading ${locationRef(row)} failed: ${run.error?.message ?? run.status}`, {
        ...(run.error?.fix === undefined ? {} : { fix: run.error.fix }),
        facts: { run: run.id },
      });
  };

  const drop = async (row: LocationRow, actor: Actor): Promise<string[]> =>
    deps.db.transaction().execute(async (tx) => {
      const at = deps.now();
      await beginWrite(tx, { at, actor: actor.ref, cause: 'unregister' });
      const orphans = await refsOfOwner(tx, orphanKeyOf(row.id));
      const removed = await removeEntities(tx, [...(await refsOfOwner(tx, ownerKeyOf(row.id))), ...orphans], at);
      await forgetOrphans(tx, orphans, at);
      await keepLocations(tx, [row.id], at);
      await deleteLocation(tx, row.id);
      await tell(
        deps,
        tx,
        removed.map((ref) => ({ ref, change: 'removed' })),
      );
      await deps.audit.record(
        {
          actor,
          action: 'catalog.location.delete',
          subject: locationRef(row),
          before: { type: row.type, target: row.target },
          facts: { removed: removed.length },
        },
        tx,
      );
      return removed;
    });

  /** Sources that lost a name to one that is now gone get their turn. */
  const giveWay = async (removed: readonly string[]): Promise<void> => {
    for (const id of removed.length === 0 ? [] : await locationsWaitingFor(deps.db, removed)) {
      const row = await locationById(deps.db, id);
      if (row !== undefined) await start(row, systemActor, { type: 'system', ref: 'a name became free' });
    }
  };

  return {
    start,
    syncNow,
    async add({ type, target }, actor, origin = 'api') {
      refuseCredentials(target);
      const { location: row, created } = await deps.db.transaction().execute(async (tx) => {
        const ensured = await ensureLocation(
          tx,
          { type, target, origin, createdBy: actor.ref, kinds: hasRole(actor, 'platform-engineer') ? null : kindsForEverybody },
          deps.now(),
        );
        if (ensured.created)
          await deps.audit.record(
            { actor, action: 'catalog.location.create', subject: locationRef({ type, target }), after: { type, target } },
            tx,
          );
        return ensured;
      });
      await syncNow(row, actor, { type: 'user' });
      const entityRefs = await entitiesOf(deps.db, row);
      const taken = await problems(deps.db, { locationId: row.id, kind: 'conflict', limit: 20, offset: 0 });
      // Names that another source holds come over when it lets go of them: until then the source stands with its conflicts.
      if (created && origin === 'api' && entityRefs.length === 0 && taken.total === 0) {
        const found = (await problems(deps.db, { locationId: row.id, limit: 20, offset: 0 })).rows;
        await drop(row, actor);
        throw nothingIn(target, found);
      }
      return { location: toLocation(row), entityRefs, conflicts: taken.rows.map(({ message }) => message), created };
    },
    async preview({ type, target }) {
      const reading = await readWithKinds(deps, { type, target });
      if (reading.unreadable !== undefined)
        throw new PavedError('invalid', reading.unreadable, {
          problems: reading.problems.map((p) => ({ at: `${p.source}:${p.line}`, message: p.message })),
        });
      if (reading.entities.length <= 1) throw nothingIn(target, reading.problems);
      return reading.entities.slice(1).map(({ entity }) => entity);
    },
    async remove(id, actor) {
      const row = await locationById(deps.db, id);
      if (row === undefined)
        throw new PavedError('not_found', `Found no location with ID ${id}`, { fix: 'List them at GET /api/catalog/locations.' });
      await giveWay(await drop(row, actor));
    },
    async retarget(id, location, actor) {
      const row = await locationById(deps.db, id);
      if (row === undefined)
        throw new PavedError('not_found', `Found no location with ID ${id}`, { fix: 'List them at GET /api/catalog/locations.' });
      const other = await findLocation(deps.db, location);
      if (other !== undefined && other.id !== id)
        throw new PavedError('conflict', `Location ${locationRef(location)} already exists`, { fix: 'Remove one of the two.' });
      await deps.db.transaction().execute(async (tx) => {
        await keepAddress(tx, id, deps.now());
        await updateLocationTarget(tx, id, location);
        await deps.audit.record(
          {
            actor,
            action: 'catalog.location.update',
            subject: locationRef(location),
            before: { type: row.type, target: row.target },
            after: location,
          },
          tx,
        );
      });
      await syncNow({ ...row, ...location } as LocationRow, actor, { type: 'user' });
      return { id, type: location.type as Location['type'], target: location.target };
    },
    async execute(locationId, actor, why) {
      const row = await locationById(deps.db, locationId);
      if (row === undefined) return { gone: true };
      const before = new Set(await refsOfOwner(deps.db, ownerKeyOf(row.id)));
      const outcome = await deps.reads.watched(row, why.run, () => syncLocation(deps, row, actor, why));
      // An orphan gives its name free as well.
      if (outcome.removed > 0 || (deps.orphans === 'keep' && outcome.updated > 0)) {
        for (const ref of await refsOfOwner(deps.db, ownerKeyOf(row.id))) before.delete(ref);
        await giveWay([...before]);
      }
      if (outcome.added + outcome.updated + outcome.removed > MUCH) {
        void maintain(deps.db)
          .catch((error: unknown) => deps.log.debug({ reason: messageOf(error) }, 'Statistics were not refreshed; autovacuum will.'))
          .finally(giveBackMemory);
      } else if (outcome.unchanged > MUCH && !gaveBack) {
        // The first reading after a start makes everything anew that the ones after it know already.
        gaveBack = true;
        setTimeout(giveBackMemory, 1000).unref();
      }
      return outcome;
    },
  };
}

const nothingIn = (
  target: string,
  found: readonly { source: string; line: number; message: string; fix?: string | null | undefined }[],
): PavedError =>
  new PavedError('invalid', found[0]?.message ?? `${target} holds no catalog documents.`, {
    fix: found[0]?.fix ?? 'Point to a catalog-info.yaml with at least one document.',
    problems: found.slice(0, 20).map(({ source, line, message, fix }) => ({
      at: `${source}:${line}`,
      message,
      ...(fix === null || fix === undefined ? {} : { fix }),
    })),
  });
