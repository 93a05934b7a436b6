import path from 'node:path';
import { PavedError } from '@paved/kernel';
import type { SourceReader } from '../../index.ts';
import { readFiles, readFolder, readWithin, repositoryRoot } from './local-files.ts';
import type { Found, SourceFile } from './source-file.ts';

/** Reads targets of every location type. */
export interface Sources {
  add(reader: SourceReader): void;
  read(type: string, target: string): Promise<Found>;
  /** The absolute target that a document's relative one means. */
  resolve(from: SourceFile, target: string): string;
  /** The text of a file that a document points to; it must lie in the same repository. `root` bounds local files outside a repository. */
  readBeside(from: SourceFile, target: string, root: string): Promise<string>;
}

/** The part of an address that names the repository: host, owner and name. */
const repositoryOf = (url: string): string => url.split('/').slice(0, 5).join('/').toLowerCase();

const hasScheme = (target: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(target);

export function createSources(): Sources {
  const readers: SourceReader[] = [];
  const readUrl = async (target: string): Promise<Found> => {
    const reader = readers.find((candidate) => candidate.serves(target));
    if (reader === undefined) {
      throw new PavedError('unsupported', `Nothing here reads ${target}.`, {
        fix: 'Use the address of a repository of this platform, or import the repository first.',
      });
    }
    const { revision, files } = await reader.read(target);
    return {
      revision,
      files: files.map((file): SourceFile => {
        const folder = file.url.slice(0, file.url.lastIndexOf('/') + 1);
        return {
          type: 'url',
          target: file.url,
          text: file.text,
          revision,
          sourceLocation: `url:${folder}`,
          ...(/^https?:/.test(file.url) ? { viewUrl: file.url } : {}),
        };
      }),
    };
  };
  const resolve = (from: SourceFile, target: string): string => {
    if (hasScheme(target)) return target;
    if (from.type === 'file') return path.resolve(path.dirname(from.target), target);
    return new URL(target, from.target).toString();
  };
  return {
    add: (reader) => void readers.push(reader),
    read(type, target) {
      if (type === 'file') return readFiles(target);
      if (type === 'directory') return readFolder(target);
      return readUrl(target);
    },
    resolve,
    async readBeside(from, target, root) {
      const absolute = resolve(from, target);
      if (from.type === 'file') {
        if (hasScheme(absolute)) throw new PavedError('forbidden', 'only files of the same repository are read');
        return readWithin(repositoryRoot(from.target, root), absolute);
      }
      const reader = readers.find((candidate) => candidate.serves(absolute));
      if (reader === undefined || repositoryOf(absolute) !== repositoryOf(from.target))
        throw new PavedError('forbidden', 'only files of the same repository are read');
      const file = (await reader.read(absolute)).files[0];
      if (file === undefined) throw new PavedError('not_found', 'the file does not exist');
      return file.text;
    },
  };
}
