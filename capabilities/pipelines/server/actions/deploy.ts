import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { PavedError, refOf } from '@paved/kernel';
import type { Catalog } from '@paved/catalog';
import type { Orchestrator } from '@paved/orchestrator';
import type { ActionContext, PipelineAction } from './action.ts';

const inputsSchema = z.strictObject({
  environment: z.string().min(1),
  score: z.string().default('score.yaml').describe('Score file, relative to the checkout.'),
});

/** How long the component may take to appear in the catalog after its first push. */
const REGISTRATION_MS = 60_000;

/** `deploy`: brings this run's artifact into an environment and waits until it is healthy. */
export function deploy(deps: { catalog: Catalog; orchestrator: Orchestrator }): PipelineAction {
  return {
    id: 'deploy',
    description: 'Deploys the artifact to an environment and waits until it is healthy.',
    // A repository that just arrived may say later how it runs; what runs already must go on being deployed.
    async needless(raw, { folder, component }) {
      const parsed = inputsSchema.safeParse(raw);
      if (!parsed.success || existsSync(path.join(folder, parsed.data.score))) return undefined;
      const { environment, score } = parsed.data;
      const runs =
        component !== undefined && (await deps.orchestrator.workloads(refOf(component))).some((one) => one.environment === environment);
      return runs ? undefined : `The repository has no ${score}, so there is nothing to deploy; add one to have it run.`;
    },
    async execute(raw, context) {
      const parsed = inputsSchema.safeParse(raw);
      if (!parsed.success)
        throw new PavedError('invalid', `deploy: ${parsed.error.issues.map((i) => `with.${i.path.join('.')} ${i.message}`).join('; ')}.`);
      if (context.artifact === undefined)
        throw new PavedError('invalid', 'deploy: no step before made an artifact.', {
          fix: 'Put a step with uses: artifact:package before it.',
        });
      const component = await registeredComponent(deps.catalog, context);
      const score = await readFile(path.join(context.folder, parsed.data.score), 'utf8').catch(() => undefined);
      if (score === undefined)
        throw new PavedError('invalid', `deploy: the repository has no ${parsed.data.score}.`, {
          fix: 'Add a Score file, or name it with: { score: … }.',
        });
      const { artifact, step } = context;
      const started = await deps.orchestrator.deploy(
        {
          component,
          environment: parsed.data.environment,
          score,
          artifact: { digest: artifact.digest, type: artifact.type, location: artifact.location, version: artifact.version },
          commit: context.commit,
          version: artifact.version,
          idempotencyKey: step.idempotencyKey,
        },
        context.actor,
        { runId: context.runId },
      );
      step.log(`Deployment ${started.id} of ${artifact.version} to ${parsed.data.environment}`);
      const ended = await deps.orchestrator.settled(started.id);
      if (ended.status === 'superseded') {
        step.log('A newer deployment took its place.');
      } else if (ended.status !== 'succeeded') {
        throw new PavedError('invalid', `The deployment to ${parsed.data.environment} ${ended.status}: ${ended.error ?? 'see its run'}`, {
          facts: { deployment: ended.id, run: ended.runId },
        });
      }
      const [state] = (await deps.orchestrator.workloads(component)).filter((w) => w.environment === parsed.data.environment);
      return {
        facts: {
          deployment: ended.id,
          environment: parsed.data.environment,
          version: artifact.version,
          ...(state?.url === undefined ? {} : { url: state.url }),
        },
      };
    },
  };
}

/**
 * The component's reference, once the catalog has it from this very repository: a catalog-info.yaml that names somebody
 * else's component must not deploy over it. A new repository is registered moments after its first push.
 */
async function registeredComponent(catalog: Catalog, { component, repository, step }: ActionContext): Promise<string> {
  if (component === undefined)
    throw new PavedError('invalid', 'deploy: the repository has no component.', { fix: 'Add a catalog-info.yaml with a Component.' });
  const ref = refOf(component);
  const deadline = Date.now() + REGISTRATION_MS;
  for (let said = false; ; said = true) {
    const entity = await catalog.get(ref);
    if (entity !== undefined) {
      const source = entity.metadata.annotations?.['backstage.io/managed-by-location'] ?? '';
      if (source.includes(`/${repository}`)) return ref;
      throw new PavedError('forbidden', `deploy: ${ref} belongs to ${source || 'another source'}, not to the repository ${repository}.`, {
        fix: 'Give the component in catalog-info.yaml a name of its own.',
      });
    }
    if (Date.now() > deadline)
      throw new PavedError('not_found', `deploy: ${ref} is not in the catalog.`, {
        fix: 'Register the repository in the catalog, then retry the run.',
      });
    if (!said) step.log(`Waiting until ${ref} is in the catalog`);
    await sleep(200, undefined, { signal: step.signal });
  }
}
