import type { Database, Events } from '@paved/host';
import { STEP_CHANGED } from '../index.ts';
import { whenDatabaseIsBack } from './database-retry.ts';
import { toRunStep, type StepRecord } from './step-record.ts';
import { store, type Lease } from './store.ts';

/** A step that started is shown after this long; most no-op steps have ended by then and cost one write. */
const SHOW_AFTER_MS = 15;

/** Writes changed steps of one run, several in one transaction when they come together, each with its event. */
export interface StepWriter {
  /** Shows the step's state soon. */
  touch(step: StepRecord): void;
  /** Resolves when the step's present state is stored. `progress`: a step succeeded, so the run is not stuck. */
  save(step: StepRecord, progress?: boolean): Promise<void>;
  /** Stores what was touched. */
  flush(): Promise<void>;
  /** Forgets what was only touched. */
  close(): void;
}

export function createStepWriter(deps: {
  db: Database;
  events: Events;
  lease: Lease;
  crashes: number;
  onLost: (error: unknown) => void;
}): StepWriter {
  const dirty = new Map<string, StepRecord>();
  let progressed = false;
  let crashes = deps.crashes;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let closed = false;

  const write = async (): Promise<void> => {
    const steps = [...dirty.values()].map((step) => ({ ...step }));
    dirty.clear();
    const progress = progressed && crashes > 0;
    progressed = false;
    if (steps.length === 0) return;
    // Saying the same twice does no harm, losing a result would: an outage of the database is waited for.
    await whenDatabaseIsBack(
      () =>
        deps.db.transaction().execute(async (tx) => {
          await store.saveSteps(store.join(tx), deps.lease, steps, progress);
          await deps.events.publish(
            tx,
            ...steps.map((step) => ({
              type: STEP_CHANGED,
              subject: deps.lease.runId,
              data: { id: deps.lease.runId, step: toRunStep(step) },
            })),
          );
        }),
      () => closed,
    );
    if (progress) crashes = 0;
  };
  /** One transaction at a time; what changes meanwhile goes into the next. */
  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    while (writing !== undefined) await writing.catch(() => {});
    if (dirty.size === 0) return;
    writing = write().finally(() => {
      writing = undefined;
    });
    await writing;
  };

  return {
    flush,
    touch(step) {
      if (closed) return;
      dirty.set(step.id, step);
      timer ??= setTimeout(() => void flush().catch(deps.onLost), SHOW_AFTER_MS);
    },
    async save(step, progress = false) {
      dirty.set(step.id, step);
      progressed ||= progress;
      await flush();
      // Another caller's flush may have taken this change along: wait until it is stored.
      while (writing !== undefined) await writing;
    },
    close() {
      closed = true;
      clearTimeout(timer);
      dirty.clear();
    },
  };
}
