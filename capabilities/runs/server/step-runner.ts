import { setTimeout as sleep } from 'node:timers/promises';
import { PavedError } from '@paved/kernel';
import type { StepContext, StepOptions } from '../index.ts';
import { backoffMs } from '../model/backoff.ts';
import { failureOf, StepFailed } from '../model/failure.ts';
import { never, Suspended, type Execution, type StopReason } from './execution.ts';
import { pendingStep, type StepRecord } from './step-record.ts';
import { LeaseLost } from './store.ts';

/** Largest output of one step, as JSON text. Larger results belong into the workspace or a repository. */
const OUTPUT_LIMIT = 4 * 1024 * 1024;
/** Results up to this size are shown to people when the step does not say what to show. */
const SHOWN_LIMIT = 4096;
/** What a step shows travels in an event, which must stay small. */
const EVENT_LIMIT = 32_768;
/** How long a stopped step may take to clean up before it is given up. */
export const STOP_GRACE_MS = 5_000;

/** Carries out one step, or gives what it gave before. See `RunContext.step`. */
export async function runStep<T>(
  run: Execution,
  now: () => Date,
  id: string,
  options: StepOptions<T>,
  work: (step: StepContext) => Promise<T>,
): Promise<T> {
  if (run.parked) return never();
  const step = useStep(run, id, options);
  const kept = step.checkpoint;
  if (kept !== undefined && 'failure' in kept) throw new StepFailed(kept.failure, id);
  if (kept !== undefined) {
    rememberUndo(run, step, options, kept.value as T);
    return kept.value as T;
  }
  refuseWhenStopped(run);
  if (run.draining) return never();
  const attempt = attempts(run, now, step, options, work);
  const settled = attempt.catch(() => {});
  run.inFlight.add(settled);
  try {
    return await attempt;
  } catch (error) {
    if (error instanceof LeaseLost) run.park();
    // On purpose without an end: the body must not go on, and nothing may be said about it.
    if (run.parked || error instanceof Suspended) return await never<T>();
    throw error;
  } finally {
    run.inFlight.delete(settled);
  }
}

/** Shows a step that is not needed. See `RunContext.skip`. */
export async function skipStep(
  run: Execution,
  now: () => Date,
  id: string,
  options: { title?: string; parent?: string; reason: string },
): Promise<void> {
  if (run.parked) return never();
  const step = useStep(run, id, options);
  if (step.status === 'skipped') return;
  refuseWhenStopped(run);
  step.status = 'skipped';
  step.endedAt = now();
  step.shown = run.masker.text(options.reason);
  step.checkpoint = {};
  await save(run, step, false);
}

/** Gives work its signal: the run's, and the step's own deadline. After an abort it gets a moment to clean up. */
export async function bounded<T>(
  signal: AbortSignal,
  timeoutMs: number | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => controller.abort(new PavedError('timeout', `It took longer than ${timeoutMs / 1000} s.`)), timeoutMs);
  const grace = new AbortController();
  const givenUp = new Promise<never>((_resolve, reject) => {
    controller.signal.addEventListener(
      'abort',
      () => {
        sleep(STOP_GRACE_MS, undefined, { signal: grace.signal, ref: false }).then(
          () => reject(controller.signal.reason as Error),
          () => {},
        );
      },
      { once: true },
    );
  });
  try {
    return await Promise.race([work(controller.signal), givenUp]);
  } catch (error) {
    // Whatever the work says when it is stopped, the reason is why it was stopped.
    throw controller.signal.aborted ? (controller.signal.reason as Error) : error;
  } finally {
    grace.abort();
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

function useStep(run: Execution, id: string, options: { title?: string; parent?: string }): StepRecord {
  if (run.used.has(id)) {
    throw new PavedError('internal', `The step "${id}" is used twice in one run of ${run.kind.kind}.`, {
      fix: 'Give each step an id of its own.',
    });
  }
  run.used.add(id);
  const step = run.steps.get(id) ?? pendingStep(id, run.steps.size, options.title ?? id, options.parent);
  run.steps.set(id, step);
  step.title = run.masker.text(options.title ?? step.title);
  step.parent = options.parent ?? step.parent;
  return step;
}

function refuseWhenStopped(run: Execution): void {
  if (run.stop !== undefined) throw stopError(run.stop);
}

export function stopError(stop: StopReason): PavedError {
  return new PavedError(stop.type === 'poison' ? 'internal' : stop.type, stop.message, stop.fix === undefined ? {} : { fix: stop.fix });
}

async function attempts<T>(
  run: Execution,
  now: () => Date,
  step: StepRecord,
  options: StepOptions<T>,
  work: (step: StepContext) => Promise<T>,
): Promise<T> {
  const most = 1 + (options.retries?.attempts ?? 0);
  step.status = 'running';
  step.startedAt = now();
  step.endedAt = undefined;
  const log = run.logOf(step.id);
  for (let tried = 1; ; tried++) {
    step.attempt += 1;
    run.writer.touch(step);
    try {
      const context = (signal: AbortSignal): StepContext => ({
        idempotencyKey: `${run.row.id}/${step.id}`,
        attempt: step.attempt,
        signal,
        log: (text, stream) => log.write(text, stream),
      });
      const output = await bounded(run.controller.signal, options.timeoutMs, (signal) => work(context(signal)));
      return await succeed(run, now, step, options, output);
    } catch (error) {
      if (run.parked || error instanceof LeaseLost) throw error;
      if (run.draining && run.stop === undefined) throw new Suspended();
      const again = tried < most && run.stop === undefined && (options.retries?.when?.(error) ?? true);
      if (!again) return await fail(run, now, step, error);
      const waitMs = backoffMs(tried + 1, options.retries?.delayMs ?? 1000);
      log.write(
        `Try ${tried} of ${most} failed: ${failureOf(error, run.masker).message} The next follows in ${waitMs / 1000} s.\n`,
        'stderr',
      );
      // A run that is stopped meanwhile ends the wait; the next try then refuses.
      await sleep(waitMs, undefined, { signal: run.controller.signal }).catch(() => {});
      if (run.stop !== undefined) return await fail(run, now, step, stopError(run.stop));
      if (run.draining) throw new Suspended();
    }
  }
}

async function succeed<T>(run: Execution, now: () => Date, step: StepRecord, options: StepOptions<T>, output: T): Promise<T> {
  // What the body gets now is what replay would give: plain JSON, without secrets.
  const text = output === undefined ? undefined : JSON.stringify(run.masker.json(plain(output)));
  if (text !== undefined && text.length > OUTPUT_LIMIT) {
    throw new PavedError('too_large', `The step "${step.id}" gives ${text.length} bytes; at most ${OUTPUT_LIMIT} are kept.`, {
      fix: 'Keep large results in the workspace.',
    });
  }
  const value = text === undefined ? undefined : (JSON.parse(text) as T);
  const shown =
    options.show === undefined ? (text !== undefined && text.length <= SHOWN_LIMIT ? value : undefined) : plain(options.show(output));
  step.status = 'succeeded';
  step.endedAt = now();
  step.error = undefined;
  step.shown = JSON.stringify(shown ?? null).length <= EVENT_LIMIT ? run.masker.json(shown) : 'It is too large to be shown.';
  step.checkpoint = value === undefined ? {} : { value };
  await run.logOf(step.id).end();
  await save(run, step, true);
  rememberUndo(run, step, options, value as T);
  return value as T;
}

async function fail(run: Execution, now: () => Date, step: StepRecord, error: unknown): Promise<never> {
  const failure = failureOf(error, run.masker, step.id);
  const cancelled = run.stop?.type === 'cancelled';
  const log = run.logOf(step.id);
  log.write(`${failure.message}\n`, 'stderr');
  await log.end();
  step.status = cancelled ? 'cancelled' : 'failed';
  step.endedAt = now();
  step.error = failure.message;
  step.checkpoint = { failure };
  await save(run, step, false);
  throw new StepFailed(failure, step.id, error);
}

async function save(run: Execution, step: StepRecord, progress: boolean): Promise<void> {
  await run.writer.save(step, progress);
}

function rememberUndo<T>(run: Execution, step: StepRecord, options: StepOptions<T>, output: T): void {
  if (options.undo === undefined) return;
  run.undos.push({ step, output, timeoutMs: options.timeoutMs, undo: options.undo });
}

/** JSON and back: classes, dates and functions become what replay would give. */
function plain(value: unknown): unknown {
  const text = JSON.stringify(value);
  return text === undefined ? undefined : JSON.parse(text);
}
