import { setTimeout as sleep } from 'node:timers/promises';
import { PavedError, type Actor } from '@paved/kernel';
import { locationRef } from '../../model/location.ts';
import type { LocationRow } from '../store.ts';
import type { SyncCause, SyncDeps, SyncOutcome } from '../sync.ts';
import { Overtaken, syncPass } from './sync-pass.ts';

/** Syncs of one location that come in each other's way start again so often. */
const ATTEMPTS = 20;

/** Reads a location and brings the store to what it says; each transaction leaves the catalog whole. */
export async function syncLocation(deps: SyncDeps, location: LocationRow, actor: Actor, why: SyncCause = {}): Promise<SyncOutcome> {
  await deps.kinds.fresh();
  const judgedBy = deps.registry.version();
  const first = await undisturbed(deps, location, actor, why);
  await deps.kinds.fresh();
  if (deps.registry.version() === judgedBy) return first;
  // It declares kinds itself: its own documents of these kinds are known from now on.
  const second = await undisturbed(deps, location, actor, why);
  return { ...second, added: first.added + second.added, updated: first.updated + second.updated, removed: first.removed + second.removed };
}

/** Whoever read before another replica wrote reads again, so that the newest reading stands in the end. */
async function undisturbed(deps: SyncDeps, location: LocationRow, actor: Actor, why: SyncCause): Promise<SyncOutcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await syncPass(deps, location, actor, why);
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
      if (attempt === ATTEMPTS)
        throw new PavedError('conflict', `Other syncs of ${locationRef(location)} keep coming in the way.`, {
          fix: 'Sync it again later.',
        });
      await sleep(attempt * 50);
    }
  }
}
