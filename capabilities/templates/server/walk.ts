import path from 'node:path';
import { mkdir } from 'node:fs/promises';
import { messageOf, PavedError, type Actor, type Entity, type Json, type JsonObject } from '@paved/kernel';
import type { StepContext } from '@paved/runs';
import type { TemplateAction, TemplateActionContext } from '../index.ts';
import { iterationsOf, type Iteration } from '../model/iterations.ts';
import type { TemplateDocument, TemplateStep } from '../model/template-document.ts';
import { roundsOfOutput } from '../model/rounds-of-output.ts';
import { isTrue } from '../model/truth.ts';
import type { ActionRegistry } from './action-registry.ts';
import { exampleOutput } from './example-output.ts';
import type { Sandbox } from './sandbox.ts';
import type { TemplateSource } from './template-source.ts';

/** Where the steps of a template are carried out: a durable run, or a dry run in memory. */
export interface Stage {
  readonly run: TemplateActionContext['run'];
  readonly dryRun: boolean;
  /** The run's folder; the files being made are in `files` below it. */
  readonly folder: string;
  source(step: StepContext): Promise<TemplateSource>;
  step(
    step: TemplateStep,
    options: { undo?: (output: JsonObject, step: StepContext) => Promise<void> },
    work: (step: StepContext) => Promise<JsonObject>,
  ): Promise<JsonObject>;
  skip(step: TemplateStep, reason: string): Promise<void>;
}

export interface WalkInput {
  readonly template: TemplateDocument;
  readonly values: JsonObject;
  readonly secrets: JsonObject;
  readonly user: { readonly ref: string; readonly entity?: Entity };
  readonly actor: Actor;
}

/** Carries the steps out, one after the other, and gives the template's output. Deterministic outside of `stage.step`. */
export async function walk(deps: { sandbox: Sandbox; actions: ActionRegistry }, stage: Stage, input: WalkInput): Promise<JsonObject> {
  const { template, values, secrets, user, actor } = input;
  const workspace = path.join(stage.folder, 'files');
  const steps: JsonObject = {};
  const scope = (): JsonObject => ({
    parameters: values,
    steps,
    user: { ref: user.ref, ...(user.entity === undefined ? {} : { entity: JSON.parse(JSON.stringify(user.entity)) as JsonObject }) },
    context: { task: { id: stage.run.id } },
    environment: { parameters: {} },
  });
  // All actions must exist before the first one has an effect.
  for (const step of template.steps) deps.actions.get(step.action, step.id);

  let failure: { error: unknown } | undefined;
  for (const step of template.steps) {
    const asksAnyway = typeof step.if === 'string' && /\b(always|failure)\s*\(/.test(step.if);
    if (failure !== undefined && !asksAnyway) {
      await stage.skip(step, 'An earlier step failed.');
      continue;
    }
    try {
      const action = deps.actions.get(step.action, step.id);
      // With `each`, the condition is asked in every round.
      if (step.each === undefined && !isTrue(await condition(deps.sandbox, step, scope(), failure !== undefined))) {
        await stage.skip(step, `Not needed: ${String(step.if)}`);
        continue;
      }
      const output = await stage.step(
        step,
        action.undo === undefined || !template.undoOnFailure ? {} : { undo: undoOf(action, step, stage, input, workspace) },
        async (context) => {
          const source = await stage.source(context);
          await mkdir(workspace, { recursive: true });
          const actionContext: TemplateActionContext = {
            workspace,
            actor,
            step: context,
            run: stage.run,
            dryRun: stage.dryRun,
            templateRef: template.ref,
            templateFolder: source.folder,
            templateRoot: source.root,
          };
          if (step.each === undefined) return call(deps, action, step, actionContext, { ...scope(), secrets });
          const rounds = iterationsOf(step.id, await deps.sandbox.value(`Step "${step.id}", each`, step.each, { ...scope(), secrets }));
          const outputs: JsonObject[] = [];
          for (const round of rounds) {
            const each: JsonObject = { each: { key: round.key, value: round.value } };
            if (!isTrue(await condition(deps.sandbox, step, { ...scope(), ...each }, failure !== undefined))) continue;
            outputs.push(await call(deps, action, step, roundContext(actionContext, round), { ...scope(), secrets, ...each }));
          }
          return collected(outputs);
        },
      );
      steps[step.id] = { output };
    } catch (error) {
      failure ??= { error };
    }
  }
  if (failure !== undefined) throw failure.error;
  return renderOutput(deps.sandbox, template.output, scope());
}

async function condition(sandbox: Sandbox, step: TemplateStep, scope: JsonObject, failed: boolean): Promise<Json | undefined> {
  return step.if === undefined ? true : sandbox.value(`Step "${step.id}", if`, step.if, scope, failed);
}

async function call(
  deps: { sandbox: Sandbox; actions: ActionRegistry },
  action: TemplateAction,
  step: TemplateStep,
  context: TemplateActionContext,
  scope: JsonObject,
): Promise<JsonObject> {
  const rendered = (await deps.sandbox.value(`Step "${step.id}", input`, step.input, scope)) ?? {};
  const { input, unknown } = deps.actions.parse(action, step.id, rendered);
  for (const key of unknown) context.step.log(`The input "${key}" is not known to ${action.id} and has no effect.`, 'stderr');
  if (context.dryRun && action.supportsDryRun !== true) {
    context.step.log(`${action.id} is left out in a preview.`);
    return exampleOutput(action);
  }
  return (await action.execute(input, context)) ?? {};
}

const roundContext = (context: TemplateActionContext, round: Iteration): TemplateActionContext => ({
  ...context,
  step: {
    ...context.step,
    idempotencyKey: `${context.step.idempotencyKey}/${round.key}`,
    log: (text, stream) => context.step.log(text, stream),
  },
});

/** Outputs of all rounds, each key as a list. */
function collected(outputs: readonly JsonObject[]): JsonObject {
  const keys = [...new Set(outputs.flatMap((output) => Object.keys(output)))];
  return Object.fromEntries(keys.map((key) => [key, outputs.map((output) => output[key] ?? null)]));
}

/** How a step is taken back when the run fails: only where the template asks for it; otherwise what was made is kept for repair. */
function undoOf(action: TemplateAction, step: TemplateStep, stage: Stage, input: WalkInput, workspace: string) {
  return async (output: JsonObject, context: StepContext): Promise<void> => {
    for (const round of roundsOfOutput(step, output).toReversed()) {
      await action.undo?.(round, {
        workspace,
        actor: input.actor,
        step: context,
        run: stage.run,
        dryRun: stage.dryRun,
        templateRef: input.template.ref,
        templateFolder: workspace,
        templateRoot: workspace,
      });
    }
  };
}

/** Links and texts whose `if` holds, everything else rendered. A broken expression here does not undo the work: it is told in `problems`. */
async function renderOutput(sandbox: Sandbox, output: JsonObject, scope: JsonObject): Promise<JsonObject> {
  const problems: string[] = [];
  const rendered: JsonObject = {};
  const item = async (where: string, value: Json): Promise<Json | undefined> => {
    try {
      return await sandbox.value(where, value, scope);
    } catch (error) {
      if (!(error instanceof PavedError)) throw error;
      problems.push(messageOf(error));
      return undefined;
    }
  };
  for (const [key, value] of Object.entries(output)) {
    if ((key !== 'links' && key !== 'text') || !Array.isArray(value)) {
      const result = await item(`Output ${key}`, value);
      if (result !== undefined) rendered[key] = result;
      continue;
    }
    const kept: Json[] = [];
    for (const [index, entry] of value.entries()) {
      const result = await item(`Output ${key}[${index}]`, entry);
      if (typeof result !== 'object' || result === null || Array.isArray(result)) continue;
      const { if: wanted, ...rest } = result;
      const hasCondition = typeof entry === 'object' && entry !== null && 'if' in entry;
      if (hasCondition && !isTrue(wanted)) continue;
      if (key === 'links' && rest['url'] === undefined && rest['entityRef'] === undefined) continue;
      kept.push(rest);
    }
    rendered[key] = kept;
  }
  return problems.length === 0 ? rendered : { ...rendered, problems };
}
