import type { CliContext } from '@paved/client';
import { PavedError } from '@paved/kernel';
import { hasEnded, RUN_CHANGED, STEP_CHANGED, type Run, type RunStep } from '@paved/runs';
import type { Deployment, WorkloadState } from '../index.ts';

/** Events wake the reader; without any it looks again after this long. */
const LOOK_MS = 1_000;

/** Shows a deployment's steps until it ends; throws when it did not succeed. Ctrl-C leaves it running. */
export async function followDeployment(cli: CliContext, started: Deployment): Promise<void> {
  await followSteps(cli, started.runId);
  const ended = await endOf(cli, started.id);
  if (ended.status !== 'succeeded') {
    throw new PavedError(
      ended.status === 'cancelled' || ended.status === 'superseded' ? 'cancelled' : 'internal',
      ended.error ?? `The deployment ${ended.status}.`,
      {
        fix: `See its steps with: paved runs get ${ended.runId}`,
      },
    );
  }
  const states = await cli.api.get<WorkloadState[]>('/api/orchestrator/workloads', { component: ended.component });
  const url = states.find((state) => state.environment === ended.environment)?.url;
  cli.show({ ...ended, ...(url === undefined ? {} : { url }) }, [
    ['deployment', ended.id],
    ['version', ended.version || undefined],
    ['environment', ended.environment],
    ['status', ended.status],
    ['url', url],
  ]);
}

async function followSteps(cli: CliContext, id: string): Promise<void> {
  const done = new AbortController();
  const signal = AbortSignal.any([cli.signal, done.signal]);
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
      }
      if (hasEnded(run.status)) return;
      if (cli.signal.aborted)
        throw new PavedError('cancelled', 'Interrupted; the deployment goes on.', { fix: `Follow it with: paved runs logs -f ${id}` });
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LOOK_MS);
        wake = () => (clearTimeout(timer), resolve());
        signal.addEventListener('abort', () => wake(), { once: true });
      });
    }
  } finally {
    done.abort();
    progress.end();
  }
}

/** The deployment is closed a moment after its run. */
async function endOf(cli: CliContext, id: string): Promise<Deployment> {
  for (let tries = 0; ; tries += 1) {
    const deployment = await cli.api.get<Deployment>(`/api/orchestrator/deployments/${encodeURIComponent(id)}`);
    const open = deployment.status === 'queued' || deployment.status === 'planning' || deployment.status === 'applying';
    if (!open || tries > 100) return deployment;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
