import type { App } from '@paved/host';
import { PavedError, type Json } from '@paved/kernel';
import { z } from 'zod';
import { plain } from '../../model/plain-text.ts';
import type { Planned } from '../../model/computed/plan.ts';
import type { RouteDeps } from '../routes/deps.ts';
import { at, nameParams } from '../routes/schemas.ts';
import { relatedTo } from './recompute.ts';
import { keptValues } from './views.ts';

const SHOWN = 50;

/** How a property is computed, in one line for people. */
export function formulaOf({ property: { computation } }: Pick<Planned, 'property'>): string {
  if (computation.type === 'calculated') return computation.value;
  const path = computation.through.map((step) => (step.kind === undefined ? step.relation : `${step.relation}:${step.kind}`)).join(' → ');
  if (computation.type === 'mirrored') return `${computation.value} of ${path}`;
  return `${computation.function}${computation.value === undefined ? '' : ` of ${computation.value}`} over ${path}${computation.where === undefined ? '' : ` where ${computation.where}`}`;
}

/** Why a computed value is what it is. */
export function addComputedRoutes(app: App, deps: RouteDeps): void {
  app.get(
    '/api/catalog/entities/by-name/:kind/:namespace/:name/computed',
    {
      config: { permission: 'catalog.entity.read' },
      schema: {
        operationId: 'getEntityComputed',
        tags: ['catalog'],
        summary: 'The computed properties of an entity: value, how it is computed, from which entities, and why there is none.',
        params: nameParams,
        querystring: z.object({ at }),
        response: {
          200: z.object({
            items: z.array(
              z.object({
                name: z.string(),
                title: z.string().optional(),
                description: z.string().optional(),
                value: z.json().describe('null when there is none.'),
                reason: z.string().optional().describe('Why there is no value.'),
                type: z.enum(['calculated', 'mirrored', 'aggregated']),
                formula: z.string(),
                declaredBy: z.string().describe('Reference of the EntityKind.'),
                related: z.object({ total: z.number().int(), refs: z.array(z.string()).describe(`At most ${SHOWN}.`) }).optional(),
              }),
            ),
          }),
        },
      },
    },
    async (request) => {
      const then = await deps.past.at(request.query.at);
      const { registry } = await deps.kinds.inForce(then);
      const { kind, namespace, name } = request.params;
      const ref = plain(`${kind}:${namespace}/${name}`.toLowerCase());
      const row = (await keptValues(then.db, [ref])).get(ref);
      if (row === undefined)
        throw new PavedError('not_found', `There is no entity ${ref}.`, { fix: 'Check the spelling, or look for it in the list.' });
      const values = row.computed === null ? {} : (JSON.parse(row.computed) as Record<string, Json>);
      const reasons = row.reasons === null ? {} : (JSON.parse(row.reasons) as Record<string, string>);
      const items = [];
      for (const one of registry.plan()) {
        if (one.kind !== kind.toLowerCase()) continue;
        const { property } = one;
        const related = one.through.length === 0 ? undefined : ((await relatedTo(then.db, one, [ref])).get(ref) ?? []);
        const reason = property.name in values ? reasons[property.name] : 'It has not been computed yet.';
        items.push({
          name: property.name,
          ...(property.title === undefined ? {} : { title: property.title }),
          ...(property.description === undefined ? {} : { description: property.description }),
          value: values[property.name] ?? null,
          ...(reason === undefined ? {} : { reason }),
          type: property.computation.type,
          formula: formulaOf(one),
          declaredBy: one.by,
          ...(related === undefined ? {} : { related: { total: related.length, refs: related.slice(0, SHOWN) } }),
        });
      }
      return { items };
    },
  );
}
