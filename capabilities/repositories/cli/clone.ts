import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PavedError } from '@paved/kernel';

const run = promisify(execFile);

/** The clone that a command was called in. */
export interface Clone {
  /** project/name of its origin. */
  readonly slug: string;
  readonly branch?: string;
  /** First line and the rest of the newest commit's message. */
  readonly subject: string;
  readonly body: string;
}

/** The clone in a folder; refused where there is none of a repository that is hosted here. */
export async function cloneIn(folder: string): Promise<Clone> {
  const origin = await git(folder, 'remote', 'get-url', 'origin');
  const slug = origin === undefined ? undefined : slugOf(origin);
  if (slug === undefined)
    throw new PavedError('invalid', 'This folder is no clone of a repository that is hosted here.', {
      fix: 'Name the repository as project/name, or run the command in a clone of it.',
    });
  const branch = await git(folder, 'branch', '--show-current');
  return {
    slug,
    ...(branch === undefined || branch === '' ? {} : { branch }),
    subject: (await git(folder, 'log', '-1', '--format=%s')) ?? '',
    body: (await git(folder, 'log', '-1', '--format=%b')) ?? '',
  };
}

/** project/name in the address of a clone: `http://127.0.0.1:7420/git/playback/concert-alerts.git`. */
export function slugOf(origin: string): string | undefined {
  if (!URL.canParse(origin)) return undefined;
  return /^\/git\/([^/]+\/[^/]+?)(?:\.git)?\/?$/.exec(new URL(origin).pathname)?.[1];
}

async function git(folder: string, ...args: string[]): Promise<string | undefined> {
  try {
    return (await run('git', args, { cwd: folder })).stdout.trim();
  } catch {
    return undefined; // no clone, no origin, no commit: whoever asks says what is needed
  }
}
