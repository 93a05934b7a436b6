import type { Database, Events, Logger } from '@paved/host';
import { type Actor } from '@paved/kernel';
import type { Audit } from '@paved/audit';
import type { Cause } from '@paved/runs';
import { ENTITY_CHANGED, SOURCE_SYNCED } from '../index.ts';
import { locationRef } from '../model/location.ts';
import { toRecord, type EntityRecord } from './entity-record.ts';
import type { KindRegistry } from '../model/kind-registry.ts';
import { readLocation, type Reading } from './reading/read-location.ts';
import type { Sources } from './reading/sources.ts';
import {
  beginWrite,
  knownByRefs,
  locationById,
  markStale,
  noteSync,
  ownedBy,
  removeEntities,
  replaceProblems,
  writeEntities,
  type LocationRow,
  type ProblemRecord,
} from './store.ts';

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
}

/** The run that reads a source, and what started it. */
export interface SyncCause {
  readonly run?: string;
  readonly cause?: Cause;
}

/** Changes that are told one by one; more than that become one summary. */
const SINGLE_EVENTS = 200;
/** Entities written in one transaction. */
const CHUNK = 10_000;

export const ownerKeyOf = (locationId: string): string => `location:${locationId}`;

/** Reads a location and brings the store to what it says; each transaction leaves the catalog whole. */
export async function syncLocation(deps: SyncDeps, location: LocationRow, actor: Actor, why: SyncCause = {}): Promise<SyncOutcome> {
  const reading = await readLocation(deps, location);
  return applyReading(deps, location, reading, actor, why);
}

type Change = { readonly ref: string; readonly change: 'added' | 'updated' | 'removed' };

async function applyReading(deps: SyncDeps, location: LocationRow, reading: Reading, actor: Actor, why: SyncCause): Promise<SyncOutcome> {
  const ownerKey = ownerKeyOf(location.id);
  const problems: ProblemRecord[] = [...reading.problems];
  const wanted = withoutDuplicates(reading, problems);
  const chunks: EntityRecord[][] = [];
  for (let i = 0; i < wanted.length; i += CHUNK) chunks.push(wanted.slice(i, i + CHUNK));
  if (chunks.length === 0) chunks.push([]);
  const changes: Change[] = [];
  let unchanged = 0;
  let stale: string[] = [];

  for (const [index, chunk] of chunks.entries()) {
    const last = index === chunks.length - 1;
    await deps.db.transaction().execute(async (tx) => {
      const at = deps.now();
      await beginWrite(tx, {
        at,
        actor: actor.ref,
        cause: why.cause?.type ?? 'system',
        revision: reading.commit ?? null,
        ...(why.run === undefined ? {} : { run: why.run }),
      });
      // Removed meanwhile: there is nothing to bring up to date.
      if ((await locationById(tx, location.id)) === undefined) return;
      const known = await knownByRefs(
        tx,
        chunk.map((record) => record.ref),
      );
      const taken = chunk.filter((record) => {
        const other = known.get(record.ref);
        if (other === undefined || other.ownerKey === ownerKey) return true;
        problems.push(conflict(record, `${other.source}${other.line > 1 ? `:${other.line}` : ''}`));
        return false;
      });
      const changed = taken.filter((record) => known.get(record.ref)?.hash !== record.hash);
      unchanged += taken.length - changed.length;
      await writeEntities(tx, changed, { key: ownerKey, locationId: location.id }, at);
      const now: Change[] = changed.map((record) => ({ ref: record.ref, change: known.has(record.ref) ? 'updated' : 'added' }));
      if (last) {
        const rest = await settleMissing(tx, reading, wanted, ownerKey, at);
        stale = rest.stale;
        now.push(...rest.changes);
        await replaceProblems(tx, location.id, problems, at);
        await noteSync(tx, location.id, { revision: reading.revision, error: reading.unreadable ?? null }, at);
      }
      changes.push(...now);
      if (chunks.length === 1 && changes.length <= SINGLE_EVENTS) await tell(deps, tx, changes);
      if (last && (chunks.length > 1 || changes.length > SINGLE_EVENTS)) await deps.events.publish(tx, summary(location, changes));
      if (last && changes.length > 0) {
        await deps.audit.record(
          {
            actor,
            action: 'catalog.location.sync',
            subject: locationRef(location),
            ...(why.run === undefined ? {} : { cause: why.run }),
            after: { revision: reading.revision },
            facts: { ...counts(changes), stale: stale.length, problems: problems.length },
          },
          tx,
        );
      }
    });
  }
  return { ...counts(changes), unchanged, stale: stale.length, problems: problems.length };
}

/** The first document of a ref wins inside one source too. */
function withoutDuplicates(reading: Reading, problems: ProblemRecord[]): EntityRecord[] {
  const records = new Map<string, EntityRecord>();
  for (const { entity, edges, place } of reading.entities) {
    const record = toRecord(entity, edges, place);
    const first = records.get(record.ref);
    if (first === undefined) records.set(record.ref, record);
    else problems.push(conflict(record, `${first.source}:${first.line}`));
  }
  return [...records.values()];
}

const conflict = (record: EntityRecord, winner: string): ProblemRecord => ({
  kind: 'conflict',
  source: record.source,
  line: record.line,
  path: '/metadata/name',
  ref: record.ref,
  other: winner,
  message: `${record.ref} stands in ${record.source}:${record.line} and in ${winner}; the latter came first and is used.`,
  fix: 'Rename one of the two, or remove it from its source.',
});

/** What the source no longer names: kept and marked stale where a broken or missing file may be why, else removed. */
async function settleMissing(
  tx: Database,
  reading: Reading,
  wanted: readonly EntityRecord[],
  ownerKey: string,
  at: Date,
): Promise<{ stale: string[]; changes: Change[] }> {
  const named = new Set(wanted.map((record) => record.ref));
  const missing = (await ownedBy(tx, ownerKey)).filter((row) => !named.has(row.ref));
  if (missing.length === 0) return { stale: [], changes: [] };
  const reasons = new Map<string, string>();
  const untouched = new Set<string>();
  for (const row of missing) {
    const reason = reading.unreadable ?? reading.brokenRefs.get(row.ref) ?? reading.brokenSources.get(row.source);
    if (reason !== undefined) reasons.set(row.ref, reason);
  }
  // What hangs on a Location that is kept only as an old version is not known to be gone.
  for (let grew = true; grew;) {
    grew = false;
    for (const row of missing) {
      if (reasons.has(row.ref) || untouched.has(row.ref) || row.parentRef === null) continue;
      if (reasons.has(row.parentRef) || untouched.has(row.parentRef)) {
        untouched.add(row.ref);
        grew = true;
      }
    }
  }
  const marked = await markStale(
    tx,
    [...reasons].map(([ref, message]) => ({ ref, message })),
    at,
  );
  const removed = await removeEntities(
    tx,
    missing.map((row) => row.ref).filter((ref) => !reasons.has(ref) && !untouched.has(ref)),
    at,
  );
  return {
    stale: [...reasons.keys()],
    changes: [...marked.map((ref): Change => ({ ref, change: 'updated' })), ...removed.map((ref): Change => ({ ref, change: 'removed' }))],
  };
}

const kindOf = (ref: string): string => ref.slice(0, ref.indexOf(':'));

/** One event per changed entity. */
export async function tell(deps: Pick<SyncDeps, 'events'>, tx: Database, changes: readonly Change[]): Promise<void> {
  await deps.events.publish(
    tx,
    ...changes.map(({ ref, change }) => ({ type: ENTITY_CHANGED, subject: ref, data: { ref, kind: kindOf(ref), change } })),
  );
}

const counts = (changes: readonly Change[]): { added: number; updated: number; removed: number } => ({
  added: changes.filter((c) => c.change === 'added').length,
  updated: changes.filter((c) => c.change === 'updated').length,
  removed: changes.filter((c) => c.change === 'removed').length,
});

const summary = (location: LocationRow, changes: readonly Change[]) => ({
  type: SOURCE_SYNCED,
  subject: locationRef(location),
  data: { locationId: location.id, ...counts(changes), kinds: [...new Set(changes.map((c) => kindOf(c.ref)))] },
});
