import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { PavedError } from '@paved/kernel';

const run = promisify(execFile);

/** Unpacked artifacts, one folder per digest; never changed once there. */
export interface Releases {
  /** The folder of the artifact's files; unpacks it when needed. */
  unpack(artifact: { digest: string; location: string }): Promise<string>;
  /** A private copy for one instance (it may write there). */
  copy(release: string, to: string): Promise<void>;
  /** Removes releases whose digest nobody names, but the newest few (a rollback wants them). */
  prune(digests: ReadonlySet<string>): void;
}

const KEPT = 5;
const MAX_BUFFER = 64 * 1024 * 1024;

export function openReleases(folder: string): Releases {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder)) if (name.startsWith('.draft-')) rmSync(path.join(folder, name), { recursive: true, force: true });
  return {
    async unpack({ digest, location }) {
      const release = path.join(folder, folderName(digest));
      if (existsSync(release)) return usedNow(release);
      if (!existsSync(location)) {
        throw new PavedError('not_found', `The artifact ${digest} is not at ${location}.`, {
          fix: 'Run the pipeline of this commit again.',
        });
      }
      await refuseEscapes(location);
      const draft = path.join(folder, `.draft-${randomBytes(6).toString('hex')}`);
      mkdirSync(draft, { mode: 0o700 });
      try {
        await run('tar', ['-xzf', location, '-C', draft, '--no-same-owner', '--no-same-permissions'], { maxBuffer: MAX_BUFFER });
        renameSync(draft, release);
      } catch (error) {
        rmSync(draft, { recursive: true, force: true });
        // Another server was faster: equal digests have equal files.
        if (!existsSync(release)) throw unreadable(location, error);
      }
      return usedNow(release);
    },
    async copy(release, to) {
      mkdirSync(path.dirname(to), { recursive: true, mode: 0o700 });
      const draft = `${to}.draft`;
      rmSync(draft, { recursive: true, force: true });
      const cheap = process.platform === 'linux' ? ['--reflink=auto'] : [];
      await run('cp', ['-a', ...cheap, release, draft]);
      renameSync(draft, to);
    },
    prune(digests) {
      const used = new Set([...digests].map((digest) => path.join(folder, folderName(digest))));
      const idle = readdirSync(folder)
        .map((name) => path.join(folder, name))
        .filter((release) => !used.has(release) && !path.basename(release).startsWith('.'))
        .map((release) => ({ release, at: statSync(release).mtimeMs }))
        .sort((a, b) => b.at - a.at);
      for (const { release } of idle.slice(KEPT)) rmSync(release, { recursive: true, force: true });
    },
  };
}

/** The folder's time says when it was last wanted (the archive brings its own). */
function usedNow(release: string): string {
  const now = new Date();
  utimesSync(release, now, now);
  return release;
}

function folderName(digest: string): string {
  return /^sha256:[0-9a-f]{64}$/.test(digest) ? digest.slice(7) : createHash('sha256').update(digest).digest('hex');
}

function unreadable(location: string, cause: unknown): PavedError {
  return new PavedError('invalid', `The artifact ${path.basename(location)} cannot be unpacked.`, {
    fix: 'It must be a .tar.gz of a folder; run the pipeline again.',
    cause,
  });
}

/**
 * Looks through the archive's table first: entries that are absolute or climb out, links that point out, and devices are refused before
 * anything is written.
 */
async function refuseEscapes(location: string): Promise<void> {
  const list = async (flags: string): Promise<string[]> => {
    try {
      const options = { maxBuffer: MAX_BUFFER, env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } };
      const { stdout } = await run('tar', [flags, location], options);
      return stdout.split('\n').filter((line) => line !== '');
    } catch (error) {
      throw unreadable(location, error);
    }
  };
  const refuse = (entry: string, why: string): never => {
    throw new PavedError('invalid', `The artifact ${path.basename(location)} is refused: "${entry}" ${why}.`, {
      fix: 'Pack only files below the folder, with relative links.',
    });
  };
  for (const name of await list('-tzf')) {
    if (name.startsWith('/') || name.split('/').includes('..')) refuse(name, 'leaves its folder');
  }
  for (const row of await list('-tvzf')) {
    const kind = row[0] ?? '';
    if (!'-dlh'.includes(kind)) refuse(row.trim().split(/\s+/).at(-1) ?? row, 'is neither file, folder nor link');
    const separator = kind === 'l' ? ' -> ' : kind === 'h' ? ' link to ' : undefined;
    if (separator === undefined) continue;
    // GNU: mode owner/group size date time name. BSD: mode links owner group size month day time name.
    const at = row.lastIndexOf(separator);
    const target = row.slice(at + separator.length);
    const head = row.slice(0, at);
    const name = (/^\S+\s+\S+\/\S+\s+\d+\s+\S+\s+\S+\s+(.*)$/.exec(head) ?? /^(?:\S+\s+){8}(.*)$/.exec(head))?.[1] ?? '';
    const base = kind === 'l' ? path.posix.dirname(name) : '.';
    const resolved = path.posix.normalize(path.posix.join(base, target));
    if (target.startsWith('/') || resolved === '..' || resolved.startsWith('../'))
      refuse(name, `is a link that points outside (${target})`);
  }
}
