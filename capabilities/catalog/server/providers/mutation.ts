import type { Database } from '@paved/host';
import { PavedError, refOf, type Actor, type Problem } from '@paved/kernel';
import { SOURCE_SYNCED, type ProvidedEntity, type ProviderMutation, type ProviderOutcome } from '../../index.ts';
import { annotate } from '../../model/location.ts';
import { removalHeld } from '../../model/removal.ts';
import { validateDocument } from '../../model/validate.ts';
import { toRecord, type EntityRecord } from '../entity-record.ts';
import { beginWrite, knownByRefs, ownedBy, removeEntities, writeEntities } from '../store.ts';
import { tell, type SyncDeps } from '../sync.ts';
import { addLocations, locationsToRemove, noteProblems, removeLocations, type LocationsGone } from './store.ts';
import { entitiesBelow, heldBy } from './views.ts';

/** Changes that are told one by one; more than that become one summary. */
const SINGLE_EVENTS = 200;

export const providerKey = (name: string): string => `provider:${name}`;

/** A mutation and what it took from others' way: refs that are free now. */
export interface Applied {
  readonly outcome: ProviderOutcome;
  readonly freed: readonly string[];
}

/** Who applies a mutation, why, and whether a large removal was confirmed. */
export interface Applying {
  readonly actor: Actor;
  /** A cause's type: `schedule`, `push`, `user`, `system`. */
  readonly cause: string;
  readonly run?: string;
  readonly confirmed: boolean;
}

/**
 * Brings the catalog to what a provider says, in one transaction: entities, locations, audit entry and events commit together or
 * not at all. Throws `conflict` with `facts.held` when it would remove more than the threshold without a confirmation.
 */
export async function applyMutation(deps: SyncDeps, name: string, mutation: ProviderMutation, applying: Applying): Promise<Applied> {
  const problems: Problem[] = [];
  const records = ready(deps, mutation.entities ?? [], problems);
  const key = providerKey(name);
  return deps.db.transaction().execute(async (tx) => {
    const at = deps.now();
    await beginWrite(tx, {
      at,
      actor: applying.actor.ref,
      cause: applying.cause,
      ...(applying.run === undefined ? {} : { run: applying.run }),
    });
    const known = await knownByRefs(
      tx,
      records.map((record) => record.ref),
    );
    const taken = records.filter((record) => {
      const other = known.get(record.ref);
      if (other === undefined || other.ownerKey === key) return true;
      problems.push({
        at: record.ref,
        message: `${record.ref} stands in ${other.source} already; that one came first and is used.`,
        fix: 'Rename one of the two, or remove it from its source.',
      });
      return false;
    });
    const missing = await missingRefs(tx, key, mutation, records, problems);
    const gone = await goneLocations(tx, name, mutation);
    const below = await entitiesBelow(tx, gone.ids);
    if (mutation.type === 'full' && !applying.confirmed) {
      const held = removalHeld({ removed: missing.length + below.length, of: await heldBy(tx, name) }, deps.removals);
      if (held !== undefined) throw new PavedError('conflict', held.message, { fix: held.fix, facts: { held: held.counts } });
    }
    const changed = taken.filter((record) => known.get(record.ref)?.hash !== record.hash);
    await writeEntities(tx, changed, { key, locationId: null }, at);
    const removed = await removeEntities(tx, [...missing, ...below], at);
    await removeLocations(tx, name, gone, at);
    const locationsAdded = await addLocations(tx, name, mutation.locations ?? [], applying.actor.ref, at);
    if (mutation.type === 'full' || problems.length > 0) await noteProblems(tx, name, problems);
    const changes = [
      ...changed.map((record) => ({ ref: record.ref, change: known.has(record.ref) ? ('updated' as const) : ('added' as const) })),
      ...removed.map((ref) => ({ ref, change: 'removed' as const })),
    ];
    const outcome: ProviderOutcome = {
      added: changes.filter((c) => c.change === 'added').length,
      updated: changes.filter((c) => c.change === 'updated').length,
      removed: removed.length,
      unchanged: taken.length - changed.length,
      locationsAdded,
      locationsRemoved: gone.ids.length,
      problems: problems.length,
    };
    if (changes.length <= SINGLE_EVENTS) await tell(deps, tx, changes);
    else {
      const kinds = [...new Set(changes.map(({ ref }) => ref.slice(0, ref.indexOf(':'))))];
      await deps.events.publish(tx, { type: SOURCE_SYNCED, subject: key, data: { provider: name, ...outcome, kinds } });
    }
    if (changes.length + locationsAdded + gone.ids.length > 0)
      await deps.audit.record(
        {
          actor: applying.actor,
          action: 'catalog.provider.apply',
          subject: key,
          cause: applying.run ?? applying.cause,
          facts: { mutation: mutation.type, ...outcome },
        },
        tx,
      );
    return { outcome, freed: removed };
  });
}

/** Judged by the same rules as documents; a bad one is a problem and never holds back the others. */
function ready(deps: SyncDeps, provided: readonly ProvidedEntity[], problems: Problem[]): EntityRecord[] {
  const records = new Map<string, EntityRecord>();
  for (const { entity, location } of provided) {
    const verdict = validateDocument(entity, deps.registry);
    if (!verdict.valid) {
      problems.push(...verdict.problems.map((problem) => ({ ...problem, at: `${claimed(entity)} ${problem.at}` })));
      continue;
    }
    const record = toRecord(annotate(verdict.entity, { location, origin: location }), verdict.edges, {
      source: location,
      document: 0,
      line: 1,
    });
    const first = records.get(record.ref);
    if (first === undefined) records.set(record.ref, record);
    else
      problems.push({
        at: record.ref,
        message: `${record.ref} is both ${first.source} and ${record.source}; the former is used.`,
        fix: 'Give one of the two another name.',
      });
  }
  return [...records.values()];
}

const claimed = (entity: ProvidedEntity['entity']): string => {
  try {
    return refOf(entity);
  } catch {
    return 'An entity without a name';
  }
};

/** What the provider held and does not name any more. What it names but says wrongly stays as it was. */
async function missingRefs(
  tx: Database,
  key: string,
  mutation: ProviderMutation,
  records: readonly EntityRecord[],
  problems: readonly Problem[],
): Promise<string[]> {
  const mine = (await ownedBy(tx, key)).map((row) => row.ref);
  if (mutation.type === 'delta') {
    const removed = new Set(mutation.removed ?? []);
    return mine.filter((ref) => removed.has(ref));
  }
  const named = new Set([...records.map((record) => record.ref), ...problems.map((problem) => problem.at.split(' ')[0])]);
  return mine.filter((ref) => !named.has(ref));
}

async function goneLocations(tx: Database, name: string, mutation: ProviderMutation): Promise<LocationsGone> {
  if (mutation.type === 'full') return locationsToRemove(tx, name, { except: mutation.locations.map((location) => location.target) });
  const targets = mutation.removedLocations ?? [];
  return targets.length === 0 ? { ids: [], targets: [] } : locationsToRemove(tx, name, { targets });
}
