import { PavedError, type Actor } from '@paved/kernel';
import type { Guard } from '@paved/host';
import type { SelectedRow } from '../lists/sorted/views.ts';
import type { Locations } from '../locations.ts';
import { beginWrite, locationById, removeEntities } from '../store.ts';
import { tell, type SyncDeps } from '../sync.ts';
import * as views from '../views.ts';

export interface BulkDeps extends SyncDeps {
  readonly locations: Locations;
  readonly guard: Guard;
}

/** Why an entity stays. */
interface Kept {
  readonly ref: string;
  readonly reason: string;
}

/** What removing these entities does, before and after. */
export interface Removal {
  readonly removed: readonly string[];
  /** Named by a source: removing them would not last. */
  readonly fromSource: readonly Kept[];
  readonly forbidden: readonly Kept[];
}

/** Starts reading the sources of these entities again, each once. Answers how many. */
export async function refreshAll(deps: BulkDeps, rows: readonly SelectedRow[], actor: Actor, cause: string): Promise<{ sources: number }> {
  const ids = [...new Set(rows.flatMap((row) => row.locationId ?? []))];
  for (const id of ids) {
    const location = await locationById(deps.db, id);
    if (location !== undefined) await deps.locations.start(location, actor, { type: 'user', ref: cause });
  }
  return { sources: ids.length };
}

/** What would be removed, and what stays for which reason. */
export async function planRemoval(deps: BulkDeps, rows: readonly SelectedRow[], actor: Actor): Promise<Removal> {
  const removed: string[] = [];
  const fromSource: Kept[] = [];
  const forbidden: Kept[] = [];
  for (const row of rows) {
    if (!row.ownerKey.startsWith('origin:')) {
      fromSource.push({ ref: row.ref, reason: 'Its source names it: remove it there, or unregister the source.' });
      continue;
    }
    const decision = deps.guard.decide(actor, 'catalog.entity.delete', { ref: row.ref, ownerRefs: await views.owners(deps.db, row.ref) });
    if (decision.allowed) removed.push(row.ref);
    else forbidden.push({ ref: row.ref, reason: `${decision.reason}${decision.fix === undefined ? '' : ` ${decision.fix}`}` });
  }
  return { removed, fromSource, forbidden };
}

/** Removes those of these entities that have no source and that the actor may remove, in one transaction. */
export async function removeAll(deps: BulkDeps, rows: readonly SelectedRow[], actor: Actor, cause: string): Promise<Removal> {
  const plan = await planRemoval(deps, rows, actor);
  if (plan.removed.length === 0)
    throw new PavedError('conflict', 'None of these can be removed here.', {
      fix: plan.forbidden[0]?.reason ?? plan.fromSource[0]?.reason ?? 'They are gone already.',
    });
  return deps.db.transaction().execute(async (tx) => {
    const at = deps.now();
    await beginWrite(tx, { at, actor: actor.ref, cause: 'delete' });
    const removed = await removeEntities(tx, plan.removed, at);
    await tell(
      deps,
      tx,
      removed.map((ref) => ({ ref, change: 'removed' })),
    );
    for (const ref of removed)
      await deps.audit.record({ actor, action: 'catalog.entity.delete', subject: ref, cause, facts: { bulk: true } }, tx);
    return { ...plan, removed };
  });
}
