import { sql } from 'kysely';
import type { Database } from '@paved/host';
import type { SearchRow } from '../../model/search-keys.ts';
import { keepComputed } from '../history/store.ts';
import { prepared } from '../prepared.ts';

/** Notes that these entities changed, came or went; call in the transaction that does it. Costs one look when no kind computes. */
export async function noteChanged(tx: Database, refs: readonly string[]): Promise<void> {
  if (refs.length === 0) return;
  const [used] = await prepared<{ used: boolean }>(
    tx,
    'catalog_computes',
    'select exists (select from catalog.declared_kind where computes) as used',
    [],
  );
  if (used?.used !== true) return;
  await sql`
    insert into catalog.computed_due as d (ref, changed) select distinct r, true from unnest(${refs}::text[]) as r
    on conflict (ref) do update set changed = true, seq = excluded.seq`.execute(tx);
}

/** Notes every entity of a kind, because its properties are declared differently now. */
export async function noteKind(tx: Database, kind: string): Promise<void> {
  await sql`
    insert into catalog.computed_due as d (ref, changed) select ref, false from catalog.entity where kind = ${kind}
    on conflict (ref) do update set seq = excluded.seq`.execute(tx);
}

/** Notes entities whose own properties are to be computed later. */
export async function noteLater(tx: Database, refs: readonly string[]): Promise<void> {
  if (refs.length === 0) return;
  await sql`insert into catalog.computed_due as d (ref, changed) select distinct r, false from unnest(${refs}::text[]) as r on conflict (ref) do nothing`.execute(
    tx,
  );
}

export interface Due {
  readonly ref: string;
  readonly changed: boolean;
  readonly seq: string;
}

/** One replica at a time computes; waits for its turn and holds it until the transaction ends. */
export async function takeTurn(tx: Database): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('paved.catalog.computed', 0))`.execute(tx);
}

export async function dueNow(tx: Database, limit: number): Promise<Due[]> {
  return (await sql<Due>`select ref, changed, seq from catalog.computed_due order by seq limit ${limit}`.execute(tx)).rows;
}

/** Strikes notes off; one that was renewed meanwhile stays. */
export async function strikeOff(tx: Database, due: readonly Due[]): Promise<void> {
  await sql`
    delete from catalog.computed_due d using unnest(${due.map((d) => d.ref)}::text[], ${due.map((d) => d.seq)}::bigint[]) as t (ref, seq)
    where d.ref = t.ref and d.seq = t.seq`.execute(tx);
}

/** What an entity's properties are worth now. */
export interface ComputedRecord {
  readonly ref: string;
  /** JSON of name → value; null: the kind has no properties. */
  readonly values: string | null;
  /** JSON of name → why there is no value. */
  readonly reasons: string | null;
  readonly rows: readonly SearchRow[];
}

/** Writes values, what is searched of them, and the etags; answers the references of those that changed. */
export async function writeComputed(tx: Database, records: readonly ComputedRecord[]): Promise<string[]> {
  if (records.length === 0) return [];
  await keepComputed(tx, records);
  const { rows } = await sql<{ id: string; ref: string }>`
    update catalog.entity n set computed = v.computed, computed_reasons = v.reasons, computed_since = g.at,
      etag = encode(substring(sha256(convert_to(n.head || n.relations || coalesce(n.status, '') || coalesce(v.computed, ''), 'UTF8')) for 20), 'hex')
    from unnest(${records.map((r) => r.ref)}::text[], ${records.map((r) => r.values)}::text[], ${records.map((r) => r.reasons)}::text[]) as v (ref, computed, reasons), catalog.generation g
    where n.ref = v.ref and (n.computed is distinct from v.computed or n.computed_reasons is distinct from v.reasons)
    returning n.id, n.ref`.execute(tx);
  if (rows.length === 0) return [];
  const idOf = new Map(rows.map((row) => [row.ref, row.id]));
  await sql`delete from catalog.search where entity_id = any(${rows.map((row) => row.id)}::bigint[]) and key >= 'computed.' and key < 'computed/'`.execute(
    tx,
  );
  const search = records.flatMap((record) => {
    const id = idOf.get(record.ref);
    return id === undefined ? [] : record.rows.map((row) => ({ id, ...row }));
  });
  if (search.length > 0) {
    await sql`insert into catalog.search (entity_id, key, value, original, item)
      select * from unnest(${search.map((s) => s.id)}::bigint[], ${search.map((s) => s.key)}::text[], ${search.map((s) => s.value)}::text[],
        ${search.map((s) => s.original)}::text[], ${search.map((s) => s.item)}::smallint[])`.execute(tx);
  }
  return rows.map((row) => row.ref);
}

export interface Trouble {
  readonly kind: string;
  readonly name: string;
  readonly digest: string;
  readonly reason: string;
  readonly since: Date;
}

export async function troubles(db: Database): Promise<Trouble[]> {
  return (await sql<Trouble>`select kind, name, digest, reason, since from catalog.computed_trouble`.execute(db)).rows;
}

export async function noteTrouble(db: Database, trouble: Trouble): Promise<void> {
  await sql`
    insert into catalog.computed_trouble (kind, name, digest, reason, since) values (${trouble.kind}, ${trouble.name}, ${trouble.digest}, ${trouble.reason}, ${trouble.since}::timestamptz)
    on conflict (kind, name) do update set digest = excluded.digest, reason = excluded.reason, since = excluded.since`.execute(db);
}
