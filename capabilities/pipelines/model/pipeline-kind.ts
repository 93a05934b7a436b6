import { z } from 'zod';
import { PAVED_API_VERSION, type Entity } from '@paved/kernel';
import type { KindDefinition } from '@paved/catalog';
import { pipelineSpecSchema } from './pipeline-spec.ts';

/** `kind: Pipeline`, the platform team's code: what happens to every push. `actions` are the ids that `uses` may name. */
export function pipelineKind(actions: readonly string[]): KindDefinition {
  return {
    apiVersion: PAVED_API_VERSION,
    kind: 'Pipeline',
    spec: z.toJSONSchema(pipelineSpecSchema, { io: 'input' }) as Record<string, unknown>,
    check: (entity) => pipelineProblems(entity, actions),
  };
}

/** Problems that the schema cannot tell: double step ids and unknown actions. */
export function pipelineProblems(entity: Entity, actions: readonly string[]): string[] {
  const parsed = pipelineSpecSchema.safeParse(entity.spec);
  if (!parsed.success) return parsed.error.issues.map((issue) => `spec.${issue.path.join('.')} ${issue.message}.`);
  const seen = new Set<string>();
  return parsed.data.stages.flatMap((stage) =>
    stage.steps.flatMap((step) => {
      const id = `${stage.name}/${step.id}`;
      const twice = seen.has(id) ? [`The step ${id} stands twice; give one of them another id.`] : [];
      seen.add(id);
      const unknown =
        step.uses !== undefined && !actions.includes(step.uses)
          ? [`The step ${id} uses "${step.uses}", which is no action. Actions: ${actions.join(', ')}.`]
          : [];
      return [...twice, ...unknown];
    }),
  );
}
