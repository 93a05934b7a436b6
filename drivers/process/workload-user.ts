import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hasUsers, lockFolder } from '@paved/driver-sandbox';
import { PavedError } from '@paved/kernel';

/** A numeric user (and group of the same number) that one workload has for itself. */
export interface WorkloadUser {
  readonly uid: number;
  readonly gid: number;
}

export interface WorkloadUsers {
  /** A user for the workload in `folder`: the one it had, when nobody else has it, else one that was never used here. */
  claim(folder: string, had?: WorkloadUser): WorkloadUser;
  /** The folder of the workload that has the number, when it exists. */
  holderOf(uid: number): string | undefined;
  release(user: WorkloadUser): void;
}

interface Range {
  readonly first: number;
  readonly count: number;
}

/**
 * Numbers that nothing else gives away: above 16 bits and below the first subordinate ids (100000) of distributions; where only 16 bits are
 * mapped, those between the users of commands (sandbox driver) and the dynamic ones of systemd (61184 and up).
 */
const ranges: readonly Range[] = [
  { first: 66_000, count: 34_000 },
  { first: 61_000, count: 184 },
];

/** The numbers that exist on this machine; undefined in containers that map only a few. */
export function workloadUserRange(): Range | undefined {
  return ranges.find(({ first, count }) => hasUsers(first, count));
}

export function isWorkloadUser(uid: number): boolean {
  return ranges.some(({ first, count }) => uid >= first && uid < first + count);
}

/**
 * Users of the workloads of one data directory. All platforms of this machine share one list of claims (a file per number, holding the
 * workload's folder; void when that folder is gone), so that no two give away the same. Numbers are not used again until all were.
 */
export function openWorkloadUsers(dataDir: string, range: Range | undefined = workloadUserRange()): WorkloadUsers {
  const claims = lockFolder('paved-workloads');
  const counterFile = path.join(dataDir, 'users.json');
  const fileOf = (uid: number): string => path.join(claims, String(uid));
  const holderOf = (uid: number): string | undefined => {
    try {
      const folder = readFileSync(fileOf(uid), 'utf8');
      return existsSync(folder) ? folder : undefined;
    } catch {
      return undefined;
    }
  };
  for (const name of readdirSync(claims)) if (holderOf(Number(name)) === undefined) rmSync(fileOf(Number(name)), { force: true });
  const tryClaim = (uid: number, folder: string): boolean => {
    const holder = holderOf(uid);
    if (holder === folder) return true;
    if (holder !== undefined) return false;
    rmSync(fileOf(uid), { force: true });
    try {
      writeFileSync(fileOf(uid), folder, { mode: 0o600, flag: 'wx' });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  };
  return {
    claim(folder, had) {
      if (range === undefined) throw new PavedError('unsupported', 'This container maps too few users for workloads of their own.');
      const { first, count } = range;
      if (had !== undefined && had.uid >= first && had.uid < first + count && tryClaim(had.uid, folder)) return had;
      const start = nextOf(counterFile) ?? createHash('sha256').update(path.resolve(dataDir)).digest().readUInt32BE() % count;
      for (let i = 0; i < count; i++) {
        const offset = (start + i) % count;
        if (!tryClaim(first + offset, folder)) continue;
        writeFileSync(counterFile, JSON.stringify({ next: offset + 1 }), { mode: 0o600 });
        return { uid: first + offset, gid: first + offset };
      }
      throw new PavedError('unavailable', `${count} workloads have users of their own on this machine; there is none left for another.`, {
        fix: 'Delete services that are not needed.',
      });
    },
    holderOf,
    release: ({ uid }) => rmSync(fileOf(uid), { force: true }),
  };
}

function nextOf(file: string): number | undefined {
  try {
    const { next } = JSON.parse(readFileSync(file, 'utf8')) as { next?: unknown };
    return typeof next === 'number' && Number.isSafeInteger(next) && next >= 0 ? next : undefined;
  } catch {
    return undefined;
  }
}
