import { realpath, readFile } from 'node:fs/promises';
import path from 'node:path';
import { STORED_BY_PEOPLE, yamlOf, type Catalog, type DocumentChecks, type EntityKeeper } from '@paved/catalog';
import { PavedError, type Entity } from '@paved/kernel';
import type { SourceFiles, SourceText } from '../index.ts';
import { partOf, type DocumentPart } from '../model/document-parts.ts';
import type { DocumentPlace } from '../model/place.ts';

export interface LocatingDeps {
  readonly catalog: Catalog;
  readonly checks: DocumentChecks;
  readonly sources: SourceFiles;
  /** Folders of the server that administrators may write to. */
  readonly folders: readonly string[];
}

/** A file as it was read; on the server's disk there are neither commits nor branches. */
export type FileText = Pick<SourceText, 'text'> & Partial<SourceText>;

/** An entity's document as it stands now. */
export interface Located {
  readonly ref: string;
  readonly entity: Entity;
  readonly ownerRefs: readonly string[];
  readonly place: DocumentPlace;
  readonly stale: boolean;
  /** The document's text: its part of the file, or the entity as YAML when there is no file to read. */
  readonly text: string;
  readonly file?: FileText & { readonly part: DocumentPart };
}

/** Finds where an entity's document stands and reads it. Throws `not_found`. */
export async function locate(deps: LocatingDeps, ref: string): Promise<Located> {
  const [entity, keeper] = [await deps.catalog.get(ref), await deps.checks.keeperOf(ref)];
  if (entity === undefined || keeper === undefined)
    throw new PavedError('not_found', `There is no entity ${ref}.`, { fix: 'Check the reference.' });
  const place = await placeOf(deps, keeper);
  const found = { ref, entity, place, stale: keeper.stale, ownerRefs: await deps.catalog.ownersOf(ref) };
  const file = await fileAt(deps, place);
  if (file === undefined) return { ...found, text: yamlOf(entity) };
  const part = partOf(file.text, ref);
  if (part !== undefined) return { ...found, text: part.text, file: { ...file, part } };
  const { type } = place;
  if (type !== 'source') return { ...found, text: yamlOf(entity) };
  return {
    ...found,
    text: yamlOf(entity),
    place: {
      type: 'elsewhere',
      source: place.source.address,
      reason: `${place.source.path} in ${place.source.label} does not hold ${ref} any more.`,
      fix: 'Read the entity again from its source.',
    },
  };
}

async function placeOf(deps: LocatingDeps, keeper: EntityKeeper): Promise<DocumentPlace> {
  const { by, source } = keeper;
  const elsewhere = (reason: string, fix: string): DocumentPlace => ({ type: 'elsewhere', source, reason, fix });
  if (by.type === 'origin')
    return by.name === STORED_BY_PEOPLE ? { type: 'store' } : elsewhere(`It is kept by ${by.name}.`, 'Change it where it was made.');
  if (by.type === 'provider') return elsewhere(`The provider ${by.name} brings it.`, 'Change it there.');
  if (by.type === 'orphan') return elsewhere('Its source does not name it any more.', 'Remove it, or bring it back in its source.');
  const cut = source.indexOf(':');
  const [type, target] = [source.slice(0, cut), source.slice(cut + 1)];
  if (type === 'file') {
    if (await isWritable(deps.folders, target)) return { type: 'disk', path: target };
    return elsewhere(
      `It stands in ${target} on the server, where the portal does not write.`,
      'Change the file there, or name its folder below editing.folders.',
    );
  }
  const place = await deps.sources.at(target);
  if (place !== undefined) return { type: 'source', source: place };
  return elsewhere(`Its source ${target} belongs to no connected repository.`, 'Change it there, or connect its forge below integrations.');
}

async function isWritable(folders: readonly string[], file: string): Promise<boolean> {
  const real = await realpath(file).catch(() => undefined);
  if (real === undefined) return false;
  for (const folder of folders) {
    const inside = path.relative(await realpath(folder).catch(() => path.resolve(folder)), real);
    if (inside !== '' && !inside.startsWith('..') && !path.isAbsolute(inside)) return true;
  }
  return false;
}

/** The whole file at a place; undefined when there is none. */
export async function fileAt(deps: Pick<LocatingDeps, 'sources'>, place: DocumentPlace): Promise<FileText | undefined> {
  if (place.type === 'source') return deps.sources.read(place.source);
  if (place.type !== 'disk') return undefined;
  return { text: await readFile(place.path, 'utf8') };
}
