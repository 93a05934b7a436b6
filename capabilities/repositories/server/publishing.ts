import { systemActor, type Actor } from '@paved/kernel';
import type { Events } from '@paved/host';
import type { Audit } from '@paved/audit';
import { BRANCH_PUSHED, type BranchPushed } from '../index.ts';
import { movements, type Movement } from '../model/movements.ts';
import { NO_COMMIT } from '../model/names.ts';
import type { Folders } from './folders.ts';
import type { Git } from './git/git.ts';
import { listRefs } from './git/read.ts';
import { readReflog } from './reflog.ts';
import { finishPush, lockRepository, openPushes, publishedBranches, savePublished, type Db } from './store.ts';

export interface PublishingDeps {
  readonly db: Db;
  readonly git: Git;
  readonly folders: Folders;
  readonly events: Events;
  readonly audit: Audit;
}

/**
 * Tells the world what happened to a repository's branches since last time: one event per ref update, read from git's own
 * reflog, so that nothing is lost or told twice when a server dies between the update and the telling. `finished` is the push that
 * is over. Safe to call at any time, by any replica. Gives what was told, with the push that each came by.
 */
export async function publishMovements(
  deps: PublishingDeps,
  repositoryId: string,
  finished?: string,
): Promise<readonly (BranchPushed & { readonly by: string | undefined })[]> {
  const { db, git, folders, events, audit } = deps;
  return db.transaction().execute(async (tx) => {
    const repository = await lockRepository(tx, repositoryId);
    if (repository === undefined) return [];
    const folder = folders.of(repository.slug);
    const published = await publishedBranches(tx, repositoryId);
    const pushes = await openPushes(tx, repositoryId);
    const now = new Map((await listRefs(git, folder, 'refs/heads')).map((ref) => [ref.name, ref.sha]));
    const actorOf = (movement: Movement, branch: string): Actor =>
      (movement.by === undefined ? pushes.find((p) => p.deletes.includes(branch)) : pushes.find((p) => p.id === movement.by))?.actor ??
      systemActor;
    const told: (BranchPushed & { by: string | undefined })[] = [];
    for (const branch of new Set([...published.keys(), ...now.keys()])) {
      const before = published.get(branch);
      const sha = now.get(branch);
      const log = await readReflog(folder, branch, before?.logBytes ?? 0);
      if (before !== undefined && before.sha === sha && before.logBytes === log.size) continue;
      const remade = before !== undefined && sha !== undefined && log.size < before.logBytes;
      const moves = remade
        ? [{ before: before.sha, after: NO_COMMIT }, ...movements(undefined, sha, log.lines)]
        : movements(before?.sha, sha, log.lines);
      for (const move of moves) {
        const data: BranchPushed = {
          slug: repository.slug,
          branch,
          before: move.before,
          after: move.after,
          isDefault: branch === repository.default_branch,
          actor: actorOf(move, branch),
        };
        await events.publish(tx, { type: BRANCH_PUSHED, subject: repository.slug, data: { ...data } });
        await audit.record(
          {
            actor: data.actor,
            action: 'repositories.branch.push',
            subject: repository.slug,
            ...(move.by === undefined ? {} : { cause: move.by }),
            facts: { branch, before: move.before, after: move.after },
          },
          tx,
        );
        told.push({ ...data, by: move.by });
      }
      await savePublished(tx, repositoryId, branch, sha === undefined ? undefined : { sha, logBytes: log.size });
    }
    if (finished !== undefined) await finishPush(tx, finished);
    return told;
  });
}

/** Takes the branches as they are for known, without telling anybody (what an import brought); `except` is told. */
export async function acceptBranches(
  deps: Pick<PublishingDeps, 'git' | 'folders'>,
  tx: Db,
  repository: { id: string; slug: string },
  folder: string,
  except: string,
): Promise<void> {
  for (const { name, sha } of await listRefs(deps.git, folder, 'refs/heads')) {
    if (name === except) continue;
    const { size } = await readReflog(folder, name, 0);
    await savePublished(tx, repository.id, name, { sha, logBytes: size });
  }
}
