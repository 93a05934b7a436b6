import { PavedError, type Actor } from '@paved/kernel';
import type { ActiveResource } from '@paved/orchestrator';
import type { Kept } from '../index.ts';
import type { ServicesDeps } from './deps.ts';
import { DELETE } from './permissions.ts';

/** Data that was set aside, newest first: of services that are gone, and of services that do not use it any more. */
export async function keptData(deps: ServicesDeps, actor: Actor): Promise<Kept[]> {
  const resources = await deps.orchestrator.resources({ status: 'orphaned' });
  const owners = await ownersOf(
    deps,
    resources.map(({ component }) => component),
  );
  return resources
    .map((resource) => shown(deps, resource, owners, actor))
    .toSorted((a, b) => (a.keptAt < b.keptAt ? 1 : a.keptAt > b.keptAt ? -1 : 0));
}

/** Destroys it for good; `confirm` is its id. Gives the run. */
export async function destroyKept(deps: ServicesDeps, uid: string, confirm: string, actor: Actor): Promise<{ runId: string }> {
  const resource = (await deps.orchestrator.resources({ status: 'orphaned' })).find((one) => one.uid === uid);
  if (resource === undefined) {
    throw new PavedError('not_found', `No kept data has the id ${uid}.`, { fix: 'List it at GET /api/services/kept.' });
  }
  const { ownerRefs } = (await ownersOf(deps, [resource.component])).get(resource.component) ?? { ownerRefs: [] };
  deps.guard.require(actor, DELETE, { ref: resource.component, ownerRefs });
  const run = await deps.orchestrator.destroyResource(uid, confirm, actor, ownerRefs);
  return { runId: run.id };
}

interface Ownership {
  readonly ownerRefs: readonly string[];
  readonly deleted?: NonNullable<Kept['deleted']>;
}
type Owners = ReadonlyMap<string, Ownership>;

/** Owners as the catalog knows them; of a component that is gone, those it had when it was deleted. */
export async function ownersOf(deps: Pick<ServicesDeps, 'catalog' | 'store'>, components: readonly string[]): Promise<Owners> {
  const refs = [...new Set(components)];
  const [entities, deleted] = await Promise.all([deps.catalog.byRefs(refs), deps.store.deleted(refs)]);
  const known = await Promise.all(
    refs.map(async (ref, index): Promise<readonly [string, Ownership]> => {
      if (entities[index] !== undefined) return [ref, { ownerRefs: await deps.catalog.ownersOf(ref) }];
      const gone = deleted.find(({ component }) => component === ref);
      if (gone === undefined) return [ref, { ownerRefs: [] }];
      return [ref, { ownerRefs: gone.ownerRefs, deleted: { at: gone.at.toISOString(), by: gone.actor, runId: gone.runId } }];
    }),
  );
  return new Map(known);
}

function shown(deps: ServicesDeps, resource: ActiveResource, owners: Owners, actor: Actor): Kept {
  const { ownerRefs, deleted } = owners.get(resource.component) ?? { ownerRefs: [], deleted: undefined };
  return {
    uid: resource.uid,
    key: resource.key,
    type: resource.type,
    id: resource.id,
    environment: resource.environment,
    component: resource.component,
    ...(resource.bytes === undefined ? {} : { bytes: resource.bytes }),
    ...(deleted === undefined ? {} : { deleted }),
    ownerRefs,
    keptAt: resource.updatedAt,
    mayDestroy: deps.guard.decide(actor, DELETE, { ref: resource.component, ownerRefs }).allowed,
  };
}
