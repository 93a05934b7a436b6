import { folderOf, isManifest, manifestsOf, type Manifest } from './read-manifest.ts';
import type { RepositoryFacts } from './repository-facts.ts';

/** What becomes a component of its own: the repository, or one package of a monorepo. */
export interface Unit {
  /** `''`: the repository's root. */
  readonly folder: string;
  readonly manifests: readonly Manifest[];
}

/** More than these are no overview: what is started comes first. */
const MOST_UNITS = 20;

/**
 * The packages of a monorepo, when the root holds some together or has no package of its own; else the root. A root that is a package
 * itself and holds others together (npm workspaces with a server at the top) is one of them when it is started.
 */
export function unitsOf(facts: RepositoryFacts): readonly Unit[] {
  const root: Unit = { folder: '', manifests: manifestsOf(facts.texts).filter((one) => one.workspace !== true) };
  const holds = manifestsOf(facts.texts).some((one) => one.workspace === true);
  if (!holds && root.manifests.length > 0) return [root];
  const folders = [...new Set(Object.keys(facts.texts).filter(isManifest).map(folderOf))].filter((folder) => folder !== '').toSorted();
  const nested = folders
    .map((folder): Unit => ({ folder, manifests: manifestsOf(facts.texts, folder).filter((one) => one.workspace !== true) }))
    .filter((unit) => unit.manifests.length > 0)
    // A package inside another one is part of it.
    .filter((unit, _i, all) => !all.some((other) => unit.folder.startsWith(`${other.folder}/`)));
  // One package in a folder is the repository, described from there.
  if (nested.length < 2)
    return nested.length === 0 || root.manifests.length > 0 ? [wholeRoot(facts)] : [{ folder: '', manifests: nested[0]?.manifests ?? [] }];
  return nested.toSorted((a, b) => Number(isStarted(b)) - Number(isStarted(a))).slice(0, MOST_UNITS);
}

const wholeRoot = (facts: RepositoryFacts): Unit => ({ folder: '', manifests: manifestsOf(facts.texts) });

const isStarted = ({ manifests }: Unit): boolean => manifests.some((one) => one.runs === true);
