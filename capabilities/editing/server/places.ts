import type { EntityProviders } from '@paved/catalog';
import type { Forges } from '@paved/forges';
import type { Guard } from '@paved/host';
import type { Actor } from '@paved/kernel';
import { sourceAddress, type Scm } from '@paved/repositories';
import { forgePlace } from './sources/on-forge.ts';

export interface PlacesDeps {
  readonly scm: Scm;
  readonly forges: Forges;
  readonly providers: EntityProviders;
  readonly guard: Guard;
}

/** A repository that can take new documents. */
export interface RepositoryPlace {
  readonly type: 'repository' | 'forge';
  readonly address: string;
  readonly label: string;
  /** Files in it that the catalog reads. */
  readonly files: readonly string[];
  /** Whether the actor may commit to its default branch; everybody else proposes. */
  readonly mayCommit: boolean;
}

/** Hosted repositories, and those of forges that the catalog reads from. Own ones first. */
export async function placesFor(deps: PlacesDeps, actor: Actor): Promise<RepositoryPlace[]> {
  const hosts = deps.forges.list().flatMap(({ id }) => [`https://${id}/`, `http://${id}/`]);
  const read = await deps.providers.readFrom([sourceAddress(''), ...hosts]);
  const filesIn = (root: string): string[] => [
    ...new Set(read.filter(({ url }) => url.startsWith(`${root}/`)).map(({ url }) => url.slice(root.length + 1).split('?')[0] ?? '')),
  ];
  const hosted = (await deps.scm.list()).map(({ slug, ownerRef }): RepositoryPlace => ({
    type: 'repository',
    address: sourceAddress(slug),
    label: slug,
    files: filesIn(sourceAddress(slug)),
    mayCommit: deps.guard.decide(actor, 'repositories.repository.push', { ownerRefs: [ownerRef] }).allowed,
  }));
  const onForges = new Map<string, RepositoryPlace & { files: string[] }>();
  for (const { url } of read) {
    const place = forgePlace(deps.forges, url);
    if (place === undefined || url.startsWith(sourceAddress(''))) continue;
    const known = onForges.get(place.repository);
    if (known === undefined)
      onForges.set(place.repository, {
        type: 'forge',
        address: place.repository,
        label: place.label,
        files: [place.path],
        mayCommit: true,
      });
    else if (!known.files.includes(place.path)) known.files.push(place.path);
  }
  return [...hosted.toSorted((a, b) => Number(b.mayCommit) - Number(a.mayCommit) || (a.label < b.label ? -1 : 1)), ...onForges.values()];
}
