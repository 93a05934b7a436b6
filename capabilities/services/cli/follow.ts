import type { CliContext } from '@paved/client';
import { PavedError } from '@paved/kernel';
import { hasEnded, RUN_CHANGED, STEP_CHANGED, type Run, type RunStep } from '@paved/runs';

/** Events wake the reader; without any it looks again after this long. */
const LOOK_MS = 1_000;

/** Shows a run's steps as they go; gives its output, or throws when it did not succeed. Ctrl-C leaves the run alone. */
export async function followRun(cli: CliContext, id: string): Promise<unknown> {
  const ended = new AbortController();
  const signal = AbortSignal.any([cli.signal, ended.signal]);
  const progress = cli.progress();
  const shown = new Map<string, RunStep['status']>();
  let wake = (): void => {};
  // Without the stream everything is seen too, only later.
  cli.api.events({ types: [STEP_CHANGED, RUN_CHANGED], subject: id }, () => wake(), signal).catch(() => {});
  try {
    for (;;) {
      const run = await cli.api.get<Run>(`/api/runs/${encodeURIComponent(id)}`);
      for (const step of run.steps) {
        if (shown.get(step.id) === step.status) continue;
        shown.set(step.id, step.status);
        if (step.status === 'running') progress.step(step.id, step.title);
        else if (step.status === 'succeeded') progress.done(step.id, step.title);
        else if (step.status === 'failed') progress.failed(step.id, `${step.title}: ${step.error ?? 'failed'}`);
        else if (step.status === 'undone') progress.note(`${step.title}: taken back`);
      }
      if (run.status === 'succeeded') return run.output;
      if (hasEnded(run.status)) {
        throw new PavedError(run.status === 'cancelled' ? 'cancelled' : 'internal', run.error?.message ?? `The run ${run.status}.`, {
          fix: run.error?.fix ?? `See its steps with: paved runs get ${id}`,
        });
      }
      if (cli.signal.aborted)
        throw new PavedError('cancelled', 'Interrupted; the run goes on.', { fix: `Follow it with: paved runs logs -f ${id}` });
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LOOK_MS);
        wake = () => (clearTimeout(timer), resolve());
        signal.addEventListener('abort', () => wake(), { once: true });
      });
    }
  } finally {
    ended.abort();
    progress.end();
  }
}
