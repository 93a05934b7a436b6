import { isPavedError, PavedError, type Actor } from '@paved/kernel';
import type { StepContext } from '@paved/runs';
import type { ServicesDeps } from './deps.ts';

type TakeOutDeps = Pick<ServicesDeps, 'orchestrator' | 'runs' | 'catalog'>;

/** Where something of a component runs or is provisioned; what was set aside does not count. */
export async function environmentsInUse(orchestrator: ServicesDeps['orchestrator'], component: string): Promise<string[]> {
  const resources = await orchestrator.resources({ component });
  return [...new Set(resources.filter((resource) => resource.consumers.includes(component)).map(({ environment }) => environment))];
}

/** Takes a component out of an environment and waits for the end. Nothing happens where it is gone already. */
export async function takeOut(
  deps: TakeOutDeps,
  what: { component: string; environment: string; key: string; runId: string },
  actor: Actor,
  step: StepContext,
): Promise<{ deployment?: string }> {
  const { component, environment } = what;
  if (!(await environmentsInUse(deps.orchestrator, component)).includes(environment)) {
    step.log(`Nothing of it is in ${environment}.`);
    return {};
  }
  const started = await deps.orchestrator.remove(component, environment, actor, { idempotencyKey: what.key, runId: what.runId });
  step.log(`deployment ${started.id}, run /runs/${started.runId}`);
  const ended = await untilAborted(deps.orchestrator.settled(started.id), step.signal);
  if (ended.status !== 'succeeded') {
    throw new PavedError('unavailable', `Taking it out of ${environment} ${ended.status}: ${ended.error ?? 'see its run'}`, {
      fix: `Open /runs/${ended.runId}, correct the cause, then retry this run.`,
      facts: { runId: ended.runId },
    });
  }
  step.log(`It is out of ${environment}.`);
  return { deployment: ended.id };
}

/** Cancels what still builds or imports it, so that nothing comes back behind us, and waits for the end. */
export async function stopBuilds(
  deps: TakeOutDeps,
  subjects: readonly string[],
  why: string,
  self: string,
  actor: Actor,
  step: StepContext,
): Promise<number> {
  const active = await Promise.all(subjects.map((subject) => deps.runs.list({ subject, status: ['queued', 'running'], limit: 100 })));
  const building = new Map(
    active
      .flat()
      .filter((run) => run.id !== self && run.kind.startsWith('pipelines.'))
      .map((run) => [run.id, run]),
  );
  for (const run of building.values()) {
    step.log(`cancelling ${run.title}, /runs/${run.id}`);
    await deps.runs.cancel(run.id, actor, why).catch((error: unknown) => {
      // It ended by itself meanwhile.
      if (!isPavedError(error, 'conflict', 'not_found')) throw error;
    });
    await untilAborted(deps.runs.ended(run.id, 60_000), step.signal);
  }
  return building.size;
}

/** Takes it out of the catalog by its source. Nothing happens when that is gone already. */
export async function unregister(deps: TakeOutDeps, locationId: string, actor: Actor): Promise<void> {
  await deps.catalog.removeLocation(locationId, actor).catch((error: unknown) => {
    if (!isPavedError(error, 'not_found')) throw error;
  });
}

/** Leaves a wait at once when the step is stopped; what is waited for goes on by itself. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const stop = (): void => aborted.reject(signal.reason as Error);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  // Whoever stops waiting does not hear of a later failure.
  work.catch(() => {});
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
