import path from 'node:path';
import { isPavedError, PavedError } from '@paved/kernel';
import type { Reach } from '@paved/host';
import type { SourceContent, SourceReader } from '../../index.ts';
import { foreignIn } from '../../model/foreign-bytes.ts';
import { looksLikeGit, parseGitAddress } from '../../model/git-address.ts';
import type { GitFiles, ReadSession } from './git-files.ts';
import { PATIENCE, readHttpFile, type HttpFilesDeps } from './http-files.ts';
import type { KeptRead, KeptReads } from './kept-reads.ts';
import { readFiles, readFolder, readWithin, repositoryRoot } from './local-files.ts';
import { folderOf, tooLarge, unreadableFor, type Found, type SourceFile } from './source-file.ts';
import { textOf } from './text-of.ts';

/** What a relative target means: what to read, and with which reader. */
export interface Resolved {
  readonly type: 'file' | 'git' | 'url';
  readonly target: string;
}

/** Reads targets of every location type. */
export interface Sources {
  add(reader: SourceReader): void;
  /**
   * `local`: whether repositories on the server's own disk may be read, as for sources that an administrator added. `takes`: which
   * documents of a folder are the catalog's, besides Backstage's and Paved's own.
   */
  read(
    type: string,
    target: string,
    options?: { local?: boolean; session?: ReadSession; takes?: (apiVersion: string, kind: string) => boolean },
  ): Promise<Found>;
  /** The absolute target that a document's relative one means. Throws for one that means nothing, or leads out of a repository. */
  resolve(from: SourceFile, target: string): Resolved;
  /**
   * The text of a file that a document points to. It must lie in the same repository, or on a host that the platform team listed.
   * `root` bounds local files outside a repository.
   */
  readBeside(
    from: SourceFile,
    target: string,
    root: string,
    session?: ReadSession,
  ): Promise<{ text: string; part?: Resolved & { revision: string } }>;
}

export interface SourcesDeps extends HttpFilesDeps {
  readonly reach: Reach;
  readonly git: GitFiles;
  readonly kept: KeptReads;
}

/** The part of an address that names the repository: host, owner and name. */
const repositoryOf = (url: string): string => url.split('/').slice(0, 5).join('/').toLowerCase();

const hasScheme = (target: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(target) || /^[\w.-]+@[\w.-]+:(?!\/\/)/.test(target);

export function createSources(deps: SourcesDeps): Sources {
  const readers: SourceReader[] = [];
  /** Until when a host wants to be left alone. */
  const patience = new Map<string, number>();

  const readRemote = async (type: 'git' | 'url', target: string, local: boolean, session?: ReadSession): Promise<KeptRead> => {
    const kept = await deps.kept.get(type, target);
    const reader = readers.find((candidate) => candidate.serves(target));
    const found =
      reader !== undefined
        ? await readWith(reader, target, kept, deps.maxBytes)
        : type === 'git' || looksLikeGit(target)
          ? await readGit(target, kept, local, session)
          : await readHttp(target, kept);
    if (found !== kept) await deps.kept.put(type, target, found);
    return found;
  };
  const readGit = (target: string, kept: KeptRead | undefined, local: boolean, session?: ReadSession): Promise<KeptRead> => {
    const address = parseGitAddress(target);
    if (address === undefined)
      throw new PavedError('unsupported', `Nothing here reads ${target}.`, {
        fix: 'Use an address such as https://git.acme.example/shop/api.git/catalog-info.yaml?ref=main.',
      });
    return deps.git.read(address, kept, { local, session });
  };
  const readHttp = (target: string, kept: KeptRead | undefined): Promise<KeptRead> => {
    if (!/^https?:\/\//i.test(target))
      throw new PavedError('unsupported', `Nothing here reads "${target}".`, {
        fix: 'Use an http(s) address, or the address of a repository with type git.',
      });
    return readHttpFile(deps, target, kept);
  };

  /** A host that asked for patience is not asked again before the time is over, whichever source wants to. */
  const patiently = async <T>(target: string, work: () => Promise<T>): Promise<T> => {
    const host = hostOf(target);
    const until = host === undefined ? undefined : patience.get(host);
    if (host !== undefined && until !== undefined) {
      const left = until - deps.now().getTime();
      if (left > 0)
        throw new PavedError('rate_limited', `${host} asked to be left alone until ${new Date(until).toISOString()}.`, {
          fix: PATIENCE,
          facts: { retryAfterMs: left },
        });
      patience.delete(host);
    }
    try {
      return await work();
    } catch (error) {
      const wait = isPavedError(error, 'rate_limited') ? error.facts['retryAfterMs'] : undefined;
      if (host !== undefined && typeof wait === 'number') patience.set(host, deps.now().getTime() + wait);
      throw error;
    }
  };

  const resolve = (from: SourceFile, target: string): Resolved => {
    if (hasScheme(target)) return { type: looksLikeGit(target) ? 'git' : 'url', target };
    if (from.type === 'file') return { type: 'file', target: path.resolve(path.dirname(from.target), target) };
    const reader = readers.find((candidate) => candidate.serves(from.target));
    if (reader?.resolve !== undefined) return { type: 'url', target: reader.resolve(from.target, target) };
    const base = new URL(from.target);
    if (!URL.canParse(target, base.href))
      throw new PavedError('invalid', `The target "${target}" is no address.`, {
        fix: 'Write a path beside this file, or a whole address.',
      });
    const absolute = new URL(target, base);
    const ref = base.searchParams.get('ref');
    // A relative target means the same branch.
    if (ref !== null && absolute.search === '') absolute.searchParams.set('ref', ref);
    return { type: from.git === true ? 'git' : 'url', target: absolute.toString() };
  };

  /** Whether a document may be completed with what stands there. */
  const belongsTogether = (from: SourceFile, to: Resolved): boolean => {
    const reader = readers.find((candidate) => candidate.serves(from.target));
    if (
      reader?.repositoryOf !== undefined &&
      reader.serves(to.target) &&
      reader.repositoryOf(from.target) === reader.repositoryOf(to.target)
    )
      return true;
    if (
      reader?.repositoryOf === undefined &&
      from.type === 'url' &&
      repositoryOfResolved({ type: from.git === true ? 'git' : 'url', target: from.target }) === repositoryOfResolved(to)
    )
      return true;
    const plain = from.type === 'url' && from.git !== true && !readers.some((reader) => reader.serves(from.target));
    if (plain && to.target.startsWith(folderOf(from.target).split('?')[0] ?? '')) return true;
    if (!/^https?:\/\//i.test(to.target)) return false;
    try {
      return deps.reach.check(new URL(to.target)).listed;
    } catch {
      return false;
    }
  };

  return {
    add: (reader) => void readers.push(reader),
    async read(type, target, { local = false, session, takes } = {}) {
      if (type === 'file') return readFiles(target);
      if (type === 'directory') return readFolder(target, takes);
      return patiently(target, () => readRemote(type === 'git' ? 'git' : 'url', target, local, session));
    },
    resolve,
    async readBeside(from, target, root, session) {
      const to = resolve(from, target);
      if (to.type === 'file') return { text: usable(await readWithin(repositoryRoot(from.target, root), to.target)) };
      if (!belongsTogether(from, to)) throw new PavedError('forbidden', 'only files of the same repository are read');
      // Reached only from a file of the same repository, which was allowed to be read.
      const local = from.git === true && from.target.startsWith('file://');
      const found = await patiently(to.target, () => readRemote(to.type === 'git' ? 'git' : 'url', to.target, local, session));
      const [file] = found.files;
      if (file === undefined) throw new PavedError('not_found', 'the file does not exist');
      return { text: usable(file), part: { ...to, revision: found.revision } };
    },
  };
}

function repositoryOfResolved({ type, target }: Resolved): string {
  if (type !== 'git') return repositoryOf(target);
  const address = parseGitAddress(target);
  return address === undefined ? target : `${address.repository}@${address.ref ?? ''}`;
}

const hostOf = (target: string): string | undefined => (URL.canParse(target) ? new URL(target).host || undefined : undefined);

/** The text of a file that is put into a document. Throws `invalid` for what cannot be. */
function usable({ text, unreadable }: Pick<SourceFile, 'text' | 'unreadable'>): string {
  if (unreadable !== undefined) throw new PavedError('invalid', unreadable.message);
  const foreign = foreignIn(text);
  if (foreign === undefined) return text;
  throw new PavedError('invalid', `in line ${text.slice(0, foreign.offset).split('\n').length} ${foreign.message}`, { fix: foreign.fix });
}

async function readWith(reader: SourceReader, target: string, kept: KeptRead | undefined, maxBytes: number): Promise<KeptRead> {
  const read = await reader.read(target, { maxBytes, ...(kept === undefined ? {} : { known: kept.revision }) });
  if (read.unchanged === true && kept !== undefined) return kept;
  // What passes by itself does not wait for a commit: another revision makes the next look ask again.
  const passing = read.files.some((file) => 'passing' in file);
  return {
    revision: passing ? `${read.revision} without some files` : read.revision,
    files: read.files.map((file): SourceFile => {
      const viewUrl = file.viewUrl ?? (/^https?:/.test(file.url) ? file.url : undefined);
      return {
        type: 'url',
        target: file.url,
        ...contentOf(file, file.path, maxBytes),
        sourceLocation: `url:${file.folderUrl ?? folderOf(file.url)}`,
        ...(viewUrl === undefined ? {} : { viewUrl }),
        ...(file.editUrl === undefined ? {} : { editUrl: file.editUrl }),
        ...(isCommit(read.revision) ? { revision: read.revision } : {}),
      };
    }),
  };
}

function contentOf(content: SourceContent, name: string, maxBytes: number): Pick<SourceFile, 'text' | 'unreadable'> {
  if ('text' in content) return { text: content.text };
  if ('unreadable' in content) return { text: '', unreadable: content.unreadable };
  try {
    if (content.bytes.length <= maxBytes) return { text: textOf(content.bytes, name) };
    return { text: '', unreadable: tooLarge(name, content.bytes.length, maxBytes) };
  } catch (error) {
    return { text: '', unreadable: unreadableFor(error) };
  }
}

const isCommit = (revision: string): boolean => /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(revision);
