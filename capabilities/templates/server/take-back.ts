import { z } from 'zod';
import type { JsonObject } from '@paved/kernel';
import type { Run, RunKind, Runs } from '@paved/runs';
import { TAKE_BACK_RUN } from '../index.ts';
import { roundsOfOutput } from '../model/rounds-of-output.ts';
import type { ActionRegistry } from './action-registry.ts';
import type { TaskStore } from './store.ts';

const input = z.object({ runId: z.string(), title: z.string(), steps: z.array(z.object({ id: z.string(), title: z.string() })) });
type TakeBackInput = z.infer<typeof input>;

export interface TakeBackDeps {
  readonly runs: Runs;
  readonly store: TaskStore;
  readonly actions: ActionRegistry;
}

/** A run that removes what a cancelled use of a template had made, the last step first. */
export function takeBackKind(deps: TakeBackDeps): RunKind<TakeBackInput, void> {
  return {
    kind: TAKE_BACK_RUN,
    input,
    title: ({ title }) => `Take back ${title}`,
    plan: ({ steps }) => steps,
    async execute(run) {
      const [task, cancelled] = await Promise.all([deps.store.get(run.input.runId), deps.runs.get(run.input.runId)]);
      for (const { id, title } of run.input.steps) {
        const step = task?.document.steps.find((one) => one.id === id);
        const output = cancelled?.steps.find((one) => one.id === id)?.output;
        await run.step(id, { title, retries: { attempts: 2 } }, async (context) => {
          if (task === undefined || step === undefined) return context.log('What it made is not known any more.');
          const action = deps.actions.get(step.action, step.id);
          for (const round of roundsOfOutput(step, (output ?? {}) as JsonObject).toReversed()) {
            await action.undo?.(round, {
              workspace: run.workspace,
              actor: run.actor,
              step: context,
              run,
              dryRun: false,
              templateRef: task.templateRef,
              templateFolder: run.workspace,
              templateRoot: run.workspace,
            });
          }
        });
      }
    },
  };
}

/** Starts it for a cancelled run whose steps the engine has not taken back itself. Once, however often it is called. */
export async function takeBack(deps: TakeBackDeps, run: Run, actor: Parameters<Runs['start']>[0]['actor']): Promise<void> {
  const task = await deps.store.get(run.id);
  if (task === undefined || task.document.undoOnFailure) return;
  const steps = task.document.steps
    .filter(
      (step) =>
        run.steps.some((done) => done.id === step.id && done.status === 'succeeded') &&
        deps.actions.get(step.action, step.id).undo !== undefined,
    )
    .toReversed()
    .map((step) => ({ id: step.id, title: step.name }));
  if (steps.length === 0) return;
  await deps.runs.start({
    kind: TAKE_BACK_RUN,
    input: { runId: run.id, title: run.title, steps },
    actor,
    cause: { type: 'run', ref: run.id },
    subjects: run.subjects,
    dedupeKey: `take back ${run.id} ${run.attempt}`,
  });
}
