import type { ColumnType, Generated } from 'kysely';
import type { Actor } from '@paved/kernel';
import type { Cause, RunStatus, StepStatus } from '../index.ts';
import type { Failure } from '../model/failure.ts';
import type { LogLine } from '../model/line-buffer.ts';

/** JSON columns are read as values and written as JSON text. */
type Json<T> = ColumnType<T, string, string>;

export interface RunTable {
  id: string;
  kind: string;
  title: string;
  status: RunStatus;
  subjects: string[];
  actor: Json<Actor>;
  actor_ref: string;
  cause: Json<Cause>;
  input: Json<unknown>;
  output: Json<{ value?: unknown }> | null;
  error: Json<Failure> | null;
  limit_key: string | null;
  dedupe_key: string | null;
  cancel: Json<CancelRequest> | null;
  attempt: number;
  crashes: Generated<number>;
  generation: Generated<number>;
  worker: string | null;
  epoch: number;
  released_at: Date | null;
  created_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
  tidied: Generated<boolean>;
}

/** Who asked to stop a run. */
export interface CancelRequest {
  readonly by: string;
  readonly byName: string;
  readonly reason?: string;
}

export interface StepTable {
  run_id: string;
  id: string;
  place: number;
  title: string;
  parent: string | null;
  status: StepStatus;
  attempt: number;
  started_at: Date | null;
  ended_at: Date | null;
  error: string | null;
  shown: Json<unknown>;
  checkpoint: Json<Checkpoint> | null;
}

/** What a finished step gives back on replay. */
export type Checkpoint = { readonly value?: unknown } | { readonly failure: Failure };

export interface LogTable {
  seq: Generated<string>;
  run_id: string;
  step: string;
  from_line: number;
  to_line: number;
  bytes: number;
  lines: Json<LogLine[]>;
}

export interface WorkerTable {
  id: string;
  replica: string;
  home: string;
  pid: number;
  pid_started: string;
  beat_at: Date;
}

export interface ScheduleTable {
  name: string;
  cron: string;
  last_due: Date;
}

/** The tables of schema `runs`. */
export type RunsTables = {
  run: RunTable;
  step: StepTable;
  log: LogTable;
  worker: WorkerTable;
  schedule: ScheduleTable;
};
