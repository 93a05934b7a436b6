import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DriverInput, WorkloadFacts, WorkloadInputs } from '@paved/orchestrator';
import type { ProcessRecord } from './container.ts';
import type { WorkloadUser } from './workload-user.ts';

export interface InstanceRecord {
  readonly id: string;
  /** Real loopback ports by port name. */
  ports: Record<string, number>;
  /** Processes now running, by container name. */
  processes: Record<string, ProcessRecord>;
  /** Run-once containers that ended well. */
  done: string[];
}

/** One deployed version of a workload. */
export interface RevisionRecord {
  readonly number: number;
  /** Digest of the inputs: equal inputs change nothing. */
  readonly digest: string;
  readonly inputs: WorkloadInputs;
  readonly deployedAt: string;
  instances: InstanceRecord[];
}

interface JobResult {
  readonly digest: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly code?: number;
  readonly signal?: string;
  readonly lastLine?: string;
}

/** What the driver remembers of a workload, one file each; secrets only as references. */
export interface WorkloadRecord {
  input: DriverInput;
  lastRevision: number;
  current?: RevisionRecord;
  /** Being started; stopped by the next server when its deployment did not end. */
  next?: RevisionRecord;
  /** Replaced, still answering what it had begun. */
  old: RevisionRecord[];
  /** Ports on which the ingress listens for other services, by port name. */
  fixedPorts: Record<string, number>;
  /** Its own user of the operating system, the same over versions, so that its volumes stay its own. */
  user?: WorkloadUser;
  restarts: number;
  lastExit?: WorkloadFacts['lastExit'];
  lastJob?: JobResult;
}

export interface Records {
  all(): WorkloadRecord[];
  save(record: WorkloadRecord): void;
  remove(uid: string): void;
  folder(uid: string): string;
}

export function openRecords(folder: string): Records {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const folderOf = (uid: string): string => path.join(folder, safeName(uid));
  const fileOf = (uid: string): string => path.join(folderOf(uid), 'workload.json');
  return {
    folder: folderOf,
    all: () =>
      readdirSync(folder).flatMap((name) => {
        try {
          return [JSON.parse(readFileSync(path.join(folder, name, 'workload.json'), 'utf8')) as WorkloadRecord];
        } catch {
          // A folder whose record was removed, or never written.
          return [];
        }
      }),
    save(record) {
      const file = fileOf(record.input.uid);
      mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
      const draft = `${file}.${randomBytes(4).toString('hex')}`;
      writeFileSync(draft, JSON.stringify(record), { mode: 0o600 });
      renameSync(draft, file);
    },
    remove: (uid) => rmSync(folderOf(uid), { recursive: true, force: true }),
  };
}

/** Uids are ours, but a name that becomes a path is checked anyway. */
export function safeName(uid: string): string {
  if (/^[\w-]{1,128}$/.test(uid)) return uid;
  return Buffer.from(uid).toString('hex').slice(0, 200);
}
