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
  readonly execute: (input: I, context: TemplateActionContext) => Promise<JsonObject | void>;
  readonly undo?: (output: JsonObject, context: TemplateActionContext) => Promise<void>;
}

export interface TemplateActionContext {
  readonly workspace: string;
  readonly actor: Actor;
  readonly step: StepContext;
  readonly run: RunContext<unknown>;
  readonly dryRun: boolean;
  /** Where the template itself was read: relative `url` inputs start here. */
  readonly templateFolder: string;
}

export interface Templates {
  /** Registers an action; call while your capability is created. */
  defineAction<I>(action: TemplateAction<I>): void;
}

export const templates = serviceRef<Templates>('templates');
