import type { Catalog, EntityProviders } from '@paved/catalog';
import type { Forges } from '@paved/forges';
import type { Database, Logger } from '@paved/host';
import { isPavedError, messageOf, type Actor } from '@paved/kernel';
import type { SourceFiles, SourcePlace } from '../../index.ts';
import { awaitFile, forgetAwaited } from '../store.ts';
import { hostedPlace, hostedTree, readHosted, saveHosted, type HostedDeps } from './hosted.ts';
import { forgePlace, readOnForge, saveOnForge } from './on-forge.ts';

export interface SourceFilesDeps extends HostedDeps {
  readonly db: Database;
  readonly forges: Forges;
  readonly catalog: Catalog;
  readonly providers: EntityProviders;
  readonly now: () => Date;
  readonly log: Logger;
}

/** Hosted repositories and those of forges behind one port. */
export function createSourceFiles(deps: SourceFilesDeps): SourceFiles {
  const { forges } = deps;
  return {
    at: async (address) => (await hostedPlace(deps, address)) ?? forgePlace(forges, address),
    async beside(place, path) {
      if (place.type === 'repository') return { ...place, path, address: `${place.repository}/${path}` };
      return { ...place, path, address: await forges.fileUrl(place.address, path) };
    },
    read: (place) => (place.type === 'repository' ? readHosted(deps, place) : readOnForge(forges, place)),
    tree: (place) => (place.type === 'repository' ? hostedTree(deps, place) : forges.tree(place.address)),
    save: (change, actor) => (change.place.type === 'repository' ? saveHosted(deps, change, actor) : saveOnForge(forges, change, actor)),
    async readInto(place, actor) {
      if (await readNow(deps, place, actor)) return true;
      await awaitFile(deps.db, { address: place.address, repository: place.repository, actor }, deps.now());
      return false;
    },
  };
}

/** Whether the catalog reads the file, after making it. False while it is not there yet. */
export async function readNow(deps: SourceFilesDeps, place: SourcePlace, actor: Actor): Promise<boolean> {
  await readAgain(deps, place.repository);
  if ((await deps.providers.readFrom([place.address])).some((found) => found.url === place.address)) return true;
  try {
    await deps.catalog.addLocation({ type: 'url', target: place.address }, actor);
    return true;
  } catch (error) {
    if (!isPavedError(error)) throw error;
    deps.log.debug({ address: place.address, reason: messageOf(error) }, 'A file is not there for the catalog yet.');
    return false;
  } finally {
    await forgetWhenRead(deps, place.address);
  }
}

async function forgetWhenRead(deps: SourceFilesDeps, address: string): Promise<void> {
  if ((await deps.providers.readFrom([address])).length > 0) await forgetAwaited(deps.db, address);
}

/** Reads again what the catalog reads from a repository: a pattern may find more files now. */
export async function readAgain(deps: Pick<SourceFilesDeps, 'catalog' | 'providers' | 'log'>, repository: string): Promise<void> {
  const inside = (await deps.providers.readFrom([repository]))
    .filter(({ url }) => url === repository || url.startsWith(`${repository}/`))
    .map((found) => found.location);
  const locations = new Map(inside.filter(({ type }) => type === 'url' || type === 'git').map((location) => [location.id, location]));
  for (const { type, target } of locations.values()) {
    await deps.catalog.refresh({ type, target }).catch((error: unknown) => {
      if (!isPavedError(error)) throw error;
      deps.log.debug({ target, reason: messageOf(error) }, 'A source could not be read again; its state says why.');
    });
  }
}
