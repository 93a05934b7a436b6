import { createHash } from 'node:crypto';
import { canonicalJson, formatRef, parseRef, PavedError, type Actor } from '@paved/kernel';
import type { Removal, RemovalPreview } from '../index.ts';
import { agreedOf, repositoryOf, unregistering, type KeptData } from '../model/removal.ts';
import type { ServicesDeps } from './deps.ts';
import { DELETE } from './permissions.ts';
import { environmentsInUse } from './take-out.ts';

/** Looks up everything that deleting a service takes away. Throws `forbidden` for who may not delete it. */
export async function lookAt(deps: ServicesDeps, text: string, actor: Actor): Promise<RemovalPreview> {
  const component = formatRef(parseRef(text, { kind: 'component' }));
  const entity = await deps.catalog.get(component);
  if (entity === undefined) {
    throw new PavedError('not_found', `The catalog has no ${component}.`, {
      fix: 'Data of deleted services is at GET /api/services/kept.',
    });
  }
  if (!component.startsWith('component:')) {
    throw new PavedError('invalid', `${component} is not a service.`, { fix: 'Name a component, for example component:default/checkout.' });
  }
  const ownerRefs = await deps.catalog.ownersOf(component);
  deps.guard.require(actor, DELETE, { ref: component, ownerRefs });
  const [environments, variables, resources, source] = await Promise.all([
    environmentsOf(deps, component, actor),
    deps.secrets.variables(component),
    deps.orchestrator.resources({ component }),
    deps.catalog.locationOf(component),
  ]);
  const set = new Map(resources.map((resource) => [resource.uid, resource]));
  const kept: KeptData[] = [
    ...environments.flatMap(({ name, nodes }) =>
      nodes.filter(({ action }) => action === 'orphan').map((node) => ({ ...node, environment: name })),
    ),
    ...resources.filter(({ status, component: of }) => status === 'orphaned' && of === component),
  ].map(({ uid, key, type, id, environment }) => {
    const bytes = set.get(uid)?.bytes;
    return { uid, key, type, id, environment, ...(bytes === undefined ? {} : { bytes }) };
  });
  const slug = repositoryOf(entity.metadata.annotations ?? {});
  const repository = slug === undefined ? undefined : await repositoryIn(deps, slug, component, source?.entityRefs ?? [], actor);
  const removal: Removal = {
    component,
    name: entity.metadata.name,
    title: entity.metadata.title ?? entity.metadata.name,
    ownerRefs,
    environments,
    variables: variables.map(({ environment, name, kind }) => ({ environment, name, kind })),
    ...(repository === undefined ? {} : { repository }),
    catalog: catalogPart(component, source),
    kept,
  };
  return {
    ...removal,
    digest: `sha256:${createHash('sha256')
      .update(canonicalJson(agreedOf(removal)))
      .digest('hex')}`,
  };
}

async function environmentsOf(deps: ServicesDeps, component: string, actor: Actor): Promise<Removal['environments']> {
  const names = await environmentsInUse(deps.orchestrator, component);
  const [known, states] = await Promise.all([deps.catalog.ofKind('Environment'), deps.orchestrator.workloads(component)]);
  const found: (Removal['environments'][number] & { order: number })[] = [];
  for (const name of names) {
    const entity = known.find((one) => one.metadata.name.toLowerCase() === name.toLowerCase());
    const state = states.find((one) => one.environment === name);
    const plan = await deps.orchestrator.planRemoval(component, name, actor);
    found.push({
      name,
      title: entity?.metadata.title ?? name,
      protected: entity?.spec?.['protected'] === true,
      order: Number(entity?.spec?.['order'] ?? 0),
      ...(state?.url === undefined ? {} : { url: state.url }),
      ...(state?.version === undefined ? {} : { version: state.version }),
      nodes: plan.nodes.filter(({ action }) => action !== 'none').map(({ uid, key, type, id, action }) => ({ uid, key, type, id, action })),
    });
  }
  return found.toSorted((a, b) => a.order - b.order).map(({ order: _order, ...environment }) => environment);
}

async function repositoryIn(
  deps: ServicesDeps,
  slug: string,
  component: string,
  together: readonly string[],
  actor: Actor,
): Promise<Removal['repository']> {
  const repository = await deps.repositories.get(slug);
  if (repository === undefined) return undefined;
  const usage = await deps.repositories.usage(slug);
  const others = await othersIn(deps, slug, component, together);
  const decision = deps.guard.decide(actor, 'repositories.repository.delete', { ref: slug, ownerRefs: [repository.ownerRef] });
  const stays =
    others.length > 0
      ? `It stays: ${others.slice(0, 3).join(', ')}${others.length > 3 ? ` and ${others.length - 3} more` : ''} live in it too.`
      : decision.allowed
        ? undefined
        : `It stays: ${decision.reason}`;
  return { slug, ...usage, ...(stays === undefined ? {} : { stays }) };
}

/** Other components of the same repository. */
async function othersIn(deps: ServicesDeps, slug: string, component: string, together: readonly string[]): Promise<string[]> {
  const named = await deps.catalog.query({
    filter: [{ kind: ['component'], 'metadata.annotations.paved.dev/repository': [slug] }],
    limit: 20,
  });
  const refs = named.items.map((entity) =>
    formatRef({ kind: 'component', namespace: entity.metadata.namespace ?? 'default', name: entity.metadata.name }),
  );
  return [...new Set([...refs, ...together.filter((ref) => ref.startsWith('component:'))])].filter((ref) => ref !== component);
}

function catalogPart(component: string, source: Awaited<ReturnType<ServicesDeps['catalog']['locationOf']>>): Removal['catalog'] {
  if (source === undefined) return { entities: [], stays: 'It stays in the catalog: no source of ours described it.' };
  const { goes, ...part } = unregistering(component, source.entityRefs, source.location.target);
  return goes ? { ...part, locationId: source.location.id } : part;
}
