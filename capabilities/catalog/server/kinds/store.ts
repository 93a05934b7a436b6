import { sql } from 'kysely';
import type { Database } from '@paved/host';
import { body } from '../views.ts';

/** Changes whenever an EntityKind comes, changes or goes. */
export async function stampOfDeclarations(db: Database): Promise<string> {
  const { rows } = await sql<{ stamp: string }>`
    select coalesce((select md5(string_agg(ref || ' ' || hash || ' ' || etag, ',' order by id)) from catalog.entity where kind = 'entitykind'), '')
      || coalesce((select string_agg(kind, ',' order by kind) from catalog.declared_kind where gone), '') as stamp`.execute(db);
  return rows[0]?.stamp ?? '';
}

/** The EntityKind documents, first come first. */
export async function declarations(db: Database): Promise<string[]> {
  return (
    await sql<{
      body: string;
    }>`select ${body} as body from catalog.entity e where e.kind = 'entitykind' order by e.created_at, e.id`.execute(db)
  ).rows.map((row) => row.body);
}

/** By which declaration the entities of a kind were last judged. */
export interface AppliedKind {
  /** Lower case. */
  readonly kind: string;
  readonly ref: string;
  readonly digest: string;
  readonly computedDigest: string;
  /** Whether it has computed properties. */
  readonly computes: boolean;
  readonly gone: boolean;
}

export async function appliedKinds(db: Database): Promise<AppliedKind[]> {
  return (
    await sql<AppliedKind>`select kind, ref, digest, computed_digest as "computedDigest", computes, gone from catalog.declared_kind order by kind`.execute(
      db,
    )
  ).rows;
}

export async function saveApplied(tx: Database, kind: AppliedKind): Promise<void> {
  await sql`
    insert into catalog.declared_kind (kind, ref, digest, computed_digest, computes, gone)
    values (${kind.kind}, ${kind.ref}, ${kind.digest}, ${kind.computedDigest}, ${kind.computes}, ${kind.gone})
    on conflict (kind) do update set ref = excluded.ref, digest = excluded.digest, computed_digest = excluded.computed_digest,
      computes = excluded.computes, gone = excluded.gone`.execute(tx);
}

/** Forgets a kind that is gone and of which nothing is left. */
export async function forgetEmpty(tx: Database): Promise<void> {
  await sql`delete from catalog.declared_kind d where gone and not exists (select from catalog.entity e where e.kind = d.kind)`.execute(tx);
}

/** Sources that hold entities of a kind, or documents that claim to be of it; `folders`: also those that pass over what is of no known kind. */
export async function locationsWith(db: Database, kind: string, folders: boolean): Promise<string[]> {
  return (
    await sql<{ id: string }>`
    select location_id::text as id from catalog.entity where kind = ${kind} and location_id is not null
    union select location_id::text from catalog.problem where kind = 'broken' and starts_with(ref, ${`${kind}:`})
    union select id::text from catalog.location where type = 'directory' and ${folders} order by 1`.execute(db)
  ).rows.map((row) => row.id);
}

/** Sources of those of these entities that are not marked stale. */
export async function locationsOfFresh(db: Database, refs: readonly string[]): Promise<string[]> {
  return (
    await sql<{
      id: string;
    }>`select distinct location_id::text as id from catalog.entity where ref = any(${refs}) and status is null and location_id is not null`.execute(
      db,
    )
  ).rows.map((row) => row.id);
}

/** An entity that no location holds, ready to be judged again. */
export interface Unsourced {
  readonly id: string;
  readonly ref: string;
  readonly body: string;
  readonly hash: string;
  readonly stale: boolean;
  readonly ownerKey: string;
  readonly source: string;
  readonly document: number;
  readonly line: number;
  readonly parentRef: string | null;
  readonly revision: string | null;
}

export async function unsourcedOf(db: Database, kind: string, afterId: string, limit: number): Promise<Unsourced[]> {
  return (
    await sql<Unsourced>`
    select e.id, e.ref, ${body} as body, e.hash, e.status is not null as stale, e.owner_key as "ownerKey", e.source, e.document, e.line, e.parent_ref as "parentRef", e.revision
    from catalog.entity e where e.kind = ${kind} and e.location_id is null and e.id > ${afterId}::bigint order by e.id limit ${limit}`.execute(
      db,
    )
  ).rows;
}
