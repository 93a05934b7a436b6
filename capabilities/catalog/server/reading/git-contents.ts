import path from 'node:path';
import picomatch from 'picomatch';
import type { Git } from '@paved/host';
import { PavedError } from '@paved/kernel';
import type { GitAddress } from '../../model/git-address.ts';
import { tooLarge, unreadableFor, type SourceFile } from './source-file.ts';
import { textOf } from './text-of.ts';

const MAX_FILES = 5000;

export interface ContentDeps {
  readonly git: Git;
  readonly maxFileBytes: number;
}

/** Asks without fetching: the settings that would make git fetch on its own are not given here. */
export async function missingOf(git: Git, repository: string, objects: readonly string[]): Promise<string[]> {
  if (objects.length === 0) return [];
  const { text } = await git(['cat-file', '--batch-check', '--buffer'], {
    repository,
    config: [['remote.origin.promisor', 'false']],
    input: `${objects.join('\n')}\n`,
  });
  return text.split('\n').flatMap((line) => (line.endsWith(' missing') ? [line.slice(0, -' missing'.length)] : []));
}

/** What stands at a path of a commit. */
export interface Entry {
  readonly sha: string;
  readonly path: string;
  readonly is: 'file' | 'link' | 'submodule';
}

const kinds: Readonly<Record<string, Entry['is']>> = { '120000': 'link', '160000': 'submodule' };

/** Everything a commit holds; folders are told by what is in them. */
export async function listFiles(git: Git, repository: string, commit: string): Promise<Entry[]> {
  const { text } = await git(['ls-tree', '-r', '-z', '--full-tree', commit], { repository, maxBytes: 128 * 1024 ** 2 });
  return text.split('\0').flatMap((line) => {
    const [, mode = '', sha, name] = /^(\d+) \w+ ([0-9a-f]+)\t(.+)$/s.exec(line) ?? [];
    return sha === undefined || name === undefined ? [] : [{ sha, path: name, is: kinds[mode] ?? 'file' }];
  });
}

/** What an address names. Throws `not_found` with the commit that lacks it. */
export function chosen(entries: readonly Entry[], address: GitAddress, commit: string): Entry[] {
  const { path: wanted } = address;
  const files = entries.filter((entry) => entry.is !== 'submodule');
  const tries =
    wanted === '' ? ['catalog-info.yaml', 'catalog-info.yml'] : [wanted, `${wanted}/catalog-info.yaml`, `${wanted}/catalog-info.yml`];
  for (const name of tries) {
    const exact = files.filter((entry) => entry.path === name);
    if (exact.length > 0) return exact;
    if (!/[*?[\]{}!]/.test(name)) continue;
    const fits = picomatch(name, { dot: false });
    const matching = files.filter((entry) => fits(entry.path));
    if (matching.length > MAX_FILES)
      throw new PavedError('too_large', `${name} names ${matching.length} files of ${address.repository}; at most ${MAX_FILES} are read.`, {
        fix: 'Use a narrower pattern.',
      });
    if (matching.length > 0) return matching;
  }
  const submodule = entries.find((entry) => entry.is === 'submodule' && (wanted === entry.path || wanted.startsWith(`${entry.path}/`)));
  throw new PavedError(
    'not_found',
    `${wanted === '' ? 'catalog-info.yaml' : wanted} does not exist in ${address.repository}${address.ref === undefined ? '' : ` at ${address.ref}`}${submodule === undefined ? '' : `: ${submodule.path} is a submodule, which is a repository of its own`}.`,
    {
      fix: submodule === undefined ? 'Correct the path in the address, or add the file.' : 'Register the repository of the submodule.',
      facts: { goneAt: commit },
    },
  );
}

type Content = Pick<SourceFile, 'text' | 'unreadable'>;

/**
 * The content of each file by itself: what is wrong with one is told with it. A link is read when it leads to a file of the same
 * commit that is not wanted by its own name; then it is left out.
 */
export async function contents(
  deps: ContentDeps,
  repository: string,
  wanted: readonly Entry[],
  all: readonly Entry[],
  fetch: (missing: readonly string[]) => Promise<void>,
): Promise<(Content | undefined)[]> {
  const blobs = await blobsOf(deps, repository, wanted, fetch);
  const byPath = new Map(all.map((entry) => [entry.path, entry]));
  const named = new Set(wanted.flatMap((entry) => (entry.is === 'file' ? [entry.path] : [])));
  const meant = wanted.map((entry, i): Entry | 'named' | Required<Pick<Content, 'unreadable'>> => {
    if (entry.is !== 'link') return entry;
    const blob = blobs[i];
    const target = Buffer.isBuffer(blob) ? path.posix.join(path.posix.dirname(entry.path), blob.toString('utf8')) : '';
    const file = Buffer.isBuffer(blob) && blob[0] === 0x2f ? undefined : byPath.get(target);
    if (file?.is === 'file') return named.has(target) ? 'named' : file;
    return {
      unreadable: {
        message: `${entry.path} is a link that leads to no file of the repository.`,
        fix: 'Put the file itself there, or let the link lead to one.',
      },
    };
  });
  const linked = meant.filter((one, i): one is Entry => one !== wanted[i] && typeof one === 'object' && 'sha' in one);
  const behind = new Map((await blobsOf(deps, repository, linked, fetch)).map((blob, i) => [linked[i], blob]));
  return meant.map((one, i): Content | undefined => {
    if (one === 'named') return undefined;
    if ('unreadable' in one) return { text: '', unreadable: one.unreadable };
    const blob = one === wanted[i] ? blobs[i] : behind.get(one);
    const name = wanted[i]?.path ?? one.path;
    if (typeof blob === 'number') return { text: '', unreadable: tooLarge(name, blob, deps.maxFileBytes) };
    try {
      return { text: textOf(blob ?? Buffer.alloc(0), name) };
    } catch (error) {
      return { text: '', unreadable: unreadableFor(error) };
    }
  });
}

/** The bytes of each file, or how many they are when they are too many. */
async function blobsOf(
  { git, maxFileBytes }: ContentDeps,
  repository: string,
  entries: readonly Entry[],
  fetch: (missing: readonly string[]) => Promise<void>,
): Promise<(Buffer | number)[]> {
  const shas = entries.map((entry) => entry.sha);
  const missing = await missingOf(git, repository, shas);
  if (missing.length > 0) await fetch(missing);
  const config = [['remote.origin.promisor', 'false']] as const;
  const asked = async (what: readonly string[], how: string, maxBytes: number): Promise<Buffer> =>
    what.length === 0
      ? Buffer.alloc(0)
      : (await git(['cat-file', how, '--buffer'], { repository, config, input: `${what.join('\n')}\n`, maxBytes })).stdout;
  const lines = (await asked(shas, '--batch-check', 16 * 1024 ** 2)).toString('latin1').split('\n');
  const sizes = shas.map((_, i) => Number(lines[i]?.split(' ')[2] ?? Number.NaN));
  const small = shas.filter((_, i) => !((sizes[i] ?? 0) > maxFileBytes));
  const stdout = await asked(small, '--batch', 512 * 1024 ** 2);
  let at = 0;
  return entries.map((entry, i) => {
    const size = sizes[i] ?? Number.NaN;
    if (size > maxFileBytes) return size;
    const end = stdout.indexOf(10, at);
    if (end < 0 || Number.isNaN(size)) throw new PavedError('internal', `git does not give the content of ${entry.path}.`);
    at = end + 1 + size + 1;
    return stdout.subarray(end + 1, end + 1 + size);
  });
}
