import type { Actor } from '@paved/kernel';
import type { Forges } from '@paved/forges';
import type { SavedChange, SourceChange, SourcePlace, SourceText } from '../../index.ts';
import { titleOf } from './hosted.ts';

/** A file on a connected forge; undefined for addresses that lead to none. */
export function forgePlace(forges: Forges, address: string): SourcePlace | undefined {
  const place = forges.place(address);
  if (place === undefined) return undefined;
  return {
    type: 'forge',
    address,
    repository: place.repositoryUrl,
    label: place.repository,
    path: place.path,
    ownerRefs: [],
    ...(place.ref === undefined ? {} : { branch: place.ref }),
  };
}

export async function readOnForge(forges: Forges, place: SourcePlace): Promise<SourceText | undefined> {
  const found = await forges.readText(place.address);
  return found === undefined ? undefined : { text: found.text, revision: found.revision };
}

export async function saveOnForge(forges: Forges, change: SourceChange, actor: Actor): Promise<SavedChange> {
  const { place, files, key, body, message } = change;
  if (change.mode === 'commit') {
    const { sha, url } = await forges.commit(
      { url: place.address, files, key, message: [message, body].filter((part) => part !== '').join('\n\n') },
      actor,
    );
    return { type: 'commit', sha, href: url };
  }
  const { number, branch, url, created } = await forges.openPullRequest(
    { url: place.address, files, key, title: titleOf(message), body },
    actor,
  );
  return { type: 'pull-request', number, branch, href: url, created };
}
