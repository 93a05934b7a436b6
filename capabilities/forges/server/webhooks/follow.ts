import type { Catalog, EntityProviders, Location, ProviderMutation } from '@paved/catalog';
import type { Logger, PlatformEvent } from '@paved/host';
import { isPavedError, messageOf, systemActor } from '@paved/kernel';
import type { Forge, ForgeChange } from '../../index.ts';
import type { Connections } from '../connections.ts';
import type { ForgeProvider } from '../providers/forge-provider.ts';

export interface FollowDeps {
  readonly connections: Connections;
  readonly catalog: Catalog;
  readonly providers: EntityProviders;
  readonly configured: readonly ForgeProvider[];
  readonly log: Logger;
  /** Asks a provider for everything, once for a burst of events. */
  syncSoon(provider: string): void;
}

/** Brings the catalog up to date with what a webhook told. */
export async function followChanges(deps: FollowDeps, event: PlatformEvent): Promise<void> {
  const { integration, changes } = event.data as { integration: string; changes: ForgeChange[] };
  const connected = deps.connections.all.find((one) => one.integration.host === integration);
  if (connected === undefined) return;
  const mine = deps.configured.filter((one) => one.host === integration);
  for (const change of changes) await follow(deps, connected.forge, mine, change, event.id);
}

async function follow(deps: FollowDeps, forge: Forge, mine: readonly ForgeProvider[], change: ForgeChange, cause: string): Promise<void> {
  const apply = async (ask: (provider: ForgeProvider) => Promise<ProviderMutation | undefined> | undefined): Promise<void> => {
    for (const provider of mine) {
      try {
        const mutation = await ask(provider);
        if (mutation !== undefined) await deps.providers.applyProvided(provider.provider.name, mutation, systemActor, `webhook ${cause}`);
      } catch (error) {
        // The forge is not to be asked now, or does not answer: the whole sync comes when it does.
        if (!isPavedError(error, 'rate_limited', 'unavailable', 'timeout', 'not_found', 'forbidden')) throw error;
        deps.log.info(
          { provider: provider.provider.name, reason: error.message },
          'A change could not be followed; the next sync brings it.',
        );
      }
    }
  };
  switch (change.type) {
    case 'push': {
      if (change.deleted) return;
      const { touched, known } = await locationsOf(deps, forge, change.repository, change.branch);
      for (const { type, target } of touched) {
        // How a source fails is noted with it; the next one must not wait for that.
        await deps.catalog
          .refresh({ type, target })
          .catch((error: unknown) =>
            deps.log.info({ location: `${type}:${target}`, reason: messageOf(error) }, 'A pushed source could not be read.'),
          );
      }
      // A repository that nobody knows yet may have been made before its webhook was; other branches of a known one do not matter.
      if (!known) await apply((one) => one.repositoryChanged?.({ repository: change.repository, deleted: false }));
      return;
    }
    case 'repository':
      return apply((one) =>
        one.repositoryChanged?.({
          repository: change.repository,
          deleted: change.change === 'deleted',
          ...(change.before === undefined ? {} : { before: change.before }),
        }),
      );
    case 'team':
      return apply((one) => one.teamChanged?.({ owner: change.owner, slug: change.slug }));
    case 'organisation':
      for (const one of mine) if (one.teamChanged !== undefined) deps.syncSoon(one.provider.name);
      return;
    case 'member': {
      const { team } = change;
      return team === undefined
        ? apply((one) => one.memberChanged?.({ owner: change.owner, login: change.login, removed: change.change === 'removed' }))
        : apply((one) => one.teamChanged?.({ owner: change.owner, slug: team }));
    }
  }
}

/** The locations that are read from a branch of a repository: their own target or a file they led to stands on it. */
async function locationsOf(
  deps: FollowDeps,
  forge: Forge,
  repository: string,
  branch: string,
): Promise<{ touched: Location[]; known: boolean }> {
  const read = await deps.providers.readFrom([forge.format({ repository, path: '' }, 'tree')]);
  const found = new Map<string, Location>();
  let byDefault: boolean | undefined;
  let known = false;
  for (const { location, url } of read) {
    const address = forge.parse(url);
    if (address?.repository.toLowerCase() !== repository.toLowerCase()) continue;
    known = true;
    // An address without a branch follows the default one.
    if (address.ref === undefined) byDefault ??= (await forge.repository(repository))?.defaultBranch === branch;
    if (address.ref === undefined ? byDefault === true : address.ref === branch) found.set(location.id, location);
  }
  return { touched: [...found.values()], known };
}
