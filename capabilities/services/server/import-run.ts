import { z } from 'zod';
import { PavedError } from '@paved/kernel';
import { sourceAddress } from '@paved/repositories';
import type { RunKind, StepContext } from '@paved/runs';
import { IMPORT_RUN, type ImportOutput } from '../index.ts';
import { describe } from '../model/describe.ts';
import type { ServicesDeps } from './deps.ts';
import { followPipeline } from './follow-pipeline.ts';
import { inspect } from './inspect.ts';
import { environmentsInUse, stopBuilds, takeOut, unregister } from './take-out.ts';

export const SEAL = 'services.source';

export const importInput = z.object({
  /** Without credentials. */
  source: z.string(),
  /** The id of the address with credentials, when it has some. */
  sealed: z.string().optional(),
  slug: z.string(),
  name: z.string(),
  owner: z.string(),
  system: z.string().optional(),
  type: z.string(),
  lifecycle: z.string(),
  description: z.string().optional(),
});
export type ImportInput = z.infer<typeof importInput>;

/** A push is noticed by the pipelines within moments; longer means that none is meant for this repository. */
const NOTICE_MS = 10_000;

const steps = [
  { id: 'repository', title: 'Copy the repository' },
  { id: 'inspect', title: 'Look at what is in it' },
  { id: 'describe', title: 'Add what is missing' },
  { id: 'register', title: 'Register in the catalog' },
  { id: 'pipeline', title: 'Look for a pipeline' },
  { id: 'build', title: 'Build and deploy' },
] as const;
const title = Object.fromEntries(steps.map((step) => [step.id, step.title])) as Record<(typeof steps)[number]['id'], string>;

/** Makes a service of an existing repository. What it made is taken back when it fails or is cancelled. */
export function importKind(deps: ServicesDeps): RunKind<ImportInput, ImportOutput> {
  const scm = deps.repositories;
  return {
    kind: IMPORT_RUN,
    input: importInput,
    title: ({ name }) => `Import ${name}`,
    plan: () => steps,
    concurrency: { key: ({ slug }) => slug, perKey: 1 },
    undo: true,
    async execute(run) {
      const { input, actor } = run;
      const { slug } = input;

      const repository = await run.step<{ slug: string; branch: string }>(
        'repository',
        {
          title: title.repository,
          async undo(_made, step) {
            await scm.delete(slug, actor);
            step.log(`deleted repository ${slug}`);
          },
        },
        async (step) => {
          const source = input.sealed === undefined ? input.source : await opened(deps, input.sealed, run.mask);
          step.log(`copying ${input.source}`);
          const made = await scm.importFrom(
            source,
            { slug, description: input.description ?? '', ownerRef: input.owner, idempotencyKey: step.idempotencyKey },
            actor,
          );
          // Nobody waits for a step that was cancelled long ago, so it cleans up after itself.
          if (step.signal.aborted) {
            await scm.delete(slug, actor);
            step.signal.throwIfAborted();
          }
          step.log(`repository ${slug}, default branch ${made.defaultBranch}`);
          return { slug, branch: made.defaultBranch };
        },
      );

      const findings = await run.step('inspect', { title: title.inspect }, (step) => inspect(scm, repository, step));

      const description = describe(findings, input);
      const described = await run.step('describe', { title: title.describe }, async (step) => {
        for (const note of description.notes) step.log(note);
        const names = Object.keys(description.files);
        if (names.length === 0) {
          step.log('Nothing is missing.');
          return { commit: await scm.resolve(slug, repository.branch), added: names };
        }
        const message = `Describe ${input.name} for the platform\n\nAdds ${names.join(' and ')}.`;
        const { sha } = await scm.commitFiles(
          slug,
          { branch: repository.branch, files: description.files, message, idempotencyKey: step.idempotencyKey },
          actor,
        );
        step.log(`commit ${sha.slice(0, 8)} on ${repository.branch} adds ${names.join(', ')}`);
        return { commit: sha, added: names };
      });

      const registered = await run.step<{ locationId: string; entityRefs: string[]; taken?: boolean; component?: string }>(
        'register',
        {
          title: title.register,
          async undo({ locationId, component }, step) {
            await stopBuilds(deps, [`repository:${slug}`], 'its import is taken back', run.id, actor, step);
            if (component !== undefined) {
              const environments = await environmentsInUse(deps.orchestrator, component);
              if (environments.length > 0) {
                // Data it may have made stays; its owner must be able to find it.
                const by = { ref: actor.ref, displayName: actor.displayName };
                await deps.store.remember({
                  component,
                  runId: run.id,
                  title: input.name,
                  ownerRefs: [input.owner],
                  actor: by,
                  at: deps.now(),
                });
              }
              for (const environment of environments) {
                await takeOut(
                  deps,
                  { component, environment, key: `${step.idempotencyKey}/${environment}/${step.attempt}`, runId: run.id },
                  actor,
                  step,
                );
              }
            }
            await unregister(deps, locationId, actor);
            step.log('unregistered');
          },
        },
        async (step) => {
          const {
            location,
            entityRefs,
            conflicts = [],
          } = await deps.catalog.addLocation({ type: 'git', target: sourceAddress(slug) }, actor);
          if (step.signal.aborted) {
            await unregister(deps, location.id, actor);
            step.signal.throwIfAborted();
          }
          for (const ref of entityRefs) step.log(`registered ${ref}`);
          for (const conflict of conflicts) step.log(conflict, 'stderr');
          const component =
            entityRefs.find((ref) => ref === description.component) ?? entityRefs.find((ref) => ref.startsWith('component:'));
          return { locationId: location.id, entityRefs, taken: conflicts.length > 0, ...(component === undefined ? {} : { component }) };
        },
      );

      const done: ImportOutput = {
        slug,
        ...(registered.component === undefined ? {} : { component: registered.component }),
        notes: description.notes,
      };
      const { component } = registered;
      const { commit } = described;
      if (!description.deployable || component === undefined || commit === undefined) {
        const reason =
          component === undefined
            ? registered.taken === true
              ? 'Another source holds the names in its catalog file.'
              : 'Its catalog file describes no Component.'
            : 'It has no score.yaml, so there is nothing to deploy.';
        await run.skip('pipeline', { title: title.pipeline, reason });
        await run.skip('build', { title: title.build, reason });
        return done;
      }
      const pipeline = await run.step('pipeline', { title: title.pipeline }, async (step) => {
        const runId = await untilStopped(deps.pipelines.runOf(slug, commit, NOTICE_MS), step);
        step.log(runId === undefined ? 'No pipeline is meant for this repository.' : `pipeline /runs/${runId}`);
        return runId === undefined ? {} : { runId };
      });
      if (pipeline.runId === undefined) {
        const reason = 'No pipeline matches this repository, by its type, tags or name; so it was neither built nor deployed.';
        await run.skip('build', { title: title.build, reason });
        return { ...done, notes: [...done.notes, reason] };
      }
      const { runId } = pipeline;
      try {
        const { url } = await run.step('build', { title: title.build }, async (step) => {
          await followPipeline(deps.runs, runId, step);
          const states = await deps.orchestrator.workloads(component);
          const state = states.find((workload) => workload.commit === commit && workload.url !== undefined);
          step.log(state?.url === undefined ? 'Built.' : `It answers in ${state.environment} at ${state.url}`);
          return state?.url === undefined ? {} : { url: state.url };
        });
        return { ...done, pipelineRunId: runId, ...(url === undefined ? {} : { url }) };
      } catch (error) {
        // Stopped by a person: everything is taken back. A build that fails is a service to repair, not an import to undo.
        if (run.signal.aborted || !(error instanceof Error)) throw error;
        return { ...done, pipelineRunId: runId, notes: [...done.notes, `The service is imported, but its build failed: ${error.message}`] };
      }
    },
  };
}

async function opened(deps: ServicesDeps, id: string, mask: (...values: string[]) => void): Promise<string> {
  const sealed = await deps.store.sealed(id);
  if (sealed === undefined) {
    throw new PavedError('not_found', 'The password of the address is not known any more.', { fix: 'Start the import again.' });
  }
  const source = deps.keyring.open(SEAL, sealed);
  const { username, password } = new URL(source);
  mask(source, ...[username, password, decodeURIComponent(username), decodeURIComponent(password)].filter((text) => text !== ''));
  return source;
}

const untilStopped = async <T>(work: Promise<T>, step: StepContext): Promise<T> => {
  const result = await work;
  step.signal.throwIfAborted();
  return result;
};
