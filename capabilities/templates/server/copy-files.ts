import { chmod, mkdir, open, readdir, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PavedError } from '@paved/kernel';
import { inside } from './inside.ts';

/** A file of a skeleton, read. */
export interface SourceFile {
  /** Relative, with `/`. */
  readonly path: string;
  readonly mode: number;
  readonly bytes: Buffer;
}

const MAX_FILES = 5_000;
const MAX_BYTES = 64 * 1024 * 1024;

/** Reads all files of a folder in order of their paths, bounded. Refuses symbolic links; leaves `.git` out. */
export async function readFolder(folder: string): Promise<SourceFile[]> {
  const found: string[] = [];
  const walk = async (relative: string): Promise<void> => {
    const entries = await readdir(path.join(folder, relative), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name === '.git') continue;
      const name = relative === '' ? entry.name : `${relative}/${entry.name}`;
      if (entry.isDirectory()) await walk(name);
      else if (entry.isFile()) found.push(name);
      else
        throw new PavedError('invalid', `"${name}" is ${entry.isSymbolicLink() ? 'a symbolic link' : 'not an ordinary file'}.`, {
          fix: 'Replace it by an ordinary file.',
        });
      if (found.length > MAX_FILES) throw new PavedError('too_large', `The folder holds more than ${MAX_FILES} files.`);
    }
  };
  await walk('');
  let total = 0;
  const files: SourceFile[] = [];
  for (const name of found) {
    const handle = await open(path.join(folder, name));
    try {
      const { size, mode } = await handle.stat();
      total += size;
      if (total > MAX_BYTES) throw new PavedError('too_large', `The folder holds more than ${MAX_BYTES / 1024 / 1024} MiB.`);
      files.push({ path: name, mode: mode & 0o777, bytes: await handle.readFile() });
    } finally {
      await handle.close();
    }
  }
  return files;
}

/** Whether bytes look like a binary file (a NUL among the first 8,000 bytes, as git decides). */
export const isBinary = (bytes: Buffer): boolean => bytes.subarray(0, 8_000).includes(0);

/**
 * Writes a file below `folder`, whole or not at all, so that a crash leaves nothing half-written behind. Keeps a file that is
 * there unless `replace`; says whether it wrote.
 */
export async function writeInside(
  folder: string,
  relative: string,
  content: string | Buffer,
  options: { mode?: number; replace?: boolean } = {},
): Promise<boolean> {
  const target = await inside(folder, relative, 'The path');
  if (target === (await inside(folder, '.', 'The path'))) throw new PavedError('invalid', `The path "${relative}" is a folder.`);
  if (options.replace !== true && (await stat(target).catch(() => undefined)) !== undefined) return false;
  await mkdir(path.dirname(target), { recursive: true });
  const partial = `${target}.partial~`;
  await writeFile(partial, content);
  if (options.mode !== undefined) await chmod(partial, options.mode);
  await rename(partial, target);
  return true;
}
