import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { formatRef, isPavedError, parseRef, PavedError } from '@paved/kernel';
import type { Deployment, Orchestrator } from '@paved/orchestrator';
import type { Pipelines } from '@paved/pipelines';
import { hasEnded, type Runs } from '@paved/runs';
import type { TemplateAction, TemplateActionContext } from '../../index.ts';

const input = z.object({
  component: z.string().describe('Ref of the component.'),
  environment: z.string().describe('Name of the environment, for example dev.'),
  repository: z.string().optional().describe('Slug of its repository, as publish:git gives it.'),
  commit: z.string().optional().describe('The commit to ship, as publish:git gives it.'),
  timeoutMinutes: z.number().positive().max(120).optional().describe('Default 20.'),
});

export interface DeployDeps {
  readonly runs: Runs;
  readonly pipelines: Pipelines;
  readonly orchestrator: Orchestrator;
}

/** A push is noticed by the pipelines within moments; longer means that no pipeline is meant for this repository. */
const NOTICE_MS = 10_000;

/** `deploy:workload`: follows the commit through its pipeline to a healthy deployment; without a pipeline it deploys directly. */
export function deployWorkload(deps: DeployDeps): TemplateAction<z.infer<typeof input>> {
  return {
    id: 'deploy:workload',
    description: 'Waits until the commit runs in an environment and gives its address.',
    input,
    output: z.object({ url: z.string().optional(), deploymentId: z.string(), version: z.string(), pipelineRunId: z.string().optional() }),
    examples: [
      {
        description: 'Follow the first commit to dev',
        input: {
          component: '${{ steps.register.output.entityRef }}',
          environment: 'dev',
          commit: '${{ steps.publish.output.commitHash }}',
        },
      },
    ],
    async execute(given, context) {
      const component = formatRef(parseRef(given.component, { kind: 'component' }));
      const { environment, repository, commit } = given;
      const timeoutMs = (given.timeoutMinutes ?? 20) * 60_000;
      const pipelineRun =
        repository !== undefined && commit !== undefined ? await deps.pipelines.runOf(repository, commit, NOTICE_MS) : undefined;
      if (pipelineRun !== undefined) await followPipeline(deps.runs, pipelineRun, timeoutMs, context);
      const deployment =
        (await deploymentOf(deps, component, environment, commit)) ??
        (await deployNow(deps, { component, environment, repository, commit }, context));
      const settled = await untilAborted(deps.orchestrator.settled(deployment.id, timeoutMs), context.step.signal);
      if (settled.status !== 'succeeded' && settled.status !== 'superseded') {
        throw new PavedError('unavailable', `The deployment to ${environment} ${settled.status}: ${settled.error ?? 'see its run'}.`, {
          fix: `Open /runs/${settled.runId}, correct the cause and push, or retry.`,
          facts: { runId: settled.runId },
        });
      }
      const state = (await deps.orchestrator.workloads(component)).find((workload) => workload.environment === environment);
      context.step.log(`${component} ${settled.version} runs in ${environment}${state?.url === undefined ? '' : ` at ${state.url}`}`);
      return {
        deploymentId: settled.id,
        version: settled.version,
        ...(state?.url === undefined ? {} : { url: state.url }),
        ...(pipelineRun === undefined ? {} : { pipelineRunId: pipelineRun }),
      };
    },
  };
}

/** Waits for the pipeline and shows its steps as they go. */
async function followPipeline(runs: Runs, id: string, timeoutMs: number, context: TemplateActionContext): Promise<void> {
  context.step.log(`pipeline /runs/${id}`);
  const shown = new Map<string, string>();
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const run = await runs.get(id);
    if (run === undefined) throw new PavedError('not_found', `The pipeline run ${id} is gone.`);
    for (const step of run.steps) {
      if (step.status !== 'pending' && shown.get(step.id) !== step.status) context.step.log(`  ${step.title}: ${step.status}`);
      shown.set(step.id, step.status);
    }
    if (run.status === 'succeeded') return;
    if (hasEnded(run.status)) {
      throw new PavedError('unavailable', `The pipeline ${run.status}${run.error === undefined ? '' : `: ${run.error.message}`}`, {
        fix: `Open /runs/${id}, correct the cause and push.`,
        facts: { runId: id },
      });
    }
    if (Date.now() > deadline) throw new PavedError('timeout', `The pipeline run ${id} has not ended in time.`);
    context.step.signal.throwIfAborted();
    // Wakes early when the run ends; otherwise looks again soon to show progress.
    await Promise.race([
      wait(300, undefined, { signal: context.step.signal }),
      runs.ended(id, 400).catch((error: unknown) => (isPavedError(error, 'timeout') ? undefined : Promise.reject(error))),
    ]);
  }
}

/** The deployment of this commit that runs or starts in the environment, made by the pipeline. */
async function deploymentOf(
  { orchestrator }: DeployDeps,
  component: string,
  environment: string,
  commit: string | undefined,
): Promise<Deployment | undefined> {
  const state = (await orchestrator.workloads(component)).find((workload) => workload.environment === environment);
  if (state?.deploymentId === undefined || (commit !== undefined && state.commit !== commit)) return undefined;
  return orchestrator.deployment(state.deploymentId);
}

async function deployNow(
  deps: DeployDeps,
  what: { component: string; environment: string; repository: string | undefined; commit: string | undefined },
  context: TemplateActionContext,
): Promise<Deployment> {
  const artifact =
    what.repository !== undefined && what.commit !== undefined ? await deps.pipelines.artifactOf(what.repository, what.commit) : undefined;
  context.step.log(artifact === undefined ? `deploying to ${what.environment}` : `deploying ${artifact.version} to ${what.environment}`);
  return deps.orchestrator.deploy(
    {
      component: what.component,
      environment: what.environment,
      ...(what.commit === undefined ? {} : { commit: what.commit }),
      ...(artifact === undefined
        ? {}
        : {
            artifact: { digest: artifact.digest, type: artifact.type, location: artifact.location, version: artifact.version },
            version: artifact.version,
          }),
      idempotencyKey: context.step.idempotencyKey,
    },
    context.actor,
    { runId: context.run.id },
  );
}

/** Leaves a wait at once when the step is cancelled; what is waited for goes on by itself. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const stop = (): void => aborted.reject(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
