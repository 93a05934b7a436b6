import type { z } from 'zod';
import { serviceRef, type Actor, type JsonObject } from '@paved/kernel';
import type { RunContext, StepContext } from '@paved/runs';

/** A step action of golden paths, for example `fetch:template` (Backstage's ids and inputs). */
export interface TemplateAction<I = unknown> {
  readonly id: string;
  readonly description: string;
  readonly input: z.ZodType<I>;
  readonly output?: z.ZodType;
  readonly examples?: readonly { readonly description: string; readonly input: JsonObject }[];
  /** Whether a dry run may call it (with `dryRun` set). */
  readonly supportsDryRun?: boolean;
  /** Must be idempotent: a crash in the middle makes it start again with the same `step.idempotencyKey`. */
  readonly execute: (input: I, context: TemplateActionContext) => Promise<JsonObject | void>;
  /** Takes back what it made; called when the run fails and the template asks for it, or a person cancels. Idempotent. */
  readonly undo?: (output: JsonObject, context: TemplateActionContext) => Promise<void>;
}

export interface TemplateActionContext {
  readonly workspace: string;
  readonly actor: Actor;
  readonly step: StepContext;
  readonly run: Pick<RunContext<unknown>, 'id' | 'actor' | 'cause' | 'attempt' | 'signal' | 'mask'>;
  readonly dryRun: boolean;
  /** Canonical ref of the template. */
  readonly templateRef: string;
  /** Where the template itself was read: relative `url` inputs start here. */
  readonly templateFolder: string;
  /** The folder that relative `url` inputs cannot leave: the repository, or the folder of the registered location. */
  readonly templateRoot: string;
}

export interface Templates {
  /** Registers an action; call while your capability is created. */
  defineAction<I>(action: TemplateAction<I>): void;
}

export const templates = serviceRef<Templates>('templates');

/** The kind of run that executes a template; its steps are the template's steps. */
export const EXECUTE_RUN = 'templates.template.execute';

/** The kind of run that removes what a cancelled one had made. */
export const TAKE_BACK_RUN = 'templates.template.undo';

/** The host in a `repoUrl` that means the platform's own Git hosting, whatever its address is. */
export { OWN_HOST } from './model/repo-url.ts';
