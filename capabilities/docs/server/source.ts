import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { PavedError, refOf, type Entity } from '@paved/kernel';
import { parseAddress, type Scm } from '@paved/repositories';
import { joinPath } from '../model/page-path.ts';

/** Where an entity's documentation is read from. Paths are relative to its root and never leave it. */
export interface DocsSource {
  /** Changes when anything in it may have changed; the same revision gives the same pages. Undefined: not known, keep nothing. */
  readonly revision: string | undefined;
  /** The commit that is read, for hosted repositories. */
  readonly commit?: string;
  /** Set for hosted repositories. */
  readonly repository?: { readonly slug: string; readonly folder: string };
  list(): Promise<string[]>;
  text(file: string): Promise<string | undefined>;
  bytes(file: string): Promise<Uint8Array | undefined>;
}

const TEXT_LIMIT = 1024 ** 2;
const BYTES_LIMIT = 10 * 1024 ** 2;
const MAX_FILES = 5000;

/** Finds the documentation of an entity by `backstage.io/techdocs-ref` (`dir:.` when absent) beside its description. */
export async function locateDocs(entity: Entity, deps: { scm: Scm; baseUrl: () => string }): Promise<DocsSource> {
  const annotations = entity.metadata['annotations'] ?? {};
  const ref = annotations['backstage.io/techdocs-ref'] ?? 'dir:.';
  const [kind, target] = splitOnce(ref);
  if (kind === 'url') return fromAddress(target, deps, refOf(entity));
  if (kind !== 'dir')
    throw new PavedError('unsupported', `${refOf(entity)} says backstage.io/techdocs-ref: ${ref}.`, {
      fix: 'Use dir:. or dir:./folder for docs in the same repository.',
    });
  const place = annotations['backstage.io/managed-by-location'] ?? '';
  const [type, where] = splitOnce(place);
  if (type === 'file' || type === 'directory') return fromFolder(path.dirname(where), target);
  const address = where === '' ? undefined : parseAddress(where, deps.baseUrl());
  if (address === undefined) throw notFound(refOf(entity), 'it was not read from a repository of this platform');
  const folder = joinPath(address.path.includes('/') ? address.path.slice(0, address.path.lastIndexOf('/')) : '', target);
  if (folder === undefined) throw leaves(refOf(entity), ref);
  return fromRepository(deps.scm, address.slug, address.revision, folder);
}

async function fromAddress(target: string, deps: { scm: Scm; baseUrl: () => string }, entity: string): Promise<DocsSource> {
  const address = parseAddress(target, deps.baseUrl());
  if (address === undefined) throw notFound(entity, `${target} is not a repository of this platform`);
  return fromRepository(deps.scm, address.slug, address.revision, address.path);
}

/** Documentation in a hosted repository, as of a branch's newest commit. */
export async function fromRepository(scm: Scm, slug: string, branch: string | undefined, folder: string): Promise<DocsSource> {
  const repository = await scm.get(slug);
  if (repository === undefined) throw new PavedError('not_found', `There is no repository ${slug}.`);
  const revision = await scm.resolve(slug, branch ?? repository.defaultBranch);
  if (revision === undefined) throw new PavedError('not_found', `${slug} has no commits yet.`, { fix: 'Push a first commit.' });
  const at = (file: string): string => (folder === '' ? file : `${folder}/${file}`);
  return {
    revision: `${slug}@${revision}/${folder}`,
    commit: revision,
    repository: { slug, folder },
    list: async () =>
      (await scm.tree(slug, revision, folder, { recursive: true }))
        .filter((e) => e.type === 'file')
        .slice(0, MAX_FILES)
        .map((e) => (folder === '' ? e.path : e.path.slice(folder.length + 1))),
    async text(file) {
      const found = await scm.readFile(slug, revision, at(file));
      return found === undefined || found.binary ? undefined : found.text;
    },
    bytes: (file) => scm.readBytes(slug, revision, at(file), BYTES_LIMIT),
  };
}

/** Documentation in a folder on the server, for entities that were read from files there. Links are followed only inside of it. */
async function fromFolder(base: string, target: string): Promise<DocsSource> {
  const inside = joinPath('', target);
  if (inside === undefined) throw leaves(base, `dir:${target}`);
  const root = await realpath(path.join(base, inside)).catch(() => undefined);
  if (root === undefined) throw new PavedError('not_found', `The folder ${path.join(base, inside)} does not exist.`);
  const open = async (file: string): Promise<string | undefined> => {
    const real = await realpath(path.join(root, file)).catch(() => undefined);
    if (real === undefined || !real.startsWith(root + path.sep)) return undefined;
    return (await stat(real)).isFile() ? real : undefined;
  };
  const read = async (file: string, limit: number): Promise<Buffer | undefined> => {
    const real = await open(file);
    return real === undefined || (await lstat(real)).size > limit ? undefined : readFile(real);
  };
  return {
    revision: undefined,
    async list() {
      const found: string[] = [];
      const walk = async (below: string): Promise<void> => {
        for (const entry of await readdir(path.join(root, below), { withFileTypes: true })) {
          const name = below === '' ? entry.name : `${below}/${entry.name}`;
          if (entry.name.startsWith('.') || entry.name === 'node_modules' || found.length >= MAX_FILES) continue;
          if (entry.isDirectory()) await walk(name);
          else if (entry.isFile()) found.push(name);
        }
      };
      await walk('');
      return found;
    },
    text: async (file) => (await read(file, TEXT_LIMIT))?.toString('utf8'),
    bytes: (file) => read(file, BYTES_LIMIT),
  };
}

function splitOnce(text: string): [string, string] {
  const colon = text.indexOf(':');
  return colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
}

const notFound = (ref: string, why: string): PavedError =>
  new PavedError('not_found', `${ref} has no documentation here: ${why}.`, {
    fix: 'Add docs/index.md beside its catalog-info.yaml in a hosted repository.',
  });
const leaves = (what: string, ref: string): PavedError =>
  new PavedError('invalid', `The documentation folder of ${what}, ${ref}, lies outside its repository.`, {
    fix: 'Use dir:. or a folder below the catalog-info.yaml.',
  });
