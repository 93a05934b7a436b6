import { existsSync } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import picomatch from 'picomatch';
import { PavedError } from '@paved/kernel';
import { documentLimits } from '../../model/documents.ts';
import type { Found, SourceFile } from './source-file.ts';
import { decoded } from './text-of.ts';

const MAX_FILES = 50_000;
const skipped = new Set(['node_modules', '.git', 'dist', 'build', 'target', 'vendor']);

const isGlob = (target: string): boolean => /[*?[\]{}]/.test(target);

/** Reads a file, or every file that a glob names. */
export async function readFiles(target: string): Promise<Found> {
  const absolute = path.resolve(target);
  if (!isGlob(absolute)) return { files: [await readOne(absolute)] };
  const { base } = picomatch.scan(absolute);
  const matches = picomatch(absolute, { dot: false });
  const names = (await walk(base === '' ? '/' : base, () => true)).filter((name) => matches(name)).sort();
  if (names.length === 0)
    throw new PavedError('not_found', `No file matches ${absolute}.`, { fix: 'Correct the pattern, or add the files.' });
  return { files: await Promise.all(names.map(readOne)) };
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
  const names = (await walk(folder, (names) => !names.includes('template.yaml') && !names.includes('template.yml')))
    .filter((name) => /\.ya?ml$/.test(name))
    .sort();
  const files = await Promise.all(names.map(readOne));
  return { files: files.filter((file) => looksLikeCatalog(file, takes)) };
}

const ours = /^\s*"?apiVersion"?\s*:\s*["']?(?:backstage\.io|scaffolder\.backstage\.io|paved\.dev)\//m;
const claims = /^\s*"?(apiVersion|kind)"?\s*:\s*["']?([^\s"'#,]+)/gm;

function looksLikeCatalog({ target, text }: SourceFile, takes: (apiVersion: string, kind: string) => boolean): boolean {
  if (/(^|\/)catalog-info\.ya?ml$/.test(target) || ours.test(text)) return true;
  for (const [, field, value = ''] of text.matchAll(claims)) if (field === 'kind' ? takes('', value) : takes(value, '')) return true;
  return false;
}

async function readOne(file: string): Promise<SourceFile> {
  const info = await stat(file).catch(() => undefined);
  if (info === undefined)
    throw new PavedError('not_found', `The file ${file} does not exist.`, { fix: 'Correct the path, or add the file.' });
  if (!info.isFile())
    throw new PavedError('invalid', `${file} is not a file.`, {
      fix: 'Name a file, a pattern such as folder/*.yaml, or use a location of type directory.',
    });
  if (info.size > documentLimits.characters * 4)
    throw new PavedError('too_large', `The file ${file} has ${info.size} bytes.`, { fix: 'Split it.' });
  // What is no text is one broken document, found when it is parsed: the files beside it are read all the same.
  return { type: 'file', target: file, text: decoded(await readFile(file)) };
}

/** All files below a folder; `descend` decides by a folder's names whether its subfolders are read. */
async function walk(folder: string, descend: (names: readonly string[]) => boolean): Promise<string[]> {
  const found: string[] = [];
  const visit = async (dir: string): Promise<void> => {
    const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
    const deeper = descend(entries.map((entry) => entry.name));
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      const full = path.join(dir, entry.name);
      if (entry.isDirectory()) {
        if (deeper && !skipped.has(entry.name)) await visit(full);
      } else if (entry.isFile()) {
        found.push(full);
        if (found.length > MAX_FILES)
          throw new PavedError('too_large', `More than ${MAX_FILES} files stand below ${folder}.`, {
            fix: 'Name a folder further down, or a pattern.',
          });
      }
    }
  };
  await visit(folder);
  return found;
}

/** The folder that placeholders of a file must stay in: its repository, else the given root. */
export function repositoryRoot(file: string, root: string): string {
  for (let dir = path.dirname(file); ; dir = path.dirname(dir)) {
    if (existsSync(path.join(dir, '.git'))) return dir;
    if (dir === path.dirname(dir)) return root;
  }
}

/** Reads a file that a document points to, refusing anything outside `root` (links followed). */
export async function readWithin(root: string, file: string): Promise<string> {
  const real = await realpath(file).catch(() => undefined);
  if (real === undefined) throw new PavedError('not_found', 'the file does not exist');
  const home = await realpath(root);
  if (real !== home && !real.startsWith(home + path.sep)) throw new PavedError('forbidden', 'the file lies outside this repository');
  return (await readOne(real)).text;
}
