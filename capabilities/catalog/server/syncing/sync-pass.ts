import { hash } from 'node:crypto';
import type { Actor } from '@paved/kernel';
import { REMOVAL_HELD } from '../../index.ts';
import { locationRef } from '../../model/location.ts';
import { removalHeld } from '../../model/removal.ts';
import { toRecord, type EntityRecord } from '../entity-record.ts';
import { isOrphaned, keepAsOrphans } from '../orphans/keep-orphans.ts';
import { keepProblems, keepReadable } from '../history/beside/store.ts';
import { forgetOrphans } from '../orphans/store.ts';
import { readLocation } from '../reading/read-location.ts';
import type { ReadEntity, Reading } from '../reading/reading.ts';
import {
  beginWrite,
  knownByRefs,
  markStale,
  noteSync,
  ownedBy,
  removeEntities,
  replaceProblems,
  writeEntities,
  type LocationRow,
  type ProblemRecord,
} from '../store.ts';
import { ownerKeyOf, tellChanges, type Change, type SyncCause, type SyncDeps, type SyncOutcome } from '../sync.ts';
import { fateOf } from './missing.ts';
import {
  dropPendingRemoval,
  keepPendingRemoval,
  knownOfOwner,
  movePlaces,
  pendingRemoval,
  problemsOfLocation,
  takeTurn,
  turnOf,
  type KnownDocument,
} from './store.ts';

/** Entities written in one transaction: few at first, so that reading and writing go on side by side, then more. */
const FIRST_CHUNK = 1500;
const LARGEST_CHUNK = 64_000;
/** Raise it when documents are kept in another way than before: then all are read again once. */
const FORMAT = 1;

/** Another sync of the same location wrote meanwhile: what was read may be older than what stands there. */
export class Overtaken extends Error {}

/**
 * Reads a location once and brings the store to what it says, in transactions that each leave the catalog whole. Documents that
 * stand in the catalog as they are are not even parsed. Throws `Overtaken` when another sync of the location wrote meanwhile.
 */
export async function syncPass(deps: SyncDeps, location: LocationRow, actor: Actor, why: SyncCause): Promise<SyncOutcome> {
  const ownerKey = ownerKeyOf(location.id);
  const outcome = { added: 0, updated: 0, removed: 0, unchanged: 0, stale: 0, problems: 0 };
  const first = await turnOf(deps.db, location.id);
  // Removed meanwhile: there is nothing to bring up to date.
  if (first === undefined) return outcome;
  let turn = first;
  const known = await knownOfOwner(deps.db, ownerKey);
  const byPlace = new Map(known.filter((row) => row.print !== '').map((row) => [placeKey(row.source, row.document), row]));
  const byRef = new Map(known.map((row) => [row.ref, row]));
  /** Where each ref was named first. */
  const named = new Map<string, string>();
  const conflicts: ProblemRecord[] = [];
  let waiting: EntityRecord[] = [];
  let size = FIRST_CHUNK;
  let writing: Promise<void> = Promise.resolve();

  const take = async ({ entity, edges, place }: ReadEntity): Promise<void> => {
    const record = toRecord(entity, edges, place);
    const winner = named.get(record.ref);
    if (winner !== undefined) return void conflicts.push(conflict(record, winner));
    named.set(record.ref, `${record.source}:${record.line}`);
    if (isSame(byRef.get(record.ref), record)) outcome.unchanged++;
    else if (waiting.push(record) >= size) await send();
  };

  /** Hands what waits to the database, once it is done with what came before. */
  const send = async (): Promise<void> => {
    const records = waiting;
    waiting = [];
    size = Math.min(size * 2, LARGEST_CHUNK);
    await writing;
    writing = write(records);
    // It is awaited before the next one, and at the end.
    writing.catch(() => {});
  };

  const write = async (records: readonly EntityRecord[], reading?: Reading): Promise<void> => {
    await deps.db.transaction().execute(async (tx) => {
      const at = deps.now();
      await beginWrite(tx, {
        at,
        actor: actor.ref,
        cause: why.cause?.type ?? 'system',
        revision: reading?.commit ?? records[0]?.revision ?? null,
        ...(why.run === undefined ? {} : { run: why.run }),
      });
      if (!(await takeTurn(tx, location.id, turn))) throw new Overtaken();
      const before = await knownByRefs(
        tx,
        records.map((record) => record.ref),
      );
      const taken = records.filter((record) => {
        const other = before.get(record.ref);
        if (other === undefined || other.ownerKey === ownerKey || isOrphaned(other)) return true;
        conflicts.push(conflict(record, placeOf(other)));
        return false;
      });
      const changed = taken.filter((record) => before.get(record.ref)?.hash !== record.hash);
      await writeEntities(tx, changed, { key: ownerKey, locationId: location.id }, at);
      await forgetOrphans(
        tx,
        [...before.values()].filter(isOrphaned).map((known) => known.ref),
        at,
      );
      await movePlaces(
        tx,
        taken.filter((record) => before.get(record.ref)?.hash === record.hash),
      );
      const changes = changed.map((record): Change => ({ ref: record.ref, change: before.has(record.ref) ? 'updated' : 'added' }));
      if (reading !== undefined) {
        const problems = [...reading.problems, ...conflicts];
        const { stale, missing, held } = await settleMissing(tx, reading, at);
        if (held !== undefined) problems.push(held);
        changes.push(...missing);
        outcome.stale = stale;
        outcome.problems = problems.length;
        const replaced = await keepProblems(tx, location.id, problems, at);
        await replaceProblems(tx, location.id, problems, at);
        await replaced();
        await keepReadable(tx, location.id, reading.unreadable ?? null, at);
        await noteSync(tx, location.id, { revision: reading.revision, error: reading.unreadable ?? null }, at);
      }
      await tellChanges(deps, tx, location, changes);
      if (changes.length > 0) {
        await deps.audit.record(
          {
            actor,
            action: 'catalog.location.sync',
            subject: locationRef(location),
            ...(why.run === undefined ? {} : { cause: why.run }),
            ...(reading === undefined ? {} : { after: { revision: reading.revision } }),
            facts: { ...countsOf(changes), stale: outcome.stale, problems: outcome.problems },
          },
          tx,
        );
      }
      outcome.unchanged += taken.length - changed.length;
      for (const { change } of changes) outcome[change]++;
    });
    turn++;
  };

  /** What the source no longer names: kept and marked stale where a broken or missing file may be why, else removed, unless it is too much. */
  const settleMissing = async (
    tx: SyncDeps['db'],
    reading: Reading,
    at: Date,
  ): Promise<{ stale: number; missing: Change[]; held?: ProblemRecord }> => {
    const owned = await ownedBy(tx, ownerKey);
    const { stale, gone } = fateOf(
      owned.filter((row) => !named.has(row.ref)),
      reading,
    );
    const marked = await markStale(
      tx,
      [...stale].map(([ref, message]) => ({ ref, message })),
      at,
    );
    const missing = marked.map((ref): Change => ({ ref, change: 'updated' }));
    if (deps.orphans === 'keep') {
      const kept = await keepAsOrphans(tx, location, gone, at);
      return { stale: stale.size, missing: [...missing, ...kept.map((ref): Change => ({ ref, change: 'updated' }))] };
    }
    // Without the one that stands for the source itself.
    const held = owned.filter((row) => row.parentRef !== null).length;
    const limit = removalHeld({ removed: gone.length, of: held }, deps.removals);
    if (limit !== undefined) {
      const waiting = await pendingRemoval(tx, location.id);
      const allowed = new Set(waiting?.confirmedBy === null ? [] : waiting?.refs);
      if (!gone.every((ref) => allowed.has(ref))) {
        await keepPendingRemoval(tx, location.id, gone, held, at);
        const before = new Set(waiting?.refs);
        if (gone.length !== before.size || gone.some((ref) => !before.has(ref)))
          await deps.events.publish(tx, {
            type: REMOVAL_HELD,
            subject: locationRef(location),
            data: { locationId: location.id, removes: gone.length, of: held },
          });
        return { stale: stale.size, missing, held: heldProblem(location, gone, held) };
      }
    }
    await dropPendingRemoval(tx, location.id, at);
    const removed = await removeEntities(tx, gone, at);
    return { stale: stale.size, missing: [...missing, ...removed.map((ref): Change => ({ ref, change: 'removed' }))] };
  };

  const reading = await readLocation(deps, location, {
    take,
    unchanged(source, index, print) {
      const row = byPlace.get(placeKey(source, index));
      // A name that was taken before in this source is a conflict, which reading it tells.
      if (row?.print !== print || named.has(row.ref)) return false;
      named.set(row.ref, `${row.source}:${row.line}`);
      outcome.unchanged++;
      return true;
    },
    rules: rulesOf(deps),
  }).catch(async (error: unknown) => {
    await writing.catch(() => {});
    throw error;
  });
  await writing;
  const idle = turn === first && waiting.length === 0 && known.every((row) => named.has(row.ref));
  if (idle && (await isSettled(deps, location, turn, [...reading.problems, ...conflicts]))) {
    // Nothing to write, so nothing that others remember gets old.
    await keepReadable(deps.db, location.id, reading.unreadable ?? null, deps.now());
    await noteSync(deps.db, location.id, { revision: reading.revision, error: reading.unreadable ?? null }, deps.now());
    return { ...outcome, problems: reading.problems.length + conflicts.length };
  }
  await write(waiting, reading);
  return outcome;
}

const placeKey = (source: string, document: number): string => `${document} ${source}`;
const placeOf = ({ source, line }: { source: string; line: number }): string => `${source}${line > 1 ? `:${line}` : ''}`;

const isSame = (row: KnownDocument | undefined, record: EntityRecord): boolean =>
  row !== undefined &&
  row.hash === record.hash &&
  row.print === record.print &&
  row.line === record.line &&
  row.document === record.document;

/** No problem came or went, nothing waits for a person, and nobody wrote meanwhile. */
async function isSettled(deps: SyncDeps, location: LocationRow, turn: bigint, problems: readonly ProblemRecord[]): Promise<boolean> {
  if ((await pendingRemoval(deps.db, location.id)) !== undefined) return false;
  const before = await problemsOfLocation(deps.db, location.id);
  const text = (list: readonly ProblemRecord[]): string =>
    list
      .map((p) => JSON.stringify([p.kind, p.source, p.line, p.path, p.ref, p.other, p.message, p.fix]))
      .sort()
      .join();
  return text(before) === text(problems) && (await turnOf(deps.db, location.id)) === turn;
}

const rulesOf = (deps: SyncDeps): string => hash('sha256', JSON.stringify([FORMAT, deps.registry.all(), deps.rules]), 'base64url');

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

const heldProblem = (location: LocationRow, gone: readonly string[], of: number): ProblemRecord => ({
  kind: 'removal',
  source: locationRef(location),
  line: 1,
  path: '/',
  message: `The source no longer names ${gone.length} of ${of} entities (${gone.slice(0, 5).join(', ')}${gone.length > 5 ? ', …' : ''}). They are kept until somebody confirms that they go.`,
  fix: 'Confirm the removal if it is right; else mend the source.',
});

const countsOf = (changes: readonly Change[]): { added: number; updated: number; removed: number } => {
  const counts = { added: 0, updated: 0, removed: 0 };
  for (const { change } of changes) counts[change]++;
  return counts;
};
