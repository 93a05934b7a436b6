import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import picomatch from 'picomatch';
import { messageOf, PavedError } from '@paved/kernel';

export interface DocumentFile {
  /** As people and CI find it: a path from where the command was called, or `standard input`. */
  readonly name: string;
  readonly text: string;
}

const catalogFile = /^catalog-info\.ya?ml$/;
const templateFile = /^template\.ya?ml$/;
const isGlob = (name: string): boolean => /[*?[\]{}]/.test(name);
const isSkipped = (name: string): boolean => name.startsWith('.') || name === 'node_modules';

/**
 * The files that arguments name: `-` is standard input, a folder stands for the catalog-info.yaml files in it, and a pattern that
 * no shell has filled in for what it matches (two stars stand for any folders). Without arguments, this folder.
 */
export async function documentFiles(names: readonly string[]): Promise<DocumentFile[]> {
  const files = new Map<string, DocumentFile>();
  for (const name of names.length === 0 ? ['.'] : names) {
    if (name === '-') files.set('-', { name: 'standard input', text: await readAll(process.stdin) });
    else for (const file of filesNamed(name)) files.set(path.resolve(file), read(file));
  }
  if (files.size === 0)
    throw new PavedError('not_found', 'There is no catalog-info.yaml here.', { fix: 'Name the files, folders or patterns to look at.' });
  return [...files.values()];
}

/** Files that a document names from where it stands, for example a Location's `./teams/*.yaml`; undefined when there are none. */
export function filesBeside(file: string, target: string): DocumentFile[] | undefined {
  const found = pathsBeside(file, target);
  return found.length === 0 ? undefined : found.map(read);
}

/** Whether a file that a document names from where it stands is there. */
export const standsBeside = (file: string, target: string): boolean => pathsBeside(file, target).length > 0;

function pathsBeside(file: string, target: string): string[] {
  // What came by standard input stands where the command was called.
  const full = path.join(path.dirname(file === 'standard input' ? './-' : file), target);
  if (isGlob(target)) return matching(full);
  return statSync(full, { throwIfNoEntry: false })?.isFile() === true ? [full] : [];
}

function filesNamed(name: string): string[] {
  const info = statSync(name, { throwIfNoEntry: false });
  if (info !== undefined) return info.isDirectory() ? filesIn(name) : [name];
  const found = isGlob(name) ? matching(name) : [];
  if (found.length === 0)
    throw new PavedError('not_found', isGlob(name) ? `No file matches ${name}.` : `There is no file ${name}.`, {
      fix: 'Correct the name, or run the command where the file is.',
    });
  return found;
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  // What stands beside a template.yaml is a skeleton, not a document.
  const isTemplate = entries.some((entry) => templateFile.test(entry.name));
  return entries
    .flatMap((entry) => {
      if (isSkipped(entry.name)) return [];
      const full = path.join(folder, entry.name);
      if (entry.isDirectory()) return isTemplate ? [] : filesIn(full);
      return catalogFile.test(entry.name) || (isTemplate && templateFile.test(entry.name)) ? [full] : [];
    })
    .sort();
}

function matching(pattern: string): string[] {
  const { base } = picomatch.scan(path.normalize(pattern));
  const matches = picomatch(path.normalize(pattern));
  const walk = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      if (isSkipped(entry.name)) return [];
      const full = path.join(folder, entry.name);
      return entry.isDirectory() ? walk(full) : matches(full) ? [full] : [];
    });
  const start = base === '' ? '.' : base;
  return statSync(start, { throwIfNoEntry: false })?.isDirectory() === true ? walk(start).sort() : [];
}

function read(name: string): DocumentFile {
  try {
    return { name: path.normalize(name), text: readFileSync(name, 'utf8') };
  } catch (cause) {
    throw new PavedError('invalid', `${name} cannot be read: ${messageOf(cause)}.`, { cause });
  }
}
