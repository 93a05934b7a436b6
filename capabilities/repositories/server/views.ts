import { sql } from 'kysely';
import type { Page } from '@paved/kernel';
import type { Repository } from '../index.ts';
import { toRepository, type Db } from './store.ts';

/** The list of repositories: by text in name or description, by owner; sorted by slug, paged after a slug. */
export async function repositoryPage(
  db: Db,
  baseUrl: string,
  query: { text?: string | undefined; ownerRef?: string | undefined; limit: number; cursor?: string | undefined },
): Promise<Page<Repository>> {
  let found = db.selectFrom('repository');
  if (query.ownerRef !== undefined) found = found.where('owner_ref', '=', query.ownerRef.toLowerCase());
  if (query.text !== undefined) {
    const pattern = `%${query.text.replace(/[\\%_]/g, '\\$&')}%`;
    found = found.where((e) => e.or([e('slug', 'ilike', pattern), e('description', 'ilike', pattern)]));
  }
  const { total } = await found.select(sql<string>`count(*)`.as('total')).executeTakeFirstOrThrow();
  let page = found
    .selectAll()
    .orderBy('slug')
    .limit(query.limit + 1);
  if (query.cursor !== undefined) page = page.where('slug', '>', query.cursor);
  const rows = await page.execute();
  const items = rows.slice(0, query.limit).map((row) => toRepository(row, baseUrl));
  const last = items.at(-1);
  return { items, totalItems: Number(total), pageInfo: rows.length > query.limit && last !== undefined ? { nextCursor: last.slug } : {} };
}

/** What goes when a repository is deleted. */
export async function deletionCounts(
  db: Db,
  repositoryId: string,
): Promise<{ branches: number; openPullRequests: number; catalogSources: string[] }> {
  const branches = await db
    .selectFrom('branch')
    .select(sql<string>`count(*)`.as('n'))
    .where('repository_id', '=', repositoryId)
    .executeTakeFirstOrThrow();
  const requests = await db
    .selectFrom('pull_request')
    .select(sql<string>`count(*)`.as('n'))
    .where('repository_id', '=', repositoryId)
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow();
  const sources = await db
    .selectFrom('source_target')
    .select('target')
    .where('repository_id', '=', repositoryId)
    .orderBy('target')
    .execute();
  return { branches: Number(branches.n), openPullRequests: Number(requests.n), catalogSources: sources.map((s) => s.target) };
}
