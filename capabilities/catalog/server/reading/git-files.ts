import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeOwnerLock, type Git } from '@paved/host';
import { isPavedError, PavedError } from '@paved/kernel';
import { gitFileAddress, type GitAddress } from '../../model/git-address.ts';
import { chosen, contents, listFiles, missingOf } from './git-contents.ts';
import { connect, type ConnectionDeps, type GitConnection } from './git-connection.ts';
import type { KeptRead } from './kept-reads.ts';
import { unreadable } from './git-refusal.ts';
import { folderOf, type SourceFile } from './source-file.ts';

export interface GitFilesDeps extends ConnectionDeps {
  readonly git: Git;
  /** Holds one bare repository for each address that is read. */
  readonly folder: string;
  readonly maxFileBytes: number;
  readonly maxRepositoryBytes: number;
  readonly timeoutMs: number;
}

/** What one reading of a source asked already: all its files are of one commit, and each repository is asked once. */
export type ReadSession = Map<string, Promise<string>>;

/** Reads files of any Git repository: only the newest commit is fetched, only its tree, and only the contents that are asked for. */
export interface GitFiles {
  /** Answers `kept` itself when the commit is still the same; then nothing is fetched. */
  read(address: GitAddress, kept: KeptRead | undefined, options: { local: boolean; session?: ReadSession | undefined }): Promise<KeptRead>;
  /** Removes repositories that nobody read for a month. */
  tidy(now: Date): Promise<void>;
}

const MAX_PACKS = 60;
const FORGET_AFTER_MS = 30 * 86_400_000;
const isCommit = (ref: string): boolean => /^[0-9a-f]{40}([0-9a-f]{24})?$/i.test(ref);
const PROMISED = [
  ['remote.origin.promisor', 'true'],
  ['remote.origin.partialclonefilter', 'blob:none'],
  ['fetch.negotiationAlgorithm', 'noop'],
] as const;

export function createGitFiles(deps: GitFilesDeps): GitFiles {
  mkdirSync(deps.folder, { recursive: true, mode: 0o700 });
  const busy = new Map<string, Promise<unknown>>();
  const folderOfRepository = (address: GitAddress): string =>
    path.join(deps.folder, `${createHash('sha256').update(address.repository).digest('hex').slice(0, 40)}.git`);

  /** One at a time for each repository, also among servers that share the data directory. */
  const alone = async <T>(repository: string, work: () => Promise<T>): Promise<T> => {
    const before = busy.get(repository) ?? Promise.resolve();
    const mine = before.catch(() => {}).then(() => withFileLock(`${repository}.lock`, deps.timeoutMs, work));
    busy.set(repository, mine);
    try {
      return await mine;
    } finally {
      if (busy.get(repository) === mine) busy.delete(repository);
    }
  };

  const readOver = async (
    connection: GitConnection,
    address: GitAddress,
    kept: KeptRead | undefined,
    session: ReadSession,
  ): Promise<KeptRead> => {
    const asked = `${address.repository} ${address.ref ?? ''}`;
    const answer = session.get(asked) ?? currentCommit(deps, address, connection);
    session.set(asked, answer);
    const commit = await answer;
    // What a setting decides about is decided anew; its content is here already.
    if (kept?.revision === commit && kept.files.every((file) => file.unreadable === undefined)) return kept;
    const repository = folderOfRepository(address);
    return alone(repository, async () => {
      try {
        return await readCommit(deps, address, connection, repository, commit);
      } catch (error) {
        if (!isPavedError(error, 'internal')) throw error;
        // What is kept may be half of something: once more from nothing, then the reason counts.
        await rm(repository, { recursive: true, force: true });
        return readCommit(deps, address, connection, repository, commit).catch((again: unknown) => {
          throw unreadable(address, again);
        });
      }
    });
  };

  return {
    async read(address, kept, { local, session = new Map() }) {
      const connection = await connect(deps, address, local);
      try {
        return await readOver(connection, address, kept, session);
      } finally {
        connection.close?.();
      }
    },
    async tidy(now) {
      for (const name of (await readdir(deps.folder)).filter((entry) => entry.endsWith('.git'))) {
        const repository = path.join(deps.folder, name);
        const info = await stat(repository).catch(() => undefined);
        if (info !== undefined && now.getTime() - info.mtimeMs > FORGET_AFTER_MS)
          await alone(repository, () => rm(repository, { recursive: true, force: true }));
      }
    },
  };
}

/** Asks the other side which commit the branch, tag or default branch is at; nothing is fetched. */
async function currentCommit(deps: GitFilesDeps, address: GitAddress, connection: GitConnection): Promise<string> {
  const { ref } = address;
  if (ref !== undefined && isCommit(ref)) return ref.toLowerCase();
  const wanted = ref === undefined ? ['HEAD'] : [`refs/heads/${ref}`, `refs/tags/${ref}^{}`, `refs/tags/${ref}`];
  const { text } = await deps
    .git(['ls-remote', ...uploadPack(connection), connection.url, ...wanted], {
      config: connection.config,
      env: connection.env,
      timeoutMs: deps.timeoutMs,
      maxBytes: 1024 ** 2,
    })
    .catch((error: unknown) => {
      throw unreadable(address, error);
    });
  const found = new Map(text.split('\n').map((line) => line.split('\t').toReversed() as [string, string]));
  const commit = wanted.map((name) => found.get(name)).find((sha) => sha !== undefined);
  if (commit !== undefined && isCommit(commit)) return commit;
  throw ref === undefined
    ? new PavedError('not_found', `The repository ${address.repository} has no commit yet.`, { fix: 'Push a commit first.' })
    : new PavedError('not_found', `The repository ${address.repository} has no branch or tag ${ref}.`, {
        fix: 'Correct ?ref= in the address.',
      });
}

const uploadPack = (connection: GitConnection): string[] =>
  connection.uploadPack === undefined ? [] : [`--upload-pack=${connection.uploadPack}`];

async function readCommit(
  deps: GitFilesDeps,
  address: GitAddress,
  connection: GitConnection,
  repository: string,
  commit: string,
): Promise<KeptRead> {
  await prepare(deps, repository);
  const fetching = fetcher(deps, connection, repository);
  if (!(await has(deps.git, repository, [`${commit}^{tree}`]))) await fetching([`+${commit}:refs/paved/${commit}`], undefined);
  const entries = await listFiles(deps.git, repository, commit);
  const wanted = chosen(entries, address, commit);
  const found = await contents(deps, repository, wanted, entries, (missing) => fetching(['--stdin'], `${missing.join('\n')}\n`));
  await utimes(repository, new Date(), new Date());
  return {
    revision: commit,
    files: wanted.flatMap((entry, i): SourceFile[] => {
      const content = found[i];
      if (content === undefined) return [];
      const target = gitFileAddress(address, entry.path);
      return [{ type: 'url', git: true, target, ...content, revision: commit, sourceLocation: `url:${folderOf(target)}` }];
    }),
  };
}

/** A bare repository to fetch into; one that holds too many small packs is begun anew. */
async function prepare({ git }: GitFilesDeps, repository: string): Promise<void> {
  const packs = await readdir(path.join(repository, 'objects', 'pack')).catch(() => []);
  if (packs.filter((name) => name.endsWith('.pack')).length > MAX_PACKS) await rm(repository, { recursive: true, force: true });
  if ((await stat(path.join(repository, 'HEAD')).catch(() => undefined)) !== undefined) return;
  await mkdir(path.dirname(repository), { recursive: true });
  await git(['init', '--quiet', '--bare', '--template=', repository]);
}

function fetcher(deps: GitFilesDeps, connection: GitConnection, repository: string) {
  return async (what: readonly string[], input: string | undefined): Promise<void> => {
    const stop = new AbortController();
    let tooLarge = false;
    const watch = setInterval(() => {
      void bytesOf(path.join(repository, 'objects', 'pack')).then((size) => {
        if (size <= deps.maxRepositoryBytes) return;
        tooLarge = true;
        stop.abort();
      });
    }, 500);
    try {
      await deps.git(
        [
          'fetch',
          '--quiet',
          '--no-write-fetch-head',
          '--no-auto-maintenance',
          '--no-recurse-submodules',
          '--no-tags',
          '--filter=blob:none',
          ...(input === undefined ? ['--depth=1'] : []),
          ...uploadPack(connection),
          'origin',
          ...what,
        ],
        {
          repository,
          config: [['remote.origin.url', connection.url], ...PROMISED, ...connection.config],
          env: connection.env,
          ...(input === undefined ? {} : { input }),
          timeoutMs: deps.timeoutMs,
          signal: stop.signal,
        },
      );
    } catch (error) {
      if (!tooLarge) throw error;
      await rm(repository, { recursive: true, force: true });
      throw new PavedError(
        'too_large',
        `More than ${Math.round(deps.maxRepositoryBytes / 1024 ** 2)} MiB would be fetched of ${connection.url}.`,
        {
          fix: 'Raise catalog.reading.maxRepositoryMb, or let its server offer partial clones (uploadpack.allowFilter).',
        },
      );
    } finally {
      clearInterval(watch);
    }
  };
}

const has = async (git: Git, repository: string, objects: readonly string[]): Promise<boolean> =>
  (await missingOf(git, repository, objects)).length === 0;

async function bytesOf(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(names.map((name) => stat(path.join(folder, name)).then((s) => s.size, () => 0))); // prettier-ignore
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function withFileLock<T>(file: string, patienceMs: number, work: () => Promise<T>): Promise<T> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const taken = takeOwnerLock(file);
    if ('lock' in taken) {
      try {
        return await work();
      } finally {
        taken.lock.release();
      }
    }
    if (Date.now() > until) throw new PavedError('timeout', 'Another server reads the same repository and does not end.');
    await sleep(100);
  }
}
