import { sql } from 'kysely';
import type { Database } from '@paved/host';

export interface SavedViewRow {
  readonly id: string;
  readonly name: string;
  readonly query: string;
  readonly ownerRef: string;
  readonly audience: 'me' | 'team' | 'everybody';
  readonly teamRef: string | null;
  readonly defaultFor: string | null;
  readonly updatedAt: Date;
}

/** What a person can set about a view. */
export type SavedViewFields = Pick<SavedViewRow, 'name' | 'query' | 'audience' | 'teamRef' | 'defaultFor'>;

const columns = sql`id, name, query, owner_ref as "ownerRef", audience, team_ref as "teamRef", default_for as "defaultFor", updated_at as "updatedAt"`;

/** Views of a person, of the teams the person belongs to, and everybody's; own ones first, then by name. */
export async function visibleViews(db: Database, me: string, groups: readonly string[]): Promise<SavedViewRow[]> {
  return (
    await sql<SavedViewRow>`
      select ${columns} from catalog.saved_view
      where owner_ref = ${me} or audience = 'everybody' or team_ref = any(${groups})
      order by case audience when 'me' then 0 when 'team' then 1 else 2 end, lower(name), id`.execute(db)
  ).rows;
}

export async function viewById(db: Database, id: string): Promise<SavedViewRow | undefined> {
  return (await sql<SavedViewRow>`select ${columns} from catalog.saved_view where id = ${id}::uuid`.execute(db)).rows[0];
}

export async function insertView(tx: Database, fields: SavedViewFields, ownerRef: string, at: Date): Promise<SavedViewRow> {
  const { rows } = await sql<SavedViewRow>`
    insert into catalog.saved_view (name, query, owner_ref, audience, team_ref, default_for, created_at, updated_at)
    values (${fields.name}, ${fields.query}, ${ownerRef}, ${fields.audience}, ${fields.teamRef}, ${fields.defaultFor}, ${at}, ${at}) returning ${columns}`.execute(
    tx,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('An insert answers one row.');
  return row;
}

export async function updateView(tx: Database, id: string, fields: SavedViewFields, at: Date): Promise<SavedViewRow | undefined> {
  return (
    await sql<SavedViewRow>`
      update catalog.saved_view set name = ${fields.name}, query = ${fields.query}, audience = ${fields.audience}, team_ref = ${fields.teamRef},
        default_for = ${fields.defaultFor}, updated_at = ${at} where id = ${id}::uuid returning ${columns}`.execute(tx)
  ).rows[0];
}

export async function deleteView(tx: Database, id: string): Promise<void> {
  await sql`delete from catalog.saved_view where id = ${id}::uuid`.execute(tx);
}

/** One default for a kind in the same audience: the one before stops being it. */
export async function dropOtherDefaults(tx: Database, view: SavedViewRow): Promise<void> {
  await sql`
    update catalog.saved_view set default_for = null
    where id <> ${view.id}::uuid and default_for = ${view.defaultFor} and audience = ${view.audience}
      and (${view.audience} <> 'me' or owner_ref = ${view.ownerRef}) and team_ref is not distinct from ${view.teamRef}`.execute(tx);
}
