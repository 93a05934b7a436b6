import { sql } from 'kysely';
import type { Database } from '@paved/host';
import type { EntityRecord } from '../entity-record.ts';
import { keepWaiting, writtenAt } from '../history/beside/store.ts';
import type { ProblemRecord } from '../store.ts';

/** A document of a location as the catalog has it. */
export interface KnownDocument {
  readonly ref: string;
  readonly hash: string;
  readonly source: string;
  readonly document: number;
  readonly line: number;
  /** Empty: it has to be read every time. */
  readonly print: string;
}

export async function knownOfOwner(db: Database, ownerKey: string): Promise<KnownDocument[]> {
  return (
    await sql<KnownDocument>`select ref, hash, source, document, line, print from catalog.entity where owner_key = ${ownerKey}`.execute(db)
  ).rows;
}

/** How often syncs wrote for a location; undefined when it is gone. */
export async function turnOf(db: Database, locationId: string): Promise<bigint | undefined> {
  const { rows } = await sql<{ turn: string }>`select turn from catalog.location where id = ${locationId}::uuid`.execute(db);
  return rows[0] === undefined ? undefined : BigInt(rows[0].turn);
}

/** Takes the next turn; false when somebody else took it since `turn` was seen, or the location is gone. */
export async function takeTurn(tx: Database, locationId: string, turn: bigint): Promise<boolean> {
  const { rows } =
    await sql`update catalog.location set turn = turn + 1 where id = ${locationId}::uuid and turn = ${String(turn)}::bigint returning id`.execute(
      tx,
    );
  return rows.length === 1;
}

/** The same documents at other places, or with another text that means the same. */
export async function movePlaces(tx: Database, records: readonly EntityRecord[]): Promise<void> {
  if (records.length === 0) return;
  await sql`
    update catalog.entity e set print = r.print, line = r.line, document = r.document
    from unnest(${records.map((r) => r.ref)}::text[], ${records.map((r) => r.print)}::text[], ${records.map((r) => r.line)}::int[], ${records.map((r) => r.document)}::int[])
      as r (ref, print, line, document) where e.ref = r.ref`.execute(tx);
}

/** The problems of a location, as a sync would write them. */
export async function problemsOfLocation(db: Database, locationId: string): Promise<ProblemRecord[]> {
  const { rows } = await sql<{ [K in keyof Required<ProblemRecord>]: ProblemRecord[K] | null }>`
    select kind, source, line, path, ref, other, message, fix from catalog.problem where location_id = ${locationId}::uuid order by id`.execute(
    db,
  );
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as unknown as ProblemRecord);
}

/** A removal that waits for a person. */
export interface PendingRemoval {
  readonly locationId: string;
  readonly refs: readonly string[];
  readonly held: number;
  readonly since: Date;
  readonly confirmedBy: string | null;
}

export async function pendingRemoval(db: Database, locationId: string): Promise<PendingRemoval | undefined> {
  return (
    await sql<PendingRemoval>`
    select location_id as "locationId", refs, held, since, confirmed_by as "confirmedBy" from catalog.pending_removal where location_id = ${locationId}::uuid`.execute(
      db,
    )
  ).rows[0];
}

/** Keeps what waits; a confirmation counts only for what it was given for. */
export async function keepPendingRemoval(tx: Database, locationId: string, refs: readonly string[], held: number, at: Date): Promise<void> {
  await keepWaiting(tx, locationId, at);
  await sql`
    insert into catalog.pending_removal (location_id, refs, held, since, began) values (${locationId}::uuid, ${refs}::text[], ${held}, ${at}, ${writtenAt(at)})
    on conflict (location_id) do update set refs = excluded.refs, held = excluded.held, confirmed_by = null, confirmed_at = null`.execute(
    tx,
  );
}

export async function dropPendingRemoval(tx: Database, locationId: string, at: Date): Promise<void> {
  await sql`
    with gone as (delete from catalog.pending_removal where location_id = ${locationId}::uuid returning *)
    insert into catalog.beside_past (held_in, row, valid_from, valid_to)
    select 'pending_removal', to_jsonb(g), g.began, ${writtenAt(at)} from gone g where g.began < ${writtenAt(at)}`.execute(tx);
}

/** Notes who confirmed; false when nothing waits. */
export async function confirmPendingRemoval(tx: Database, locationId: string, by: string, at: Date): Promise<PendingRemoval | undefined> {
  await keepWaiting(tx, locationId, at);
  return (
    await sql<PendingRemoval>`
    update catalog.pending_removal set confirmed_by = ${by}, confirmed_at = ${at} where location_id = ${locationId}::uuid
    returning location_id as "locationId", refs, held, since, confirmed_by as "confirmedBy"`.execute(tx)
  ).rows[0];
}
