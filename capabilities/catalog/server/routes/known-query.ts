import type { FastifyRequest } from 'fastify';
import { PavedError } from '@paved/kernel';

/**
 * Refuses query parameters that the route does not know, and Backstage's own when they are empty, as Backstage 1.55 does: a mistyped
 * `filters=` would answer with everything. Goes by the route's schema.
 */
export async function onlyKnownQuery(request: FastifyRequest): Promise<void> {
  const schema = request.routeOptions.schema?.querystring as { shape?: Record<string, unknown> } | undefined;
  const known = Object.keys(schema?.shape ?? {});
  for (const [key, value] of Object.entries((request.query ?? {}) as Record<string, unknown>)) {
    if (!known.includes(key))
      throw new PavedError('invalid', `Unknown query parameter '${key}'.`, {
        fix: known.length === 0 ? 'Leave it out: this address takes none.' : `Leave it out, or use one of: ${known.join(', ')}.`,
      });
    if (value === '' && neverEmpty.has(key))
      throw new PavedError('invalid', `The query parameter '${key}' is empty.`, { fix: 'Fill it in or leave it out.' });
  }
}

const neverEmpty = new Set([
  ...['filter', 'fields', 'order', 'orderField', 'limit', 'offset', 'after', 'cursor', 'totalItems'],
  ...['fullTextFilterTerm', 'fullTextFilterFields', 'facet', 'dryRun', 'onConflict'],
]);
