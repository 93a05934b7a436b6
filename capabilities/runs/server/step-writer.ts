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

/** Changes that are stored together. */
interface Batch {
  readonly steps: Map<string, StepRecord>;
  progress: boolean;
  written: Promise<void> | undefined;
}

export function createStepWriter(deps: {
  db: Database;
  events: Events;
  lease: Lease;
  crashes: number;
  onLost: (error: unknown) => void;
}): StepWriter {
  const { runId } = deps.lease;
  let crashes = deps.crashes;
  let next: Batch | undefined;
  let last: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const write = async (batch: Batch): Promise<void> => {
    const steps = [...batch.steps.values()].map((step) => ({ ...step }));
    const progress = batch.progress && crashes > 0;
    // Saying the same twice does no harm, losing a result would: an outage of the database is waited for.
    await whenDatabaseIsBack(
      () =>
        deps.db.transaction().execute(async (tx) => {
          await store.saveSteps(store.join(tx), deps.lease, steps, progress);
          await deps.events.publish(
            tx,
            ...steps.map((step) => ({ type: STEP_CHANGED, subject: runId, data: { id: runId, step: toRunStep(step) } })),
          );
        }),
      () => closed,
    );
    if (progress) crashes = 0;
  };
  const add = (step: StepRecord, progress: boolean): void => {
    next ??= { steps: new Map(), progress: false, written: undefined };
    next.steps.set(step.id, step);
    next.progress ||= progress;
  };
  /** One transaction at a time; what changes meanwhile goes into the next. Whoever is in a batch hears how it went. */
  const flush = (): Promise<void> => {
    const batch = next;
    if (batch === undefined) return last;
    if (batch.written !== undefined) return batch.written;
    const before = last.catch(() => {});
    batch.written = before.then(() => {
      clearTimeout(timer);
      timer = undefined;
      next = undefined;
      return write(batch);
    });
    last = batch.written;
    return batch.written;
  };

  return {
    flush,
    touch(step) {
      if (closed) return;
      add(step, false);
      timer ??= setTimeout(() => void flush().catch(deps.onLost), SHOW_AFTER_MS);
    },
    save(step, progress = false) {
      add(step, progress);
      return flush();
    },
    close() {
      closed = true;
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
