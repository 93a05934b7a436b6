import type { App } from '@paved/host';
import { PavedError } from '@paved/kernel';
import { z } from 'zod';
import { filterToQuery } from '../../model/predicate.ts';
import { filterExcept } from '../../model/list/sort.ts';
import { selectionOf, selectionQuery } from '../lists/selection.ts';
import type { RouteDeps } from './deps.ts';
import { onlyKnownQuery } from './known-query.ts';
import { sendJson } from './raw-json.ts';
import { at, predicateBody } from './schemas.ts';

const facetAnswer = z.object({ facets: z.record(z.string(), z.array(z.object({ value: z.string(), count: z.number().int() }))) });

/** Values of fields and how many entities have them, in Backstage's shapes. */
export function addFacetRoutes(app: App, deps: RouteDeps): void {
  const tags = ['catalog'];
  const read = { config: { permission: 'catalog.entity.read' }, preValidation: onlyKnownQuery };

  app.get(
    '/api/catalog/entity-facets',
    {
      ...read,
      schema: {
        operationId: 'getEntityFacets',
        tags,
        summary: 'Values of fields with how many entities have them.',
        querystring: z.object({
          facet: z.union([z.string(), z.array(z.string())]).describe('A dotted field, for example spec.type.'),
          ...selectionQuery,
          at,
          exceptOwn: z.stringbool().optional().describe('Ours: count each facet without the filter’s conditions on its own field.'),
        }),
        response: { 200: facetAnswer },
      },
    },
    async (request, reply) => {
      const asked = request.query;
      const { text } = selectionOf(asked);
      const then = await deps.past.at(asked.at);
      // Facets that nothing narrows share one question.
      const questions = Map.groupBy(named([asked.facet].flat()), (field) =>
        JSON.stringify(asked.exceptOwn === true ? filterExcept(asked.filter, field) : asked.filter),
      );
      const answers = await Promise.all(
        [...questions].map(([filters, fields]) => then.queries.facets(fields, filterToQuery(JSON.parse(filters) as string[]), text)),
      );
      return sendJson(reply, JSON.stringify({ facets: Object.assign({}, ...answers) as Record<string, unknown> }));
    },
  );

  app.post(
    '/api/catalog/entity-facets',
    {
      ...read,
      schema: {
        operationId: 'queryEntityFacetsByPredicate',
        tags,
        summary: 'The same by a predicate query.',
        querystring: z.object({ at }),
        body: z.object({ facets: z.array(z.string()).min(1).max(50), query: predicateBody }),
        response: { 200: facetAnswer },
      },
    },
    async (request, reply) => {
      const then = await deps.past.at(request.query.at);
      const facets = await then.queries.facets(named(request.body.facets), request.body.query ?? {});
      return sendJson(reply, JSON.stringify({ facets }));
    },
  );
}

/** Empty names are passed over, as long as there is another. */
function named(facets: readonly string[]): string[] {
  const names = facets.filter((name) => name !== '');
  if (names.length === 0) throw new PavedError('invalid', 'No facet is named.', { fix: 'Name one, for example facet=spec.type.' });
  return names;
}
