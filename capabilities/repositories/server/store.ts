import type { Kysely, Selectable } from 'kysely';
import { PavedError, type Actor } from '@paved/kernel';
import type { Database } from '@paved/host';
import type { Check, Repository } from '../index.ts';
import type { PullRequestTable, RemarkTable } from './pull-requests/store.ts';

interface RepositoryTable {
  id: string;
  slug: string;
  description: string;
  default_branch: string;
  owner_ref: string;
  idempotency_key: string | null;
  source: string | null;
  created_by: string;
  created_at: Date;
}

/** The capability's tables. */
// A type, not an interface: Kysely wants an index signature.
export type Tables = {
  repository: RepositoryTable;
  branch: { repository_id: string; name: string; sha: string; log_bytes: number };
  push: { id: string; repository_id: string; actor: string; deletes: string[]; at: Date };
  commit_intent: { repository_id: string; key: string; sha: string; branch: string; applied: boolean };
  commit_check: {
    repository_id: string;
    sha: string;
    name: string;
    status: string;
    summary: string | null;
    href: string | null;
    updated_at: Date;
  };
  source_target: { repository_id: string; target: string };
  pull_request: PullRequestTable;
  pull_request_remark: RemarkTable;
};

export type Db = Kysely<Tables>;
export type RepositoryRow = Selectable<RepositoryTable>;

/** A repository as others see it. */
export const toRepository = (row: RepositoryRow, baseUrl: string): Repository => ({
  slug: row.slug,
  description: row.description,
  defaultBranch: row.default_branch,
  ownerRef: row.owner_ref,
  cloneUrl: `${baseUrl}/git/${row.slug}.git`,
  createdAt: row.created_at.toISOString(),
});

export const withTables = (db: Database): Db => db.withTables<Tables>();

export async function findRepository(db: Db, slug: string): Promise<RepositoryRow | undefined> {
  return db.selectFrom('repository').selectAll().where('slug', '=', slug).executeTakeFirst();
}

export async function requireRepository(db: Db, slug: string): Promise<RepositoryRow> {
  const row = await findRepository(db, slug);
  if (row === undefined)
    throw new PavedError('not_found', `There is no repository ${slug}.`, { fix: 'Check project and name; `paved repo list` shows all.' });
  return row;
}

export async function allRepositories(db: Db): Promise<RepositoryRow[]> {
  return db.selectFrom('repository').selectAll().orderBy('slug').execute();
}

/** False when the slug is taken. */
export async function insertRepository(tx: Db, row: RepositoryRow): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('repository')
    .values(row)
    .onConflict((c) => c.column('slug').doNothing())
    .executeTakeFirst();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export async function updateRepository(
  tx: Db,
  id: string,
  values: Partial<Pick<RepositoryRow, 'description' | 'default_branch' | 'owner_ref'>>,
): Promise<void> {
  await tx.updateTable('repository').set(values).where('id', '=', id).execute();
}

export async function deleteRepository(tx: Db, id: string): Promise<void> {
  await tx.deleteFrom('repository').where('id', '=', id).execute();
}

/** Holds the repository's row until the transaction ends: one at a time publishes, over all replicas. */
export async function lockRepository(tx: Db, id: string): Promise<RepositoryRow | undefined> {
  return tx.selectFrom('repository').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

export async function publishedBranches(tx: Db, repositoryId: string): Promise<Map<string, { sha: string; logBytes: number }>> {
  const rows = await tx.selectFrom('branch').selectAll().where('repository_id', '=', repositoryId).execute();
  return new Map(rows.map((r) => [r.name, { sha: r.sha, logBytes: r.log_bytes }]));
}

/** Remembers where a branch is now; undefined when it is gone. */
export async function savePublished(
  tx: Db,
  repositoryId: string,
  name: string,
  state: { sha: string; logBytes: number } | undefined,
): Promise<void> {
  if (state === undefined) {
    await tx.deleteFrom('branch').where('repository_id', '=', repositoryId).where('name', '=', name).execute();
    return;
  }
  await tx
    .insertInto('branch')
    .values({ repository_id: repositoryId, name, sha: state.sha, log_bytes: state.logBytes })
    .onConflict((c) => c.columns(['repository_id', 'name']).doUpdateSet({ sha: state.sha, log_bytes: state.logBytes }))
    .execute();
}

export async function insertPush(
  db: Db,
  push: { id: string; repositoryId: string; actor: Actor; deletes: readonly string[]; at: Date },
): Promise<void> {
  await db
    .insertInto('push')
    .values({
      id: push.id,
      repository_id: push.repositoryId,
      actor: JSON.stringify(push.actor),
      deletes: [...push.deletes],
      at: push.at,
    })
    .execute();
}

/** Pushes that have not been finished by the server that took them (or are still going on). */
export async function openPushes(tx: Db, repositoryId: string): Promise<{ id: string; actor: Actor; deletes: string[] }[]> {
  const rows = await tx
    .selectFrom('push')
    .select(['id', 'actor', 'deletes'])
    .where('repository_id', '=', repositoryId)
    .orderBy('at')
    .execute();
  // The driver has parsed jsonb already.
  return rows.map((r) => ({ id: r.id, actor: r.actor as unknown as Actor, deletes: r.deletes }));
}

export async function finishPush(tx: Db, id: string): Promise<void> {
  await tx.deleteFrom('push').where('id', '=', id).execute();
}

/** Says that a push still goes on. */
export async function touchPush(db: Db, id: string, at: Date): Promise<void> {
  await db.updateTable('push').set({ at }).where('id', '=', id).execute();
}

/** Repositories with a push that nobody has touched since `before`: its server is gone. */
export async function leftPushes(db: Db, before: Date): Promise<string[]> {
  const rows = await db.selectFrom('push').select('repository_id').distinct().where('at', '<', before).execute();
  return rows.map((r) => r.repository_id);
}

export async function forgetPushes(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('push').where('at', '<', before).execute();
}

export async function intents(db: Db, repositoryId: string, key: string): Promise<{ sha: string; branch: string; applied: boolean }[]> {
  return db
    .selectFrom('commit_intent')
    .select(['sha', 'branch', 'applied'])
    .where('repository_id', '=', repositoryId)
    .where('key', '=', key)
    .execute();
}

export async function insertIntent(db: Db, intent: { repositoryId: string; key: string; sha: string; branch: string }): Promise<void> {
  const { repositoryId, ...rest } = intent;
  await db
    .insertInto('commit_intent')
    .values({ repository_id: repositoryId, ...rest, applied: false })
    .onConflict((c) => c.columns(['repository_id', 'key', 'sha']).doNothing())
    .execute();
}

export async function markApplied(db: Db, repositoryId: string, key: string, sha: string): Promise<void> {
  await db
    .updateTable('commit_intent')
    .set({ applied: true })
    .where('repository_id', '=', repositoryId)
    .where('key', '=', key)
    .where('sha', '=', sha)
    .execute();
}

export async function upsertCheck(tx: Db, repositoryId: string, sha: string, check: Check, at: Date): Promise<void> {
  const values = { status: check.status, summary: check.summary ?? null, href: check.href ?? null, updated_at: at };
  await tx
    .insertInto('commit_check')
    .values({ repository_id: repositoryId, sha, name: check.name, ...values })
    .onConflict((c) => c.columns(['repository_id', 'sha', 'name']).doUpdateSet(values))
    .execute();
}

/** Checks of several commits, by commit. */
export async function checksOf(db: Db, repositoryId: string, shas: readonly string[]): Promise<Map<string, Check[]>> {
  const found = new Map<string, Check[]>();
  if (shas.length === 0) return found;
  const rows = await db
    .selectFrom('commit_check')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('sha', 'in', [...shas])
    .orderBy('name')
    .execute();
  for (const r of rows) {
    const check: Check = {
      name: r.name,
      status: r.status as Check['status'],
      ...(r.summary === null ? {} : { summary: r.summary }),
      ...(r.href === null ? {} : { href: r.href }),
    };
    found.set(r.sha, [...(found.get(r.sha) ?? []), check]);
  }
  return found;
}

export async function rememberTarget(db: Db, repositoryId: string, target: string): Promise<void> {
  await db
    .insertInto('source_target')
    .values({ repository_id: repositoryId, target })
    .onConflict((c) => c.doNothing())
    .execute();
}

export async function targetsOf(db: Db, repositoryId: string): Promise<string[]> {
  return (await db.selectFrom('source_target').select('target').where('repository_id', '=', repositoryId).execute()).map((r) => r.target);
}
