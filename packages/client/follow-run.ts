import { formatDuration, PavedError } from '@paved/kernel';
import type { CliContext } from './cli-context.ts';
import { getRun } from './generated/sdk.gen.ts';
import type { Run, RunStep } from './generated/types.gen.ts';
import { ApiError } from './problem.ts';

/** Events wake the reader; without any it looks again after this long. */
const LOOK_MS = 1_000;
/** A server that was restarted takes the run up again: it may be away this long. */
const AWAY_MS = 60_000;

const EVENTS = ['runs.run.changed', 'runs.step.changed'] as const;
const ended: readonly Run['status'][] = ['succeeded', 'failed', 'cancelled'];

/** Shows the steps of a run as they go; gives the run when it has ended, well or not. Ctrl-C leaves the run alone. */
export async function followRun(cli: CliContext, id: string): Promise<Run> {
  const done = new AbortController();
  const signal = AbortSignal.any([cli.signal, done.signal]);
  const progress = cli.progress();
  const shown = new Map<string, RunStep['status']>();
  let wake = (): void => {};
  let woken = false;
  // Without the stream everything is seen too, only later.
  cli.api.events({ types: EVENTS, subject: id }, () => ((woken = true), wake()), signal).catch(() => {});
  let awaySince: number | undefined;
  try {
    for (;;) {
      woken = false;
      const run = await cli.api.call(getRun, { path: { id } }).catch((error: unknown) => {
        const now = performance.now();
        awaySince ??= now;
        if (!isAway(error) || now - awaySince > AWAY_MS) throw error;
        return undefined;
      });
      if (run !== undefined) {
        awaySince = undefined;
        for (const step of run.steps) {
          if (shown.get(step.id) === step.status) continue;
          shown.set(step.id, step.status);
          if (step.status === 'running') progress.step(step.id, step.title);
          else if (step.status === 'succeeded') progress.done(step.id, step.title, tookMs(step));
          else if (step.status === 'failed') progress.failed(step.id, `${step.title}: ${step.error ?? 'failed'}`, tookMs(step));
          else if (step.status === 'undone') progress.note(`${step.title}: taken back`);
        }
        if (ended.includes(run.status)) return run;
      }
      if (cli.signal.aborted)
        throw new PavedError('cancelled', 'Interrupted; the run goes on.', { fix: `Follow it with: paved runs logs -f ${id}` });
      if (!woken) await pause((resolve) => (wake = resolve), LOOK_MS, signal);
    }
  } finally {
    done.abort();
    progress.end();
  }
}

/** The run when it succeeded; else throws what went wrong, and how to see more. */
export function succeeded(run: Run): Run {
  if (run.status === 'succeeded') return run;
  throw new PavedError(run.status === 'cancelled' ? 'cancelled' : 'internal', run.error?.message ?? `The run ${run.status}.`, {
    fix: run.error?.fix ?? `See its steps with: paved runs get ${run.id}`,
  });
}

/** How long a run or step took, in words; undefined while it has not ended. */
export function took(part: { readonly startedAt?: string; readonly endedAt?: string }): string | undefined {
  const ms = tookMs(part);
  return ms === undefined ? undefined : formatDuration(ms);
}

/** Waits until `give`'s function is called, the time is over, or the signal aborts. */
export function pause(give: (resolve: () => void) => void, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
    give(end);
  });
}

const tookMs = ({ startedAt, endedAt }: { readonly startedAt?: string; readonly endedAt?: string }): number | undefined =>
  startedAt === undefined || endedAt === undefined ? undefined : Date.parse(endedAt) - Date.parse(startedAt);

const isAway = (error: unknown): boolean => error instanceof ApiError && (error.code === 'offline' || error.status === 503);
