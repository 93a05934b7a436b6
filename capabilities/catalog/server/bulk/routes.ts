import type { App } from '@paved/host';
import { PavedError } from '@paved/kernel';
import { z } from 'zod';
import { selectionOf } from '../lists/selection.ts';
import { selectedByRefs, type SelectedRow } from '../lists/sorted/views.ts';
import type { RouteDeps } from '../routes/deps.ts';
import { planRemoval, refreshAll, removeAll } from './bulk-actions.ts';

const MOST = 10_000;
const selection = z
  .object({
    entityRefs: z.array(z.string()).max(MOST).optional().describe('These.'),
    filter: z.array(z.string()).optional().describe('Or all that match, as lists take it; an empty list means everything.'),
    fullTextFilterTerm: z.string().optional(),
    fullTextFilterFields: z.array(z.string()).optional(),
  })
  .describe('Which entities: by reference, or all that match.');
const kept = z.array(z.object({ ref: z.string(), reason: z.string() }));
const removal = z.object({ removed: z.array(z.string()), fromSource: kept, forbidden: kept });

/** One action on many entities, ours. */
export function addBulkRoutes(app: App, deps: RouteDeps): void {
  const tags = ['catalog'];

  const rowsOf = async (asked: z.infer<typeof selection>, most: number): Promise<SelectedRow[]> => {
    if (asked.entityRefs !== undefined)
      return selectedByRefs(
        deps.db,
        asked.entityRefs.map((ref) => ref.toLowerCase()),
      );
    if (asked.filter === undefined)
      throw new PavedError('invalid', 'The request says no entities.', { fix: 'Give entityRefs, or filter.' });
    const { filter, fullTextFilterTerm, fullTextFilterFields = [] } = asked;
    return deps.sorted.selected(selectionOf({ filter, fullTextFilterTerm, fullTextFilterFields }), most);
  };

  app.post(
    '/api/catalog/bulk/refresh',
    {
      config: { permission: 'catalog.entity.refresh' },
      schema: {
        operationId: 'refreshEntities',
        tags,
        summary: 'Reads the sources of many entities again soon, each once.',
        body: selection,
        response: { 200: z.object({ sources: z.number().int().describe('Sources that are read.') }) },
      },
    },
    async (request) => refreshAll(deps, await rowsOf(request.body, Number.POSITIVE_INFINITY), request.actor, request.id),
  );

  app.post(
    '/api/catalog/bulk/remove',
    {
      config: { signedIn: true },
      schema: {
        operationId: 'removeEntities',
        tags,
        summary: 'Removes those of many entities that no source names and that you may delete; says what stays and why.',
        body: selection.extend({ dryRun: z.boolean().default(false).describe('Only say what would happen.') }),
        response: { 200: removal },
      },
    },
    async (request) => {
      const rows = await rowsOf(request.body, MOST);
      const done = request.body.dryRun
        ? await planRemoval(deps, rows, request.actor)
        : await removeAll(deps, rows, request.actor, request.id);
      return { removed: [...done.removed], fromSource: [...done.fromSource], forbidden: [...done.forbidden] };
    },
  );
}
