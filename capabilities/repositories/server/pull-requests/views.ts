import { sql } from 'kysely';
import type { Page } from '@paved/kernel';
import type { Db } from '../store.ts';
import type { PullRequestRow, PullRequestState } from './store.ts';

export type ListedPullRequest = PullRequestRow & { slug: string; remarks: number };

/** Pull requests, latest change first; over all repositories or of one. Paged by position. */
export async function pullRequestPage(
  db: Db,
  query: {
    slug?: string;
    state?: PullRequestState | undefined;
    authorRef?: string | undefined;
    limit: number;
    cursor?: string | undefined;
  },
): Promise<Page<ListedPullRequest>> {
  let found = db.selectFrom('pull_request').innerJoin('repository', 'repository.id', 'pull_request.repository_id');
  if (query.slug !== undefined) found = found.where('repository.slug', '=', query.slug);
  if (query.state !== undefined) found = found.where('pull_request.state', '=', query.state);
  if (query.authorRef !== undefined) found = found.where('pull_request.author_ref', '=', query.authorRef.toLowerCase());
  const { total } = await found.select(sql<string>`count(*)`.as('total')).executeTakeFirstOrThrow();
  const skip = Number(query.cursor ?? 0);
  const rows = await found
    .selectAll('pull_request')
    .select(['repository.slug'])
    .select((e) =>
      e
        .selectFrom('pull_request_remark as remark')
        .whereRef('remark.repository_id', '=', 'pull_request.repository_id')
        .whereRef('remark.number', '=', 'pull_request.number')
        .select(sql<number>`count(*)::int`.as('n'))
        .as('remarks'),
    )
    .orderBy('pull_request.updated_at', 'desc')
    .orderBy('pull_request.number', 'desc')
    .offset(skip)
    .limit(query.limit + 1)
    .execute();
  return {
    items: rows.slice(0, query.limit).map((r) => ({ ...r, remarks: r.remarks ?? 0 })),
    totalItems: Number(total),
    pageInfo: rows.length > query.limit ? { nextCursor: String(skip + query.limit) } : {},
  };
}
