import { messageOf } from '@paved/kernel';
import type { Logger } from '@paved/host';
import type { BranchPushed, PushNotes } from '../index.ts';
import { NO_COMMIT } from '../model/names.ts';
import { openPullRequestsOf } from './pull-requests/store.ts';
import { findRepository, type Db } from './store.ts';

/** Of a push of more branches than these nothing is said: it is a mirror, not a person. */
const MOST_BRANCHES = 5;

/** What whoever pushes is told: the pull request of the branch, or where to open one, and what others add with `addPushNote`. */
export function createPushNotes(deps: {
  readonly db: Db;
  readonly log: Logger;
  readonly baseUrl: () => string;
}): PushNotes & { lines(pushed: readonly BranchPushed[]): Promise<readonly string[]> } {
  const notes: ((push: BranchPushed) => Promise<readonly string[]>)[] = [(push) => pullRequestLines(deps, push)];
  return {
    addPushNote: (note) => void notes.push(note),
    async lines(pushed) {
      const branches = pushed.filter(({ after }) => after !== NO_COMMIT);
      if (branches.length > MOST_BRANCHES) return [];
      const said = branches.flatMap((push) =>
        notes.map((note) =>
          note(push).catch((error: unknown): readonly string[] => {
            // The push is stored: a note that cannot be made is no reason to fail it.
            deps.log.warn({ err: error, repository: push.slug }, `A push could not be commented: ${messageOf(error)}`);
            return [];
          }),
        ),
      );
      return (await Promise.all(said)).flat();
    },
  };
}

async function pullRequestLines(
  { db, baseUrl }: { readonly db: Db; readonly baseUrl: () => string },
  push: BranchPushed,
): Promise<readonly string[]> {
  if (push.isDefault) return [];
  const repository = await findRepository(db, push.slug);
  if (repository === undefined) return [];
  const pages = `${baseUrl()}/repositories/${push.slug}/pull-requests`;
  const open = (await openPullRequestsOf(db, repository.id, push.branch)).find(({ head }) => head === push.branch);
  return open === undefined
    ? [`Open a pull request for ${push.branch}:`, `  ${pages}/new?head=${encodeURIComponent(push.branch)}`]
    : [`Pull request ${open.number}, ${open.title}:`, `  ${pages}/${open.number}`];
}
