import path from 'node:path';
import { z } from 'zod';
import { messageOf, PavedError, type JsonObject } from '@paved/kernel';
import type { Keyring } from '@paved/host';
import type { RunKind, StepContext } from '@paved/runs';
import type { Scm } from '@paved/repositories';
import { EXECUTE_RUN } from '../index.ts';
import type { ActionRegistry } from './action-registry.ts';
import type { Sandbox } from './sandbox.ts';
import type { TaskStore } from './store.ts';
import { openTemplateSource } from './template-source.ts';
import { walk, type Stage } from './walk.ts';

/** What people see as the run's input. The template itself and the secrets are kept beside it (store.ts). */
export const executeInput = z.object({
  templateRef: z.string(),
  title: z.string(),
  name: z.string().optional(),
  values: z.record(z.string(), z.unknown()),
  steps: z.array(z.object({ id: z.string(), title: z.string() })),
});
export type ExecuteInput = z.infer<typeof executeInput>;

export interface ExecuteDeps {
  readonly sandbox: Sandbox;
  readonly actions: ActionRegistry;
  readonly store: TaskStore;
  readonly scm: Scm;
  readonly keyring: Keyring;
  readonly baseUrl: () => string;
  readonly now: () => Date;
}

export const SECRETS_PURPOSE = 'templates.secrets';

/** One run for one use of a template: a run step for each of its steps. */
export function executeKind(deps: ExecuteDeps): RunKind<ExecuteInput, JsonObject> {
  return {
    kind: EXECUTE_RUN,
    input: executeInput,
    title: ({ title, name }) => (name === undefined ? title : `${title}: ${name}`),
    plan: ({ steps }) => steps,
    undo: true,
    async execute(run) {
      const task = await deps.store.get(run.id);
      if (task === undefined)
        throw new PavedError('not_found', `What the run ${run.id} was started with is gone.`, { fix: 'Start the template again.' });
      const secrets =
        task.sealedSecrets === undefined
          ? {}
          : (JSON.parse(deps.keyring.open(SECRETS_PURPOSE, task.sealedSecrets)) as Record<string, string>);
      run.mask(...Object.values(secrets));
      const event = (type: string, body: JsonObject, once?: string): Promise<void> =>
        deps.store.append(run.id, { type, body, at: deps.now().toISOString(), ...(once === undefined ? {} : { once }) });
      await event('log', { message: `Starting up task with ${task.document.steps.length} steps` }, `start ${run.attempt}`);

      const stage: Stage = {
        run,
        dryRun: false,
        folder: run.workspace,
        source: () => openTemplateSource(deps, task.document, path.join(run.workspace, 'template')),
        step: (step, { undo }, work) =>
          run.step(step.id, { title: step.name, ...(undo === undefined ? {} : { undo }) }, async (context) => {
            const log = recording(context, Object.values(secrets), (message) => event('log', { message, stepId: step.id }));
            await event(
              'log',
              { message: `Beginning step ${step.name}`, stepId: step.id, status: 'processing' },
              `begin ${step.id} ${run.attempt}`,
            );
            try {
              const output = await work(log.context);
              await log.flush();
              await event(
                'log',
                { message: `Finished step ${step.name}`, stepId: step.id, status: 'completed' },
                `end ${step.id} ${run.attempt}`,
              );
              return output;
            } catch (error) {
              await log.flush();
              await event('log', { message: masked(messageOf(error), Object.values(secrets)), stepId: step.id, status: 'failed' });
              throw error;
            }
          }),
        async skip(step, reason) {
          await run.skip(step.id, { title: step.name, reason });
          await event(
            'log',
            { message: `Skipping step ${step.id}: ${reason}`, stepId: step.id, status: 'skipped' },
            `skip ${step.id} ${run.attempt}`,
          );
        },
      };
      return walk(deps, stage, {
        template: task.document,
        values: task.values,
        secrets,
        user: { ref: task.userRef, ...(task.userEntity === undefined ? {} : { entity: task.userEntity }) },
        actor: run.actor,
      });
    },
  };
}

/** The step's context with its log also written to the task's events, in order. */
function recording(
  context: StepContext,
  secrets: readonly string[],
  write: (message: string) => Promise<void>,
): { context: StepContext; flush: () => Promise<void> } {
  let last: Promise<void> = Promise.resolve();
  return {
    context: {
      idempotencyKey: context.idempotencyKey,
      attempt: context.attempt,
      signal: context.signal,
      log(text, stream) {
        context.log(text, stream);
        last = last.then(() => write(masked(text, secrets)));
        last.catch(() => {});
      },
    },
    flush: () => last,
  };
}

const masked = (text: string, secrets: readonly string[]): string =>
  secrets.filter((secret) => secret !== '').reduce((result, secret) => result.replaceAll(secret, '***'), text);
