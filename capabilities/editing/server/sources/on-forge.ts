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
  if (found === undefined) return undefined;
  const branch = forges.place(found.url)?.ref;
  return { text: found.text, revision: found.revision, ...(branch === undefined ? {} : { branch }) };
}

export async function saveOnForge(forges: Forges, change: SourceChange, actor: Actor): Promise<SavedChange> {
  const { place, files, key, body, message, branch: wanted } = change;
  const on = {
    ...(change.revision === undefined ? {} : { revision: change.revision }),
    ...(change.onlyNew === undefined ? {} : { onlyNew: change.onlyNew }),
  };
  if (change.mode === 'commit') {
    const { sha, url } = await forges.commit(
      { url: place.address, files, key, ...on, message: [message, body].filter((part) => part !== '').join('\n\n') },
      actor,
    );
    return { type: 'commit', sha, href: url };
  }
  const { number, branch, url, created } = await forges.openPullRequest(
    { url: place.address, files, key, ...on, title: titleOf(message), body, ...(wanted === undefined ? {} : { branch: wanted }) },
    actor,
  );
  return { type: 'pull-request', number, branch, href: url, created };
}
