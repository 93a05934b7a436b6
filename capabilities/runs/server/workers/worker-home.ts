import { readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';
import { identify, isAlive } from '@paved/host';

/** Where a worker's process lives and how to tell it from a later one with the same number. */
export interface WorkerHome {
  /** Equal for processes that see each other's numbers: same boot of the same machine, same process namespace. */
  readonly home: string;
  readonly pid: number;
  readonly started: string;
}

export function workerHome(): WorkerHome {
  return { home: homeOf(), pid: process.pid, started: identify(process.pid)?.started ?? '' };
}

/** Whether the process that wrote this still lives; only meaningful for one with the same home. */
export const livesHere = (pid: number, started: string): boolean => isAlive({ pid, started });

function homeOf(): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return os.hostname();
  }
}
