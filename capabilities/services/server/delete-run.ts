import { z } from 'zod';
import { isPavedError } from '@paved/kernel';
import type { RunKind } from '@paved/runs';
import { DELETE_RUN } from '../index.ts';
import type { ServicesDeps } from './deps.ts';
import { environmentsInUse, stopBuilds, takeOut, unregister } from './take-out.ts';

/** What was agreed to: fixed when the run starts, so that what happens is what was shown. */
export const deleteInput = z.object({
  component: z.string(),
  title: z.string(),
  ownerRefs: z.array(z.string()),
  environments: z.array(z.string()),
  repository: z.string().optional(),
  keepRepository: z.boolean(),
  /** The source that is unregistered; absent when the entry stays. */
  locationId: z.string().optional(),
  /** Data that stays, in words. */
  kept: z.array(z.string()),
});
export type DeleteInput = z.infer<typeof deleteInput>;

/** Takes a service away, outermost first; every step finds nothing to do when it runs again. */
export function deleteKind(deps: ServicesDeps): RunKind<DeleteInput, { kept: string[] }> {
  return {
    kind: DELETE_RUN,
    input: deleteInput,
    title: ({ title }) => `Delete ${title}`,
    plan: (input) => [
      { id: 'builds', title: 'Stop what builds it' },
      ...input.environments.map((name) => ({ id: `environment:${name}`, title: `Take it out of ${name}` })),
      { id: 'variables', title: 'Remove variables and secrets' },
      { id: 'catalog', title: 'Take it out of the catalog' },
      { id: 'repository', title: 'Delete the repository' },
    ],
    concurrency: { key: ({ component }) => component, perKey: 1 },
    async execute(run) {
      const { input, actor } = run;
      const { component } = input;

      // A repository that stays may build others' components too.
      const goingRepository = input.repository === undefined || input.keepRepository ? [] : [`repository:${input.repository}`];
      await run.step('builds', { title: 'Stop what builds it' }, (step) =>
        stopBuilds(deps, [component, ...goingRepository], 'its service is deleted', run.id, actor, step),
      );

      for (const environment of input.environments) {
        await run.step(`environment:${environment}`, { title: `Take it out of ${environment}` }, (step) =>
          // A retry must not get the answer of the attempt that failed.
          takeOut(deps, { component, environment, key: `${step.idempotencyKey}/${run.attempt}`, runId: run.id }, actor, step),
        );
      }

      await run.step('variables', { title: 'Remove variables and secrets' }, async (step) => {
        const variables = await deps.secrets.variables(component);
        for (const { environment, name } of variables) {
          await deps.secrets.removeVariable({ component, environment, name }, actor).catch((error: unknown) => {
            if (!isPavedError(error, 'not_found')) throw error;
          });
          step.log(`removed ${name} in ${environment}`);
        }
        return variables.length;
      });

      await run.step('catalog', { title: 'Take it out of the catalog' }, async (step) => {
        // Once it is out of the catalog nobody could take it out of an environment.
        for (const environment of await environmentsInUse(deps.orchestrator, component)) {
          step.log(`It came back to ${environment}.`);
          await takeOut(
            deps,
            { component, environment, key: `${step.idempotencyKey}/${environment}/${step.attempt}`, runId: run.id },
            actor,
            step,
          );
        }
        await deps.store.remember({
          component,
          runId: run.id,
          title: input.title,
          ownerRefs: input.ownerRefs,
          repository: input.repository,
          actor: { ref: actor.ref, displayName: actor.displayName },
          at: deps.now(),
        });
        if (input.locationId === undefined) {
          step.log('Its catalog entry stays.');
          return;
        }
        await unregister(deps, input.locationId, actor);
        step.log(`${component} is no longer in the catalog`);
      });

      const { repository } = input;
      if (repository === undefined || input.keepRepository) {
        const reason = repository === undefined ? 'It has no repository here.' : `The repository ${repository} is kept.`;
        await run.skip('repository', { title: 'Delete the repository', reason });
      } else {
        await run.step('repository', { title: 'Delete the repository' }, async (step) => {
          await deps.repositories.delete(repository, actor);
          step.log(`deleted ${repository}`);
        });
      }
      return { kept: input.kept };
    },
  };
}
