import { PavedError, type Actor } from '@paved/kernel';
import { REMOVAL_CONFIRMED } from '../../index.ts';
import { locationRef } from '../../model/location.ts';
import type { Locations } from '../locations.ts';
import { knownByRefs, locationById } from '../store.ts';
import type { SyncDeps } from '../sync.ts';
import { confirmPendingRemoval, pendingRemoval } from './store.ts';

/**
 * A person says that what a source no longer names may go: exactly that, and not what it loses later. The source is read again,
 * and what it names again by then stays. Answers how many entities are gone. Throws `not_found` when nothing waits, and
 * `conflict` when the source would remove others meanwhile, which waits for a confirmation of its own.
 */
export async function confirmRemoval(
  deps: SyncDeps & { readonly locations: Locations },
  locationId: string,
  actor: Actor,
): Promise<{ removed: number }> {
  const location = await locationById(deps.db, locationId);
  if (location === undefined)
    throw new PavedError('not_found', `Found no location with ID ${locationId}`, { fix: 'List them at GET /api/catalog/sources.' });
  const confirmed = await deps.db.transaction().execute(async (tx) => {
    const pending = await confirmPendingRemoval(tx, location.id, actor.ref, deps.now());
    if (pending === undefined)
      throw new PavedError('not_found', `No removal waits for ${locationRef(location)}.`, {
        fix: 'GET /api/catalog/sources says for which sources one does.',
      });
    const facts = { locationId: location.id, removes: pending.refs.length, of: pending.held };
    await deps.audit.record({ actor, action: 'catalog.removal.confirm', subject: locationRef(location), before: pending.refs, facts }, tx);
    await deps.events.publish(tx, { type: REMOVAL_CONFIRMED, subject: locationRef(location), data: { ...facts, by: actor.ref } });
    return pending;
  });
  await deps.locations.syncNow(location, actor, { type: 'user', ref: 'a removal was confirmed' });
  const waiting = await pendingRemoval(deps.db, location.id);
  if (waiting !== undefined)
    throw new PavedError(
      'conflict',
      `${locationRef(location)} changed meanwhile: now ${waiting.refs.length} of ${waiting.held} entities would go.`,
      {
        fix: 'Look at them, then confirm again.',
        facts: { removes: waiting.refs.length, of: waiting.held },
      },
    );
  const left = await knownByRefs(deps.db, confirmed.refs);
  return { removed: confirmed.refs.length - left.size };
}
