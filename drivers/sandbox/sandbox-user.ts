import { chmodSync, lstatSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { takeOwnerLock } from '@paved/host';
import { PavedError } from '@paved/kernel';

/** A numeric user that nobody else has while a command runs. */
export interface SandboxUser {
  readonly uid: number;
  readonly gid: number;
  release(): void;
}

/** Between the ordinary users of distributions and the dynamic ones of systemd (61184 and up); no entry in /etc/passwd is needed. */
const FIRST = 60_600;
const COUNT = 400;
/** Common group of all of them: what caches are shared by. */
export const SANDBOX_GID = FIRST;

/** The user that owns the folder from an earlier command when it is free, else any free one. */
export function takeSandboxUser(folder: string): SandboxUser {
  const locks = lockFolder('paved-sandbox');
  const owner = statSync(folder).uid;
  const preferred = owner >= FIRST && owner < FIRST + COUNT ? [owner] : [];
  for (const uid of [...preferred, ...Array.from({ length: COUNT - 1 }, (_, i) => FIRST + 1 + i)]) {
    const taken = takeOwnerLock(path.join(locks, `${uid}.lock`));
    if ('lock' in taken) return { uid, gid: SANDBOX_GID, release: taken.lock.release };
  }
  throw new PavedError('unavailable', `${COUNT} commands run at once on this machine; there is no user left for another.`, {
    fix: 'Lower pipelines.concurrency.',
  });
}

/** Whether the numbers of commands exist here. */
export function hasSandboxUsers(): boolean {
  return hasUsers(FIRST, COUNT);
}

/** Whether such numbers exist here: containers without root may map only a few. */
export function hasUsers(first: number, wanted: number): boolean {
  try {
    return readFileSync('/proc/self/uid_map', 'utf8')
      .trim()
      .split('\n')
      .some((line) => {
        const [inside = 0, , count = 0] = line.trim().split(/\s+/).map(Number);
        return inside <= first && inside + count >= first + wanted;
      });
  } catch {
    return false;
  }
}

/** A folder shared by all platforms on this machine, ours alone to write. */
export function lockFolder(name: string): string {
  for (const parent of ['/run', os.tmpdir()]) {
    const folder = path.join(parent, name);
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const { uid } = lstatSync(folder);
      if (uid !== process.getuid?.() || lstatSync(folder).isSymbolicLink()) continue;
      chmodSync(folder, 0o700);
      return folder;
    } catch {
      // Read-only, or somebody else's: the next place.
    }
  }
  throw new PavedError('unavailable', 'There is no folder in which numbers of users can be reserved.', {
    fix: 'Make /run or the temporary folder writable.',
  });
}
