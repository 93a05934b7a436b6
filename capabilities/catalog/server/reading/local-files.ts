import { existsSync } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import picomatch from 'picomatch';
import { isPavedError, PavedError } from '@paved/kernel';
import { documentLimits } from '../../model/documents.ts';
import { tooLarge, unreadableFor, type Found, type SourceFile } from './source-file.ts';
import { textOf } from './text-of.ts';

const MAX_FILES = 50_000;
const MAX_BYTES = documentLimits.characters * 4;
const READ_AT_ONCE = 256;
const skipped = new Set(['node_modules', '.git', 'dist', 'build', 'target', 'vendor']);

const isGlob = (target: string): boolean => /[*?[\]{}]/.test(target);

/** Reads a file, or every file that a glob names. */
export async function readFiles(target: string): Promise<Found> {
  const absolute = path.resolve(target);
  if (!isGlob(absolute)) return { files: [await readOne(absolute)] };
  const { base, glob } = picomatch.scan(absolute);
  const matches = picomatch(absolute, { dot: false });
  const root = base === '' ? '/' : base;
  const found = await walk(root, { descend: () => true, matches, depth: /\*\*|[{(]/.test(glob) ? Infinity : glob.split('/').length });
  if (found.length === 0)
    throw new PavedError('not_found', `No file matches ${absolute}.`, { fix: 'Correct the pattern, or add the files.' });
  return { files: await readAll(found, root) };
}

/**
 * Reads every catalog document below a folder. Left out: hidden folders, dependencies, and the folders beside a `template.yaml`
 * (skeletons), as well as YAML files that hold something else than catalog documents: `takes` says for what they claim to be whether
 * it is the catalog's.
 */
export async function readFolder(target: string, takes: (apiVersion: string, kind: string) => boolean = () => false): Promise<Found> {
  const folder = path.resolve(target);
  const info = await stat(folder).catch(() => undefined);
  if (info === undefined)
    throw new PavedError('not_found', `The folder ${folder} does not exist.`, { fix: 'Correct the path, or create the folder.' });
  if (!info.isDirectory()) throw new PavedError('invalid', `${folder} is not a folder.`, { fix: 'Use a location of type file.' });
  const found = await walk(folder, {
    descend: (names) => !names.includes('template.yaml') && !names.includes('template.yml'),
    matches: (name) => /\.ya?ml$/.test(name),
    depth: Infinity,
  });
  const files = await readAll(found, folder);
  return { files: files.filter((file) => file.unreadable !== undefined || looksLikeCatalog(file, takes)) };
}

const ours = /^\s*"?apiVersion"?\s*:\s*["']?(?:backstage\.io|scaffolder\.backstage\.io|paved\.dev)\//m;
const claims = /^\s*"?(apiVersion|kind)"?\s*:\s*["']?([^\s"'#,]+)/gm;

function looksLikeCatalog({ target, text }: SourceFile, takes: (apiVersion: string, kind: string) => boolean): boolean {
  if (/(^|\/)catalog-info\.ya?ml$/.test(target) || ours.test(text)) return true;
  for (const [, field, value = ''] of text.matchAll(claims)) if (field === 'kind' ? takes('', value) : takes(value, '')) return true;
  return false;
}

async function readOne(file: string): Promise<SourceFile> {
  const bytes = await bytesOf(file);
  try {
    return { type: 'file', target: file, text: textOf(bytes, file) };
  } catch (error) {
    return { type: 'file', target: file, text: '', unreadable: unreadableFor(error) };
  }
}

async function bytesOf(file: string): Promise<Buffer> {
  try {
    const info = await stat(file);
    if (!info.isFile())
      throw new PavedError('invalid', `${file} is not a file.`, {
        fix: 'Name a file, a pattern such as folder/*.yaml, or use a location of type directory.',
      });
    if (info.size > MAX_BYTES) {
      const { message, ...way } = tooLarge(file, info.size, MAX_BYTES);
      throw new PavedError('too_large', message, way);
    }
    return await readFile(file);
  } catch (error) {
    throw inWords(file, error);
  }
}

/** What the disk says about a file or folder, as a sentence with a way out. */
function inWords(name: string, error: unknown): unknown {
  const code = (error as { code?: unknown }).code;
  if (isPavedError(error) || typeof code !== 'string') return error;
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new PavedError('not_found', `The file ${name} does not exist.`, { fix: 'Correct the path, or add the file.' });
  if (code === 'EACCES' || code === 'EPERM')
    return new PavedError('forbidden', `${name} may not be read by the account that the server runs as.`, {
      fix: 'Give that account the right to read it.',
    });
  if (code === 'ERR_INVALID_ARG_VALUE' || code === 'ENAMETOOLONG')
    return new PavedError('invalid', `${JSON.stringify(name.slice(0, 200))} is no path.`, { fix: 'Correct the path.' });
  if (code === 'ELOOP') return new PavedError('invalid', `${name} is a link that leads back to itself.`, { fix: 'Remove it.' });
  return new PavedError('unavailable', `${name} cannot be read (${code}).`, { fix: 'Look at the disk it is on.' });
}

/** What stands below a folder and is wanted. */
interface Entry {
  readonly name: string;
  /** A folder that is closed has its files behind it; one that is called like a file is none. */
  readonly is: 'file' | 'link' | 'folder' | { readonly closed: unknown };
}

interface Walk {
  /** Decides by a folder's names whether its subfolders are read. */
  readonly descend: (names: readonly string[]) => boolean;
  readonly matches: (name: string) => boolean;
  /** Levels below the folder that may hold what is wanted. */
  readonly depth: number;
}

/** All wanted files below a folder, by name, with links and what could not be looked into. */
async function walk(folder: string, { descend, matches, depth }: Walk): Promise<Entry[]> {
  const found: Entry[] = [];
  const visit = async (dir: string, level: number): Promise<void> => {
    const entries = await readdir(dir, { withFileTypes: true }).catch((error: unknown) => {
      const { code } = error as { code?: unknown };
      // It went after it was listed.
      if (code !== 'ENOENT' && code !== 'ENOTDIR') found.push({ name: `${dir}/`, is: { closed: error } });
      return [];
    });
    const deeper = level < depth && descend(entries.map((entry) => entry.name));
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      const full = path.join(dir, entry.name);
      const isFolder = entry.isDirectory();
      if (isFolder && deeper && !skipped.has(entry.name)) await visit(full, level + 1);
      if (!(isFolder ? /\.ya?ml$/.test(entry.name) : entry.isFile() || entry.isSymbolicLink()) || !matches(full)) continue;
      found.push({ name: full, is: isFolder ? 'folder' : entry.isFile() ? 'file' : 'link' });
      if (found.length > MAX_FILES)
        throw new PavedError('too_large', `More than ${MAX_FILES} files stand below ${folder}.`, {
          fix: 'Name a folder further down, or a pattern.',
        });
    }
  };
  await visit(folder, 1);
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Reads each file by itself: what is wrong with one is told with it, and those that went meanwhile are left out. */
async function readAll(entries: readonly Entry[], root: string): Promise<SourceFile[]> {
  // Only links ask where the other files really are.
  const named = entries.some(({ is }) => is === 'link') ? entries : [];
  const plain = new Set(await Promise.all(named.flatMap(({ name, is }) => (is === 'file' ? [realpath(name).catch(() => name)] : []))));
  const refused = (target: string, error: unknown, below?: true): SourceFile => ({
    type: 'file',
    target,
    text: '',
    unreadable: { ...unreadableFor(error), ...(below === undefined ? {} : { below }) },
  });
  const read = async ({ name, is }: Entry): Promise<SourceFile | undefined> => {
    if (typeof is === 'object') return refused(name, inWords(name, is.closed), true);
    try {
      if (is === 'link' && !(await leadsToOther(name, root, plain))) return undefined;
      return await readOne(name);
    } catch (error) {
      if (is !== 'link' && isPavedError(error, 'not_found')) return undefined;
      return refused(name, error);
    }
  };
  const files: SourceFile[] = [];
  for (let i = 0; i < entries.length; i += READ_AT_ONCE)
    for (const file of await Promise.all(entries.slice(i, i + READ_AT_ONCE).map(read))) if (file !== undefined) files.push(file);
  return files;
}

/** Whether a link leads to a file that is not read by its own name already. Throws when it leads out of the repository, or nowhere. */
async function leadsToOther(link: string, root: string, plain: ReadonlySet<string>): Promise<boolean> {
  const real = await realpath(link).catch((error: unknown) => {
    const { code } = error as { code?: unknown };
    if (code !== 'ENOENT') throw inWords(link, error);
    throw new PavedError('invalid', `${link} is a link that leads nowhere.`, { fix: 'Correct the link, or remove it.' });
  });
  if ((await stat(real)).isDirectory()) return false;
  const home = await realpath(repositoryRoot(link, root));
  if (real !== home && !real.startsWith(home + path.sep))
    throw new PavedError('forbidden', `${link} is a link that leads out of its repository.`, {
      fix: 'Put the file itself there, or register it as a source of its own.',
    });
  return !plain.has(real);
}

/** The folder that placeholders of a file must stay in: its repository, else the given root. */
export function repositoryRoot(file: string, root: string): string {
  for (let dir = path.dirname(file); ; dir = path.dirname(dir)) {
    if (existsSync(path.join(dir, '.git'))) return dir;
    if (dir === path.dirname(dir)) return root;
  }
}

/** Reads a file that a document points to, refusing anything outside `root` (links followed). */
export async function readWithin(root: string, file: string): Promise<SourceFile> {
  const real = await realpath(file).catch(() => undefined);
  if (real === undefined) throw new PavedError('not_found', 'the file does not exist');
  const home = await realpath(root);
  if (real !== home && !real.startsWith(home + path.sep)) throw new PavedError('forbidden', 'the file lies outside this repository');
  return readOne(real);
}
