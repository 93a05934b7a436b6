import type { Check } from '../../index.ts';
import { blockersOf, type Blocker } from '../../model/mergeability.ts';
import type { CommittingDeps } from '../committing.ts';
import { aheadBehind, mergeTree } from '../git/read.ts';
import { checksOf, type RepositoryRow } from '../store.ts';
import { tipsOf } from './changes.ts';
import { remarksOf, type PullRequestRow, type RemarkRow } from './store.ts';

export interface Mergeability {
  readonly mergeable: boolean;
  readonly blockers: Blocker[];
  readonly ahead: number;
  readonly behind: number;
}

/** Whether a pull request can be merged now, and what stands in the way. */
export async function mergeabilityOf(
  deps: CommittingDeps,
  repository: RepositoryRow,
  row: PullRequestRow,
  given?: { checks: readonly Check[]; remarks: readonly RemarkRow[] },
): Promise<Mergeability> {
  const { folder, head, base } = await tipsOf(deps, repository, row);
  const checks = given?.checks ?? (await checksOf(deps.db, repository.id, [row.head_sha])).get(row.head_sha) ?? [];
  const remarks = given?.remarks ?? (await remarksOf(deps.db, row));
  const distance = head === undefined || base === undefined ? { ahead: 0, behind: 0 } : await aheadBehind(deps.git, folder, base, head);
  const merged =
    row.state !== 'open' || head === undefined || base === undefined ? undefined : await mergeTree(deps.git, folder, base, head);
  const blockers = blockersOf({
    state: row.state,
    base: row.base,
    head: row.head,
    comparison: merged === undefined ? undefined : { ahead: distance.ahead, conflicts: 'conflicts' in merged ? merged.conflicts : [] },
    checks,
    verdicts: remarks.flatMap((r) => (r.verdict === null ? [] : [{ author: r.author_name, verdict: r.verdict }])),
  });
  return { mergeable: blockers.length === 0, blockers, ...distance };
}
