import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';

/** Held by one living process at a time; a dead holder's lock is taken over. */
export interface OwnerLock {
  release(): void;
}

/** Takes the lock file, or says who holds it. */
export function takeOwnerLock(file: string): { lock: OwnerLock } | { heldBy: ProcessIdentity } {
  const me = identify(process.pid);
  if (me === undefined) throw new Error('This process cannot see itself in the process table.');
  const draft = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.${randomBytes(4).toString('hex')}`);
  writeFileSync(draft, JSON.stringify(me), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 20; attempt++) {
      try {
        linkSync(draft, file);
        return { lock: { release: () => releaseIfMine(file, me) } };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = readHolder(file);
      if (holder !== undefined && isAlive(holder)) return { heldBy: holder };
      setAside(file);
    }
    throw new Error(`The lock ${file} changes hands too often.`);
  } finally {
    rmSync(draft, { force: true });
  }
}

function readHolder(file: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}

/** Renaming is atomic: of two processes that see the same dead holder only one removes the lock. */
function setAside(file: string): void {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const holder = readHolder(aside);
  if (holder !== undefined && isAlive(holder)) {
    // A new owner took it between our look and our rename: give it back.
    try {
      linkSync(aside, file);
    } catch {
      // Somebody else is already there again.
    }
  }
  rmSync(aside, { force: true });
}

function releaseIfMine(file: string, me: ProcessIdentity): void {
  const holder = readHolder(file);
  if (holder?.pid === me.pid && holder.started === me.started) rmSync(file, { force: true });
}
