import { z } from 'zod';
import { PavedError, type Json, type JsonObject, type Problem } from '@paved/kernel';
import type { TemplateAction } from '../index.ts';
import { nearest } from '../model/nearest.ts';
import type { TemplateDocument } from '../model/template-document.ts';

/** What clients see of an action, in Backstage's shape. */
export interface ActionDescription {
  readonly id: string;
  readonly description: string;
  readonly examples: readonly { description: string; example: string }[];
  readonly schema: { readonly input: JsonObject; readonly output?: JsonObject };
  readonly supportsDryRun: boolean;
}

export interface ActionRegistry {
  define<I>(action: TemplateAction<I>): void;
  /** Throws `invalid` with the nearest name when there is no such action. */
  get(id: string, step: string): TemplateAction;
  /** Steps of a template that name unknown actions. */
  problems(template: TemplateDocument): Problem[];
  describe(): ActionDescription[];
  /** The input checked against the action's schema; keys it does not know are named in `unknown`. */
  parse(action: TemplateAction, step: string, input: Json): { input: unknown; unknown: readonly string[] };
}

export function createActionRegistry(): ActionRegistry {
  const actions = new Map<string, TemplateAction>();
  const unknownAction = (id: string): { message: string; fix: string } => {
    const near = nearest(id, [...actions.keys()]);
    return {
      message: `The action "${id}" is not known.`,
      fix: near === undefined ? `Known actions: ${[...actions.keys()].sort().join(', ')}.` : `Did you mean ${near}?`,
    };
  };
  return {
    define(action) {
      if (actions.has(action.id)) throw new PavedError('conflict', `The template action ${action.id} is defined twice.`);
      actions.set(action.id, action as TemplateAction);
    },
    get(id, step) {
      const action = actions.get(id);
      if (action !== undefined) return action;
      const { message, fix } = unknownAction(id);
      throw new PavedError('invalid', `Step "${step}": ${message[0]?.toLowerCase()}${message.slice(1)}`, { fix });
    },
    problems: (template) =>
      template.steps.flatMap((step, index) =>
        actions.has(step.action) ? [] : [{ at: `/spec/steps/${index}/action`, ...unknownAction(step.action) }],
      ),
    describe: () =>
      [...actions.values()]
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .map((action) => ({
          id: action.id,
          description: action.description,
          examples: (action.examples ?? []).map(({ description, input }) => ({
            description,
            example: JSON.stringify({ steps: [{ action: action.id, input }] }, null, 2),
          })),
          schema: { input: schemaOf(action.input), ...(action.output === undefined ? {} : { output: schemaOf(action.output) }) },
          supportsDryRun: action.supportsDryRun ?? false,
        })),
    parse(action, step, input) {
      const result = action.input.safeParse(input);
      if (!result.success) {
        const problems = result.error.issues.map((issue) => ({ at: `/${issue.path.map(String).join('/')}`, message: issue.message }));
        const told = result.error.issues.map((issue) => `${['input', ...issue.path.map(String)].join('.')}: ${issue.message}`).join('; ');
        throw new PavedError('invalid', `Step "${step}" (${action.id}): ${told}.`, {
          fix: `See the inputs of ${action.id} at /api/scaffolder/v2/actions.`,
          problems,
        });
      }
      const known = action.input instanceof z.ZodObject ? new Set(Object.keys(action.input.shape)) : undefined;
      const given = typeof input === 'object' && input !== null && !Array.isArray(input) ? Object.keys(input) : [];
      return { input: result.data, unknown: known === undefined ? [] : given.filter((key) => !known.has(key)) };
    },
  };
}

const schemaOf = (schema: z.ZodType): JsonObject =>
  z.toJSONSchema(schema, { target: 'draft-7', unrepresentable: 'any', io: 'input' }) as JsonObject;
