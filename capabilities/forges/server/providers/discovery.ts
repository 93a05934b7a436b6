import type { EntityProvider, EntityProviders, ProvidedLocation } from '@paved/catalog';
import type { ForgeRepository } from '../../index.ts';
import { passes, type RepositoryFilter } from '../../model/repository-filter.ts';
import type { Connected } from '../connections.ts';
import { below, ownerUrl, type ForgeProvider } from './forge-provider.ts';

/** Which repositories of a forge are looked at, and where their catalog file stands. */
export interface Discovery {
  readonly name: string;
  readonly type: string;
  readonly schedule: string;
  /** Organisation, group, workspace or `organisation/project`; `''` for all that the credentials see. */
  readonly owner: string;
  readonly catalogPath: string;
  /** Read this branch instead of the default one. */
  readonly branch?: string;
  /** For repositories without a default branch in the forge's list. */
  readonly fallbackBranch?: string;
  readonly filter: RepositoryFilter;
  readonly topics?: 'any' | 'all';
  /** Regular expression of the full name, from the beginning. */
  readonly fullName?: string;
}

/** Finds the catalog files of an owner's repositories. What stands in them is read by the catalog. */
export function discoveryProvider(connected: Connected, discovery: Discovery, known: Pick<EntityProviders, 'readFrom'>): ForgeProvider {
  const { forge, connection } = connected;
  const path = discovery.catalogPath.replace(/^\/+/, '');
  const fullName = discovery.fullName === undefined ? undefined : new RegExp(discovery.fullName);

  const locationOf = (repository: ForgeRepository): ProvidedLocation | undefined => {
    const ref = discovery.branch ?? repository.defaultBranch ?? discovery.fallbackBranch;
    if (ref === undefined || !passes(repository, discovery.filter, discovery.topics)) return undefined;
    if (fullName !== undefined && !fullName.test(repository.fullName)) return undefined;
    return {
      target: forge.format({ repository: repository.fullName, ref, path }, 'view'),
      ...(repository.stamp === undefined ? {} : { stamp: repository.stamp }),
    };
  };
  /** Everything that the catalog reads from a repository, whatever its branch was; the catalog removes only what is this provider's. */
  const targetsIn = async (repository: string): Promise<string[]> =>
    (await known.readFrom([forge.format({ repository, path: '' }, 'tree')]))
      .map(({ location }) => location.target)
      .filter((target) => forge.parse(target)?.repository.toLowerCase() === repository.toLowerCase());

  const provider: EntityProvider = {
    name: discovery.name,
    type: discovery.type,
    target: ownerUrl(forge, discovery.owner),
    schedule: discovery.schedule,
    pausedUntil: () => connection.pausedUntil(),
    async read({ signal, log }) {
      const locations: ProvidedLocation[] = [];
      let seen = 0;
      for await (const page of forge.repositories(discovery.owner, signal)) {
        seen += page.length;
        for (const repository of page) {
          const location = locationOf(repository);
          if (location !== undefined) locations.push(location);
        }
        log(`${seen} repositories seen, ${locations.length} taken`);
      }
      return { type: 'full', entities: [], locations };
    },
  };
  return {
    provider,
    host: connected.integration.host,
    async repositoryChanged({ repository, before, deleted }) {
      const names = [repository, before].filter((name) => name !== undefined);
      if (!names.some((name) => below(name, discovery.owner))) return undefined;
      const found = deleted ? undefined : await forge.repository(repository);
      const location = found === undefined || !below(found.fullName, discovery.owner) ? undefined : locationOf(found);
      const gone = (await Promise.all(names.map(targetsIn))).flat();
      const removedLocations = gone.filter((target) => target !== location?.target);
      if (location === undefined && removedLocations.length === 0) return undefined;
      return { type: 'delta', locations: location === undefined ? [] : [location], removedLocations };
    },
  };
}
