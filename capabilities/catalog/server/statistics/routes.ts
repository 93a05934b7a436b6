import type { App } from '@paved/host';
import { z } from 'zod';
import type { RouteDeps } from '../routes/deps.ts';
import { at } from '../routes/schemas.ts';
import { movement, problemCounts, sourceCounts } from './views.ts';

const DAY_MS = 86_400_000;
const number = z.number().int();

/** `GET /api/catalog/statistics`: how much there is, how well it hangs together, how much moves. */
export function addStatisticsRoute(app: App, deps: RouteDeps): void {
  app.get(
    '/api/catalog/statistics',
    {
      config: { permission: 'catalog.entity.read' },
      schema: {
        operationId: 'getCatalogStatistics',
        tags: ['catalog'],
        summary: 'The catalog in numbers.',
        querystring: z.object({ at }),
        response: {
          200: z.object({
            entities: number,
            kinds: z.array(z.object({ kind: z.string(), count: number })),
            relations: number,
            stale: number.describe('Kept from an older version of their source.'),
            unowned: number
              .optional()
              .describe('Without a living owner, counted as `GET /api/ownership/unowned` lists them; absent without that capability.'),
            dangling: number.describe('Relations to entities that do not exist.'),
            changedToday: number.describe('Entities whose present version began in the last 24 hours.'),
            changedThisWeek: number.describe('The same in the last 7 days.'),
            problems: z.record(z.string(), number).describe('By sort: broken, conflict, missing and others.'),
            sources: z.object({ total: number, failing: number }),
          }),
        },
      },
    },
    async (request) => {
      const then = await deps.past.at(request.query.at);
      const now = (then.time ?? deps.now()).getTime();
      const [{ kinds, relations, dangling }, { stale, today, week }, unowned, problems, sources] = await Promise.all([
        then.figures.structure(),
        movement(then.db, { today: new Date(now - DAY_MS), week: new Date(now - 7 * DAY_MS) }),
        deps.owners.unowned(then),
        problemCounts(then.db),
        sourceCounts(then.db),
      ]);
      return {
        entities: kinds.reduce((sum, { count }) => sum + count, 0),
        kinds: [...kinds],
        relations,
        stale,
        ...(unowned === undefined ? {} : { unowned }),
        dangling,
        changedToday: today,
        changedThisWeek: week,
        problems: Object.fromEntries(problems.map(({ kind, count }) => [kind, count])),
        sources,
      };
    },
  );
}
