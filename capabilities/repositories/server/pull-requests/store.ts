import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import { PavedError } from '@paved/kernel';
import type { Db } from '../store.ts';

export const pullRequestStates = ['open', 'merged', 'closed'] as const;
export type PullRequestState = (typeof pullRequestStates)[number];
export const verdicts = ['approved', 'changes_requested'] as const;
export type Verdict = (typeof verdicts)[number];

export interface PullRequestTable {
  repository_id: string;
  number: number;
  title: string;
  body: string;
  head: string;
  base: string;
  head_sha: string;
  base_sha: string;
  state: PullRequestState;
  merge_sha: string | null;
  author_ref: string;
  author_name: string;
  created_at: Date;
  updated_at: Date;
  ended_at: Date | null;
  ended_by_ref: string | null;
  ended_by_name: string | null;
  override_reason: string | null;
}

export interface RemarkTable {
  id: string;
  repository_id: string;
  number: number;
  verdict: Verdict | null;
  body: string;
  path: string | null;
  line: number | null;
  side: 'old' | 'new' | null;
  sha: string;
  author_ref: string;
  author_name: string;
  created_at: Date;
}

export type PullRequestRow = Selectable<PullRequestTable>;
export type RemarkRow = Selectable<RemarkTable>;

/** Inserts with the next number of the repository; call while holding the repository's row. */
export async function insertPullRequest(tx: Db, row: Omit<PullRequestRow, 'number'>): Promise<PullRequestRow> {
  const { next } = await tx
    .selectFrom('pull_request')
    .select(sql<number>`coalesce(max(number), 0) + 1`.as('next'))
    .where('repository_id', '=', row.repository_id)
    .executeTakeFirstOrThrow();
  return tx
    .insertInto('pull_request')
    .values({ ...row, number: next })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function requirePullRequest(
  db: Db,
  repository: { id: string; slug: string },
  number: number,
  options: { lock?: boolean } = {},
): Promise<PullRequestRow> {
  const query = db.selectFrom('pull_request').selectAll().where('repository_id', '=', repository.id).where('number', '=', number);
  const row = await (options.lock === true ? query.forUpdate() : query).executeTakeFirst();
  if (row === undefined) throw new PavedError('not_found', `${repository.slug} has no pull request ${number}.`);
  return row;
}

export async function updatePullRequest(
  tx: Db,
  row: Pick<PullRequestRow, 'repository_id' | 'number'>,
  values: Partial<PullRequestRow>,
): Promise<void> {
  await tx
    .updateTable('pull_request')
    .set(values)
    .where('repository_id', '=', row.repository_id)
    .where('number', '=', row.number)
    .execute();
}

/** Open pull requests that a push to a branch concerns, as head or as base. */
export async function openPullRequestsOf(db: Db, repositoryId: string, branch: string): Promise<PullRequestRow[]> {
  return db
    .selectFrom('pull_request')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('state', '=', 'open')
    .where((e) => e.or([e('head', '=', branch), e('base', '=', branch)]))
    .orderBy('number')
    .execute();
}

export async function insertRemark(tx: Db, row: RemarkRow): Promise<void> {
  await tx.insertInto('pull_request_remark').values(row).execute();
}

export async function remarksOf(db: Db, row: Pick<PullRequestRow, 'repository_id' | 'number'>): Promise<RemarkRow[]> {
  return db
    .selectFrom('pull_request_remark')
    .selectAll()
    .where('repository_id', '=', row.repository_id)
    .where('number', '=', row.number)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}
