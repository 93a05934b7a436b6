import type { Forges } from '@paved/forges';
import type { Entity } from '@paved/kernel';
import { parseAddress, type Scm } from '@paved/repositories';
import { codeOwnersPaths, parseCodeOwners } from '../model/codeowners.ts';
import type { SuggestionFacts } from '../model/suggest-owners.ts';

const COMMITS = 100;
const DAY_MS = 86_400_000;
const ageIn = (now: Date, at: string): number => (now.getTime() - Date.parse(at)) / DAY_MS;

export interface EvidenceDeps {
  readonly repositories: Scm;
  readonly forges: Forges;
  readonly baseUrl: () => string;
  readonly now: () => Date;
}

/** What the repository of an entity says about its owners; undefined when it stands in none that can be asked. */
export async function evidenceOf(deps: EvidenceDeps, entity: Entity): Promise<SuggestionFacts | undefined> {
  const target = addressOf(entity);
  if (target === undefined) return undefined;
  const here = parseAddress(target, deps.baseUrl());
  if (here !== undefined) return hosted(deps, here.slug, folderOf(here.path));
  return elsewhere(deps, target);
}

/** Where the entity's files stand: its source location, else the file that describes it. */
function addressOf(entity: Entity): string | undefined {
  const annotations = entity.metadata.annotations ?? {};
  const text = annotations['backstage.io/source-location'] ?? annotations['backstage.io/managed-by-location'];
  return text?.replace(/^(?:url|git):/, '');
}

/** The folder of a file (`a/catalog-info.yaml` → `a`); a folder stays. */
const folderOf = (path: string): string =>
  (/\.[a-z]+$/i.test(path) ? path.slice(0, Math.max(0, path.lastIndexOf('/'))) : path).replace(/^\/+|\/+$/g, '');

async function hosted(deps: EvidenceDeps, slug: string, path: string): Promise<SuggestionFacts | undefined> {
  const repository = await deps.repositories.get(slug);
  if (repository === undefined) return undefined;
  const revision = await deps.repositories.resolve(slug, repository.defaultBranch);
  if (revision === undefined) return undefined;
  const written = await deps.repositories.commits(slug, revision, { limit: COMMITS, ...(path === '' ? {} : { path }) });
  const facts = {
    path,
    commits: written.map(({ author, at }) => ({ ...author, ageDays: ageIn(deps.now(), at) })),
    commitsHref: `/repositories/${slug}/commits`,
  };
  for (const file of codeOwnersPaths) {
    const found = await deps.repositories.readFile(slug, revision, file);
    if (found !== undefined && !found.binary)
      return {
        ...facts,
        codeOwners: { file, href: `/repositories/${slug}/blob/${repository.defaultBranch}/${file}`, rules: parseCodeOwners(found.text) },
      };
  }
  return facts;
}

async function elsewhere({ forges, now }: EvidenceDeps, target: string): Promise<SuggestionFacts | undefined> {
  const place = forges.place(target);
  if (place === undefined) return undefined;
  const path = folderOf(place.path);
  const folder = path === '' ? place.repositoryUrl : await forges.fileUrl(target, path);
  const [written, owners] = await Promise.all([forges.commits(folder, COMMITS), forges.codeowners(target)]);
  return {
    path,
    commits: written.map(({ author, at }) => ({ name: author.login ?? author.name, email: author.email, ageDays: ageIn(now(), at) })),
    commitsHref: folder,
    ...(owners === undefined
      ? {}
      : { codeOwners: { file: owners.path, href: await forges.fileUrl(target, owners.path), rules: parseCodeOwners(owners.text) } }),
  };
}
