import type { Logger } from '@paved/host';
import type { Actor } from '@paved/kernel';
import type { RunKind, StepContext } from '../index.ts';
import type { Masker } from '../model/masking.ts';
import type { StepLog } from './logs/step-log.ts';
import type { StepRecord } from './step-record.ts';
import type { StepWriter } from './step-writer.ts';
import type { Lease, RunRow } from './store.ts';

/** Why a run is being stopped from outside. */
export interface StopReason {
  /** `poison`: it kills its workers, so nothing new is begun. */
  readonly type: 'cancelled' | 'timeout' | 'poison';
  readonly message: string;
  readonly fix?: string;
}

/** A finished step that knows how to take itself back. */
export interface UndoEntry {
  readonly step: StepRecord;
  readonly output: unknown;
  readonly timeoutMs: number | undefined;
  readonly undo: (output: never, step: StepContext) => Promise<void>;
}

/** One run while this worker carries it out. */
export interface Execution {
  readonly row: RunRow;
  // oxlint-disable-next-line typescript/no-explicit-any -- kinds of every input live in one registry
  readonly kind: RunKind<any, any>;
  readonly lease: Lease;
  readonly actor: Actor;
  readonly workspace: string;
  readonly masker: Masker;
  readonly writer: StepWriter;
  readonly steps: Map<string, StepRecord>;
  /** Ids used by the body in this attempt; each may be used once. */
  readonly used: Set<string>;
  readonly undos: UndoEntry[];
  /** Aborted on cancel, timeout and loss of the lease. */
  readonly controller: AbortController;
  readonly log: Logger;
  logOf(step: string): StepLog;
  stop: StopReason | undefined;
  /** The lease is lost or given up: nothing may be written, waiting calls never return. */
  readonly parked: boolean;
  readonly whenParked: Promise<'parked'>;
  park(): void;
  /** Steps whose work runs right now; draining waits for them. */
  readonly inFlight: Set<Promise<unknown>>;
  /** The server stops: no further step begins, and failures are not believed, since the stop may have caused them. */
  readonly draining: boolean;
}

/** The server stops: this step is left for another one. */
export class Suspended extends Error {}

/** For callers whose run is not theirs any more: the process goes on, this call does not. */
export function never<T>(): Promise<T> {
  return new Promise<T>(() => {});
}
