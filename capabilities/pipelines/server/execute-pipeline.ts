import { chmod, cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { messageOf, parseDuration, PavedError, type Entity } from '@paved/kernel';
import type { CapabilityContext } from '@paved/host';
import type { Facts } from '@paved/delivery';
import { cdEventType } from '@paved/delivery';
import type { Scm } from '@paved/repositories';
import type { RunContext, RunKind, StepContext } from '@paved/runs';
import { PIPELINE_RUN_KIND, type CommandRunner, type StoredArtifact } from '../index.ts';
import { pipelineSpecSchema, type PipelineStep } from '../model/pipeline-spec.ts';
import { parseTestResults } from '../model/test-results.ts';
import type { ActionContext, ActionOutput, PipelineAction } from './actions/action.ts';
import type { ArtifactStore } from './artifact-store.ts';
import { pipelineStore } from './store.ts';
import { wayOut } from './way-out.ts';

export const executeInputSchema = z.object({
  pipeline: z.string(),
  spec: pipelineSpecSchema,
  repository: z.string(),
  commit: z.string(),
  branch: z.string(),
  isDefaultBranch: z.boolean(),
  trigger: z.enum(['push', 'pull_request', 'manual']),
  component: z.custom<Entity>((value) => typeof value === 'object' && value !== null).optional(),
});
export type ExecuteInput = z.infer<typeof executeInputSchema>;

export interface ExecuteDeps {
  readonly db: CapabilityContext<Record<never, never>>['db'];
  readonly config: CapabilityContext<Record<never, never>>['config']['pipelines'];
  readonly log: CapabilityContext<Record<never, never>>['log'];
  readonly dataDir: string;
  readonly now: () => Date;
  readonly repositories: Scm;
  readonly facts: Facts;
  readonly runner: CommandRunner;
  readonly store: ArtifactStore;
  readonly actions: ReadonlyMap<string, PipelineAction>;
  /** An npm cache to start from, so that golden paths install without a network. */
  readonly npmCacheSeed: string;
}

/** What one step leaves for the next ones; small JSON, checkpointed. */
interface StepResult extends ActionOutput {
  readonly tests?: { passed: number; failed: number; skipped: number };
}

const reportTitle = (status: 'running' | 'succeeded' | 'failed'): string =>
  `Mark the commit as ${status === 'succeeded' ? 'passed' : status}`;

/** The run kind of pipelines: checkout, every step of every stage, checks and facts. */
export function pipelineRunKind(deps: ExecuteDeps): RunKind<ExecuteInput, { artifact?: StoredArtifact; url?: string }> {
  return {
    kind: PIPELINE_RUN_KIND,
    input: executeInputSchema,
    title: (input) => `Build ${input.repository.split('/').at(-1)} from ${input.branch}`,
    plan: (input) => [
      { id: 'check-running', title: reportTitle('running') },
      { id: 'checkout', title: 'Check out' },
      ...input.spec.stages.flatMap((stage) =>
        stage.steps.map((step) => ({ id: `${stage.name}/${step.id}`, title: step.name ?? step.uses ?? step.run ?? step.id })),
      ),
    ],
    // A newer push of the same branch waits for the one before: versions arrive in order.
    concurrency: { limit: deps.config.concurrency, key: (input) => `${input.repository}#${input.branch}` },
    async execute(run) {
      const check = (status: 'running' | 'succeeded' | 'failed', summary: string) =>
        run.step(`check-${status}`, { title: reportTitle(status), show: () => undefined }, (step) =>
          report(deps, run, step, status, summary),
        );
      await check('running', 'Runs');
      try {
        const result = await executeStages(deps, run);
        await check('succeeded', result.summary);
        return result.output;
      } catch (error) {
        await check('failed', messageOf(error));
        throw error;
      }
    },
  };
}

async function executeStages(
  deps: ExecuteDeps,
  run: RunContext<ExecuteInput>,
): Promise<{ output: { artifact?: StoredArtifact; url?: string }; summary: string }> {
  const { input } = run;
  const folder = path.join(run.workspace, 'source');
  const { startedAt, repositoryUrl } = await run.step(
    'checkout',
    { title: 'Check out', show: () => ({ commit: input.commit }) },
    async (step) => {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      await deps.repositories.checkout(input.repository, input.commit, folder);
      step.log(`${input.repository} at ${input.commit}`);
      const repository = await deps.repositories.get(input.repository);
      return { startedAt: deps.now().toISOString(), repositoryUrl: repository?.cloneUrl ?? input.repository };
    },
  );
  let artifact: StoredArtifact | undefined;
  let sbom: string | undefined;
  let url: string | undefined;
  const notes: string[] = [];
  const tests = { passed: 0, failed: 0, skipped: 0 };
  for (const stage of input.spec.stages) {
    for (const spec of stage.steps) {
      const id = `${stage.name}/${spec.id}`;
      const title = spec.name ?? spec.uses ?? spec.run ?? spec.id;
      const unasked = reasonToSkip(spec, input);
      const needless = unasked === undefined ? deps.actions.get(spec.uses ?? '')?.needless : undefined;
      const note = await needless?.(spec.with ?? {}, { folder, component: input.component });
      if (note !== undefined) notes.push(note);
      const reason = unasked ?? note;
      if (reason !== undefined) {
        await run.skip(id, { title, reason });
        continue;
      }
      const context = { artifact, sbom, startedAt, repositoryUrl, folder };
      const result = await run.step(
        id,
        { title, timeoutMs: timeoutOf(deps, spec) + 60_000, show: (output: StepResult) => ({ ...output.facts, ...output.tests }) },
        (step) => executeStep(deps, run, id, spec, step, context),
      );
      artifact = result.artifact ?? artifact;
      sbom = result.sbom ?? sbom;
      url = typeof result.facts['url'] === 'string' ? result.facts['url'] : url;
      for (const key of ['passed', 'failed', 'skipped'] as const) tests[key] += result.tests?.[key] ?? 0;
    }
  }
  const counted = tests.passed + tests.failed + tests.skipped;
  return {
    output: { ...(artifact === undefined ? {} : { artifact }), ...(url === undefined ? {} : { url }) },
    summary: [
      counted === 0 ? 'All steps passed' : `${tests.passed} tests passed${tests.skipped > 0 ? `, ${tests.skipped} skipped` : ''}`,
      ...notes,
    ].join('. '),
  };
}

function reasonToSkip(step: PipelineStep, input: ExecuteInput): string | undefined {
  if (step.when === 'pull-request' && input.trigger !== 'pull_request') return 'only for pull requests';
  if (step.when === 'default-branch' && (!input.isDefaultBranch || input.trigger === 'pull_request')) return 'only on the default branch';
  if (step.uses === 'deploy' && input.trigger === 'pull_request') return 'pull requests are not deployed';
  return undefined;
}

const timeoutOf = (deps: ExecuteDeps, step: PipelineStep): number =>
  Math.min(parseDuration(step.timeout ?? deps.config.timeout), parseDuration(deps.config.timeout));

interface StepInputs {
  readonly artifact: StoredArtifact | undefined;
  readonly sbom: string | undefined;
  readonly startedAt: string;
  readonly repositoryUrl: string;
  readonly folder: string;
}

async function executeStep(
  deps: ExecuteDeps,
  run: RunContext<ExecuteInput>,
  id: string,
  spec: PipelineStep,
  step: StepContext,
  inputs: StepInputs,
): Promise<StepResult> {
  if (spec.run !== undefined) return runCommand(deps, run, id, spec, spec.run, step, inputs.folder);
  const action = deps.actions.get(spec.uses ?? '');
  if (action === undefined)
    throw new PavedError('invalid', `The step ${id} uses "${spec.uses}", which is no action.`, {
      fix: `Actions: ${[...deps.actions.keys()].join(', ')}.`,
    });
  const { input } = run;
  const context: ActionContext = {
    ...inputs,
    runId: run.id,
    step,
    actor: run.actor,
    repository: input.repository,
    commit: input.commit,
    branch: input.branch,
    trigger: input.trigger,
    pipeline: input.pipeline,
    component: input.component,
    store: deps.store,
    log: deps.log,
  };
  const output = await action.execute(spec.with ?? {}, context);
  if (output.artifact !== undefined) {
    const { artifact } = output;
    await pipelineStore.putArtifact(deps.db, { ...artifact, runId: run.id });
    const purl = `pkg:generic/${input.repository}@${encodeURIComponent(artifact.version)}?checksum=${artifact.digest}`;
    const base = { commit: input.commit, runId: run.id, at: deps.now().toISOString(), subjectId: purl };
    await deps.facts.append([
      {
        ...base,
        id: `${step.idempotencyKey}/packaged`,
        type: cdEventType('artifact.packaged'),
        content: {
          change: { id: input.commit, source: input.repository },
          ...(artifact.sbom === undefined ? {} : { sbom: { uri: artifact.sbom } }),
        },
      },
      {
        ...base,
        id: `${step.idempotencyKey}/signed`,
        type: cdEventType('artifact.signed'),
        content: { signature: artifact.provenance ?? '' },
      },
    ]);
  }
  return output;
}

async function runCommand(
  deps: ExecuteDeps,
  run: RunContext<ExecuteInput>,
  id: string,
  spec: PipelineStep,
  line: string,
  step: StepContext,
  folder: string,
): Promise<StepResult> {
  const home = path.join(run.workspace, 'home');
  const npmCache = await npmCacheOf(deps, run.input.repository);
  await mkdir(home, { recursive: true });
  const { config } = deps;
  if (spec.testResults !== undefined) await rm(path.join(folder, spec.testResults), { force: true });
  const result = await deps.runner.run({
    line,
    folder,
    writable: [home, npmCache],
    environment: {
      ...(spec.network === 'none' ? {} : wayOut()),
      ...spec.environment,
      CI: 'true',
      HOME: home,
      LANG: 'C.UTF-8',
      PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
      npm_config_cache: npmCache,
      npm_config_prefer_offline: 'true',
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      npm_config_update_notifier: 'false',
      PAVED_REPOSITORY: run.input.repository,
      PAVED_COMMIT: run.input.commit,
      PAVED_BRANCH: run.input.branch,
      PAVED_RUN: run.id,
    },
    limits: { memoryMb: config.memoryMb, timeoutMs: timeoutOf(deps, spec), outputBytes: config.outputLimitMb * 1024 * 1024, cpus: 2 },
    ...(spec.network === undefined ? {} : { network: spec.network }),
    signal: step.signal,
    onOutput: (text, stream) => step.log(text, stream),
  });
  const tests = spec.testResults === undefined ? undefined : await readTests(deps, run.id, id, folder, spec.testResults, step);
  const why = {
    timeout: `it did not end within ${spec.timeout ?? config.timeout}`,
    memory: `it used more than ${config.memoryMb} MB of memory`,
    output: `it printed more than ${config.outputLimitMb} MB`,
    cancelled: 'the run was cancelled',
  };
  if (result.stopped !== undefined)
    throw new PavedError(result.stopped === 'cancelled' ? 'cancelled' : 'invalid', `"${line}" was stopped: ${why[result.stopped]}.`, {
      fix: 'Make the step smaller, or raise its limit in the pipeline or in paved.yaml.',
    });
  if (result.exitCode !== 0) {
    const failed = tests === undefined || tests.failed === 0 ? '' : `${tests.failed} of ${tests.failed + tests.passed} tests failed. `;
    throw new PavedError('invalid', `${failed}"${line}" ended with exit code ${result.exitCode}.`, {
      fix: 'Read the log of this step; run the same line in a clone to see it for yourself.',
    });
  }
  return { facts: { seconds: Math.round(result.durationMs / 100) / 10 }, ...(tests === undefined ? {} : { tests }) };
}

async function readTests(
  deps: ExecuteDeps,
  runId: string,
  id: string,
  folder: string,
  file: string,
  step: StepContext,
): Promise<StepResult['tests']> {
  const full = path.resolve(folder, file);
  if (!full.startsWith(folder + path.sep))
    throw new PavedError('invalid', `testResults "${file}" leaves the checkout.`, { fix: 'Name a file inside it.' });
  const text = await readFile(full, 'utf8').catch(() => undefined);
  const report = text === undefined ? undefined : parseTestResults(text);
  if (report === undefined) {
    step.log(`No test results in ${file}: ${text === undefined ? 'the file is not there' : 'neither JUnit XML nor TAP'}.`, 'stderr');
    return undefined;
  }
  await pipelineStore.putTestReport(deps.db, runId, id, report);
  return { passed: report.passed, failed: report.failed, skipped: report.skipped };
}

/** A cache of the repository's own: a build can poison nobody's but its own. */
async function npmCacheOf(deps: ExecuteDeps, repository: string): Promise<string> {
  const cache = path.join(deps.dataDir, 'cache', repository.replaceAll('/', '__'), 'npm');
  if (!existsSync(cache)) {
    const draft = `${cache}.${process.pid}.${process.hrtime.bigint()}`;
    await mkdir(path.dirname(cache), { recursive: true });
    if (existsSync(deps.npmCacheSeed)) await cp(deps.npmCacheSeed, draft, { recursive: true });
    else await mkdir(draft);
    await chmod(draft, 0o700);
    await rename(draft, cache).catch(() => rm(draft, { recursive: true, force: true }));
  }
  return cache;
}

async function report(
  deps: ExecuteDeps,
  run: RunContext<ExecuteInput>,
  step: StepContext,
  status: 'running' | 'succeeded' | 'failed',
  summary: string,
): Promise<void> {
  const { input } = run;
  const at = deps.now().toISOString();
  await deps.repositories.setCheck(input.repository, input.commit, {
    name: `pipeline/${input.pipeline}`,
    status,
    summary: summary.slice(0, 500),
    href: `/runs/${run.id}`,
  });
  const base = { subjectId: run.id, commit: input.commit, runId: run.id, at };
  const content = { pipelineName: input.pipeline, uri: `/runs/${run.id}` };
  await deps.facts.append([
    status === 'running'
      ? { ...base, id: `${step.idempotencyKey}/started`, type: cdEventType('pipelinerun.started'), content }
      : {
          ...base,
          id: `${step.idempotencyKey}/finished`,
          type: cdEventType('pipelinerun.finished'),
          content: {
            ...content,
            outcome: status === 'succeeded' ? 'success' : 'failure',
            ...(status === 'failed' ? { errors: summary.slice(0, 500) } : {}),
          },
        },
  ]);
}
