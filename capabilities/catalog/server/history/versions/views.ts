import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Database } from '@paved/host';

/** One version of an entity, or that it was removed (`head` null). */
export interface VersionRow {
  readonly ref: string;
  readonly uid: string;
  readonly version: number;
  readonly change: 'added' | 'updated' | 'removed';
  readonly head: string | null;
  readonly status: string | null;
  readonly at: Date;
  readonly until: Date | null;
  readonly source: string;
  readonly line: number;
  readonly actor: string | null;
  readonly cause: string | null;
  readonly run: string | null;
  readonly revision: string | null;
  /** The version before, when it is kept. */
  readonly beforeHead: string | null;
  readonly beforeStatus: string | null;
}

/** Where a list of changes goes on: behind this place, towards the past. */
export interface ChangePlace {
  readonly at: Date;
  readonly written: string;
  readonly ref: string;
}

const columns = 'ref, uid, kind, kind_title, version, head, status, source, line, written, revision';
/** Every version there is, present and past, as `v`; `narrow` is put into both halves, with the column that says when it began. */
const versions = (narrow: (began: RawBuilder<Date>) => RawBuilder<SqlBool>): RawBuilder<unknown> => sql`(
  select ${sql.raw(columns)}, since as began, null::timestamptz as ended, case when since = created_at then 'added' else 'updated' end as change
    from catalog.entity e where ${narrow(sql.raw('e.since'))}
  union all
  select ${sql.raw(columns)}, valid_from, nullif(valid_to, 'infinity'), change from catalog.entity_past e where ${narrow(sql.raw('e.valid_from'))}) v`;

const selected = sql`v.ref, v.uid, v.version, v.change, v.head, v.status, v.began as at, v.ended as until, v.source, v.line, w.actor, w.cause, w.run, v.revision,
  p.head as "beforeHead", p.status as "beforeStatus", v.written`;
const joined = sql`left join catalog.written w on w.n = v.written left join catalog.entity_past p on p.ref = v.ref and p.version = v.version - 1`;

/** Versions of one entity; with `by` those that had begun by then. */
const ofEntity =
  (ref: string, by: Date | undefined) =>
  (began: RawBuilder<Date>): RawBuilder<SqlBool> =>
    by === undefined ? sql<SqlBool>`e.ref = ${ref}` : sql<SqlBool>`e.ref = ${ref} and ${began} <= ${by}::timestamptz`;

/** Versions of one entity, the newest first. */
export async function versionsOf(
  db: Database,
  ref: string,
  page: { limit: number; before?: number; by?: Date | undefined },
): Promise<VersionRow[]> {
  const where = page.before === undefined ? sql<SqlBool>`true` : sql<SqlBool>`v.version < ${page.before}`;
  return (
    await sql<VersionRow>`select ${selected} from ${versions(ofEntity(ref, page.by))} ${joined} where ${where} order by v.version desc limit ${page.limit}`.execute(
      db,
    )
  ).rows;
}

export async function countVersions(db: Database, ref: string, by?: Date): Promise<number> {
  return Number((await sql<{ n: string }>`select count(*) as n from ${versions(ofEntity(ref, by))}`.execute(db)).rows[0]?.n ?? 0);
}

export async function versionOf(db: Database, ref: string, version: number, by?: Date): Promise<VersionRow | undefined> {
  return (
    await sql<VersionRow>`select ${selected} from ${versions((began) => sql<SqlBool>`${ofEntity(ref, by)(began)} and e.version = ${version}`)} ${joined}`.execute(
      db,
    )
  ).rows[0];
}

/** Relations an entity had at a time, in both directions. */
export async function relationsAt(db: Database, ref: string, at: Date): Promise<{ type: string; targetRef: string }[]> {
  return (
    await sql<{ type: string; targetRef: string }>`
    with held as (
      select from_ref, type, to_ref, reverse from catalog.edge where since <= ${at}::timestamptz and (from_ref = ${ref} or to_ref = ${ref})
      union all
      select from_ref, type, to_ref, reverse from catalog.edge_past where valid_from <= ${at}::timestamptz and valid_to > ${at}::timestamptz and (from_ref = ${ref} or to_ref = ${ref})
    )
    select type, target as "targetRef" from (
      select type, to_ref as target from held where from_ref = ${ref} union select reverse, from_ref from held where to_ref = ${ref}
    ) r order by type collate "C", target collate "C"`.execute(db)
  ).rows;
}

/** What of the catalog is looked at. */
interface ChangeScope {
  readonly since: Date;
  readonly until: Date;
  readonly kinds?: readonly string[];
  /** Only these entities. */
  readonly refs?: readonly string[];
}

/** Locations that the catalog makes itself say nothing to people, unless they ask for locations. */
const inScope =
  ({ since, until, kinds, refs }: ChangeScope) =>
  (began: RawBuilder<Date>): RawBuilder<SqlBool> => {
    const kind =
      kinds === undefined
        ? sql<SqlBool>`(e.kind <> 'location' or e.name not like 'generated-%')`
        : sql<SqlBool>`e.kind = any(${kinds.map((k) => k.toLowerCase())})`;
    const which = refs === undefined ? sql<SqlBool>`true` : sql<SqlBool>`e.ref in (select unnest(${refs}::text[]) collate "C")`;
    return sql<SqlBool>`${began} >= ${since}::timestamptz and ${began} < ${until}::timestamptz and ${kind} and ${which}`;
  };

/** Changes of many entities, the newest first. Which these are is found by narrow rows; only they are read whole. */
export async function changesIn(
  db: Database,
  scope: ChangeScope,
  page: { limit: number; after?: ChangePlace },
): Promise<(VersionRow & { written: string | null })[]> {
  const { after } = page;
  const half = (table: 'entity' | 'entity_past', began: RawBuilder<Date>): RawBuilder<unknown> => {
    const place = sql`(${began}, coalesce(e.written, 0), e.ref)`;
    const behind =
      after === undefined
        ? sql`true`
        : sql`${place} < (${after.at}::timestamptz, ${after.written}::bigint, ${after.ref}::text collate "C")`;
    return sql`(select e.ref, e.version, ${began} as began, coalesce(e.written, 0) as written from ${sql.table(`catalog.${table}`)} e
      where ${inScope(scope)(began)} and ${behind} order by ${began} desc, coalesce(e.written, 0) desc, e.ref desc limit ${page.limit})`;
  };
  return (
    await sql<VersionRow & { written: string | null }>`
    with page as (
      select h.ref, h.version from (${half('entity', sql.raw('e.since'))} union all ${half('entity_past', sql.raw('e.valid_from'))}) h
      order by h.began desc, h.written desc, h.ref desc limit ${page.limit}
    )
    select ${selected} from page k cross join lateral (select * from ${versions(() => sql<SqlBool>`e.ref = k.ref and e.version = k.version`)}) v
    ${joined} order by v.began desc, coalesce(v.written, 0) desc, v.ref desc`.execute(db)
  ).rows;
}

/** How many changes of each sort, and of each kind. */
export async function countChanges(db: Database, scope: ChangeScope): Promise<{ kind: string; change: VersionRow['change']; n: number }[]> {
  return (
    await sql<{ kind: string; change: VersionRow['change']; n: string }>`
    select v.kind_title as kind, v.change, count(*) as n from ${versions(inScope(scope))} group by 1, 2 order by 1, 2`.execute(db)
  ).rows.map((row) => ({ ...row, n: Number(row.n) }));
}

/**
 * Below `alias.ref` by a relation that is read in either direction, at some moment of a stretch of time: as a set of `ref` to join
 * laterally, so that only the edges of what was reached are looked at.
 */
function belowDuring(alias: string, relation: string, since: Date, until: Date): RawBuilder<unknown> {
  const upper = sql.raw(`${alias}.ref`);
  const now = (lower: string, type: string, end: string) =>
    sql`select ${sql.raw(lower)} as ref from catalog.edge where ${sql.raw(end)} = ${upper} and ${sql.raw(type)} = ${relation} and since < ${until}::timestamptz`;
  const past = (lower: string, type: string, end: string) =>
    sql`select ${sql.raw(lower)} from catalog.edge_past where ${sql.raw(end)} = ${upper} and ${sql.raw(type)} = ${relation} and valid_to >= ${since}::timestamptz and valid_from < ${until}::timestamptz`;
  const [forward, backward] = [['from_ref', 'type', 'to_ref'] as const, ['to_ref', 'reverse', 'from_ref'] as const];
  return sql`lateral (${now(...forward)} union all ${now(...backward)} union all ${past(...forward)} union all ${past(...backward)}) below`;
}

/** A group, the groups in it, and what any of them owned then. */
export async function ownedDuring(db: Database, group: string, since: Date, until: Date): Promise<string[]> {
  return (
    await sql<{ ref: string }>`
    with recursive teams (ref) as (
      select ${group}::text collate "C" union select below.ref from teams t, ${belowDuring('t', 'childOf', since, until)})
    select ref from teams union select below.ref from teams t, ${belowDuring('t', 'ownedBy', since, until)}`.execute(db)
  ).rows.map((row) => row.ref);
}

/** A system or domain with everything that was part of it then, parts of parts included. */
export async function partsDuring(db: Database, whole: string, since: Date, until: Date): Promise<string[]> {
  return (
    await sql<{ ref: string }>`
    with recursive parts (ref) as (
      select ${whole}::text collate "C" union select below.ref from parts p, ${belowDuring('p', 'partOf', since, until)})
    select ref from parts`.execute(db)
  ).rows.map((row) => row.ref);
}
