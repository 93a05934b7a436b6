import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, lstatSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { PavedError } from '@paved/kernel';
import { SANDBOX_GID, type SandboxUser } from './sandbox-user.ts';

const run = promisify(execFile);
const MAX_BUFFER = 64 * 1024 * 1024;

/**
 * Gives a work folder to the command's user. Files that are linked from elsewhere too (a clone beside its repository shares objects) are
 * replaced by copies first: giving away one name would give away all.
 */
export async function giveFolder(folder: string, user: Pick<SandboxUser, 'uid' | 'gid'>): Promise<void> {
  await unlinkShared(folder, user.uid);
  await run('chown', ['-R', '-h', '-P', `${user.uid}:${user.gid}`, folder], { maxBuffer: MAX_BUFFER });
  chmodSync(folder, 0o700);
}

/** Opens a cache to every command's user, through their common group. Prepared once; what commands add later is group-writable by umask. */
export async function shareFolder(folder: string, user: SandboxUser): Promise<void> {
  const { gid, mode } = statSync(folder);
  if (gid === SANDBOX_GID && (mode & 0o2070) === 0o2070) return;
  await unlinkShared(folder, user.uid);
  await run('chown', ['-R', '-h', '-P', `${user.uid}:${SANDBOX_GID}`, folder], { maxBuffer: MAX_BUFFER });
  await run('chmod', ['-R', 'g+rwX', folder], { maxBuffer: MAX_BUFFER });
  await run('find', [folder, '-type', 'd', '-exec', 'chmod', 'g+s', '{}', '+'], { maxBuffer: MAX_BUFFER });
}

async function unlinkShared(folder: string, uid: number): Promise<void> {
  const { stdout } = await run('find', [folder, '-xdev', '-type', 'f', '-links', '+1', '!', '-uid', String(uid), '-print0'], {
    maxBuffer: MAX_BUFFER,
  });
  for (const file of stdout.split('\0').filter(Boolean)) {
    if (!lstatSync(file).isFile()) continue;
    const copy = `${file}.paved-copy`;
    copyFileSync(file, copy);
    chmodSync(copy, lstatSync(file).mode & 0o7777 & ~0o6000);
    renameSync(copy, file);
  }
}

/** Folders above `folder` through which another user cannot pass, top first. */
export function closedAncestors(folder: string): string[] {
  const closed: string[] = [];
  for (let at = path.dirname(path.resolve(folder)); at !== '/'; at = path.dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) closed.unshift(at);
  }
  return closed;
}

/**
 * Without namespaces another user must be able to pass every folder above its work (pass, not list). Inside the data directory that is ours
 * to allow: what is private there is closed by its own mode. Elsewhere it is not.
 */
export function openWay(folder: string, hidden: readonly string[]): void {
  for (const closed of closedAncestors(folder)) {
    const ours = hidden.some((dir) => closed === dir || closed.startsWith(`${dir}${path.sep}`));
    if (!ours) {
      throw new PavedError('unsupported', `Commands run as a user of their own, who cannot enter ${closed}.`, {
        fix: `Move the data directory to a place that others may pass, or allow it: chmod o+x ${closed}.`,
      });
    }
    chmodSync(closed, (statSync(closed).mode & 0o7777) | 0o001);
  }
}
