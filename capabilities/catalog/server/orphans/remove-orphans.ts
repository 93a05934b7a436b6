import type { Actor } from '@paved/kernel';
import { beginWrite, removeEntities } from '../store.ts';
import { tell, type SyncDeps } from '../sync.ts';
import { forgetOrphans, orphanRefs } from './store.ts';

/** Removes orphans: those asked for, or all. Entities that are none are left alone. */
export async function removeOrphans(deps: SyncDeps, actor: Actor, among?: readonly string[]): Promise<string[]> {
  if ((await orphanRefs(deps.db, among)).length === 0) return [];
  return deps.db.transaction().execute(async (tx) => {
    const at = deps.now();
    await beginWrite(tx, { at, actor: actor.ref, cause: actor.door === 'system' ? 'system' : 'user' });
    const removed = await removeEntities(tx, await orphanRefs(tx, among), at);
    await forgetOrphans(tx, removed, at);
    await tell(
      deps,
      tx,
      removed.map((ref) => ({ ref, change: 'removed' })),
    );
    for (const ref of removed)
      await deps.audit.record({ actor, action: 'catalog.entity.delete', subject: ref, facts: { orphan: true } }, tx);
    return removed;
  });
}
