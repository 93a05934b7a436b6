import { pageOf, type App } from '@paved/host';
import { formatRef, parseRef, PavedError } from '@paved/kernel';
import { z } from 'zod';
import { yamlOf } from '../../../model/history/document.ts';
import { plain } from '../../../model/plain-text.ts';
import { decodeOpaque, encodeOpaque } from '../../../model/query.ts';
import type { RouteDeps } from '../../routes/deps.ts';
import { at, count, entitySchema, nameParams } from '../../routes/schemas.ts';
import { parsePastTime } from '../past-time.ts';
import { entityOfVersion, versionAnswer, versionSchema } from './answers.ts';
import * as views from './views.ts';

const MOST = 200;
const WEEK = 7 * 24 * 3600_000;

/** Every version of an entity, and what changed in the catalog. */
export function addHistoryRoutes(app: App, deps: RouteDeps): void {
  const tags = ['catalog'];
  const read = { config: { permission: 'catalog.entity.read' } };

  app.get(
    '/api/catalog/entities/by-name/:kind/:namespace/:name/history',
    {
      ...read,
      schema: {
        operationId: 'listEntityVersions',
        tags,
        summary: 'Every version of an entity with who, why, the commit and the differences; also of one that is gone.',
        params: nameParams,
        querystring: z.object({ limit: count('Page size, default 50, at most 200.'), cursor: z.string().optional(), at }),
        response: { 200: pageOf(versionSchema) },
      },
    },
    async (request) => {
      const ref = refOfParams(request.params);
      const limit = Math.min(request.query.limit ?? 50, MOST);
      const before = request.query.cursor === undefined ? undefined : decodeOpaque(request.query.cursor)['before'];
      if (request.query.cursor !== undefined && typeof before !== 'number') throw badCursor();
      const { time } = await deps.past.at(request.query.at);
      const rows = await views.versionsOf(deps.db, ref, { limit: limit + 1, by: time, ...(typeof before === 'number' ? { before } : {}) });
      if (rows.length === 0 && before === undefined && limit > 0) throw neverWas(ref);
      const items = rows.slice(0, limit).map((row) => versionAnswer(row, time));
      const last = items.at(-1);
      return {
        items,
        totalItems: await views.countVersions(deps.db, ref, time),
        pageInfo: rows.length > limit && last !== undefined ? { nextCursor: encodeOpaque({ before: last.version }) } : {},
      };
    },
  );

  app.get(
    '/api/catalog/entities/by-name/:kind/:namespace/:name/history/:version',
    {
      ...read,
      schema: {
        operationId: 'getEntityVersion',
        tags,
        summary: 'One version of an entity: whole, or as the YAML document that brings it back.',
        params: nameParams.extend({ version: z.coerce.number().int().min(1).max(2_000_000_000) }),
        querystring: z.object({
          format: z.enum(['json', 'yaml']).default('json').describe('`yaml`: the document without what the catalog adds.'),
          at,
        }),
        response: { 200: z.union([versionSchema.extend({ entity: entitySchema.optional() }), z.string()]) },
      },
    },
    async (request, reply) => {
      const ref = refOfParams(request.params);
      const { time } = await deps.past.at(request.query.at);
      const row = await views.versionOf(deps.db, ref, request.params.version, time);
      if (row === undefined) {
        if ((await views.countVersions(deps.db, ref, time)) === 0) throw neverWas(ref);
        throw new PavedError('not_found', `${ref} has no version ${request.params.version}.`, { fix: 'List its versions with …/history.' });
      }
      const entity = entityOfVersion(row, await views.relationsAt(deps.db, ref, row.at));
      if (request.query.format === 'yaml') {
        if (entity === undefined)
          throw new PavedError('not_found', `Version ${row.version} of ${ref} says that it was removed: it has no document.`, {
            fix: `Take version ${row.version - 1}.`,
          });
        return reply.type('application/yaml; charset=utf-8').send(yamlOf(entity));
      }
      return { ...versionAnswer(row, time), ...(entity === undefined ? {} : { entity: entity as z.infer<typeof entitySchema> }) };
    },
  );

  app.get(
    '/api/catalog/changes',
    {
      ...read,
      schema: {
        operationId: 'listCatalogChanges',
        tags,
        summary: 'What was added, changed and removed, for a team, a system or the whole catalog; the newest first.',
        querystring: z.object({
          since: z.string().optional().describe('ISO 8601, inclusive; default a week before `until`.'),
          until: z.string().optional().describe('ISO 8601, exclusive; default now.'),
          kind: z.string().optional().describe('Only these kinds, parted by commas.'),
          team: z.string().optional().describe('A group: it, the groups in it, and what any of them owned.'),
          system: z.string().optional().describe('A system or domain: it and its parts.'),
          ref: z.string().optional().describe('One entity.'),
          at: at.describe('As this was answered then: what came later is not there, and `until` is then when left out.'),
          limit: count('Page size, default 50, at most 200.'),
          cursor: z.string().optional(),
        }),
        response: {
          200: pageOf(versionSchema).extend({
            since: z.string(),
            until: z.string(),
            counts: z.object({ added: z.number().int(), updated: z.number().int(), removed: z.number().int() }),
            kinds: z.array(z.object({ kind: z.string(), count: z.number().int() })).describe('Kinds with how many changes they have.'),
          }),
        },
      },
    },
    async (request) => {
      const asked = request.query;
      const { time } = await deps.past.at(asked.at);
      const now = time ?? deps.now();
      const known = { now, horizon: undefined };
      // A page after the first looks at the same stretch of time.
      const place = asked.cursor === undefined ? undefined : placeOf(asked.cursor);
      const until = place?.until ?? (asked.until === undefined ? new Date(now.getTime() + 1) : parsePastTime(asked.until, 'until', known));
      const since =
        place?.since ?? (asked.since === undefined ? new Date(until.getTime() - WEEK) : parsePastTime(asked.since, 'since', known));
      if (since >= until)
        throw new PavedError('invalid', `since (${since.toISOString()}) is not before until (${until.toISOString()}).`, {
          fix: 'Swap the two.',
        });
      const kinds = asked.kind
        ?.split(',')
        .map((kind) => kind.trim())
        .filter((kind) => kind !== '');
      const refs = await refsOf(deps, asked, since, until);
      const scope = {
        since,
        until,
        ...(kinds === undefined || kinds.length === 0 ? {} : { kinds }),
        ...(refs === undefined ? {} : { refs }),
      };
      const limit = Math.min(asked.limit ?? 50, MOST);
      const [rows, counted] = await Promise.all([
        views.changesIn(deps.db, scope, { limit: limit + 1, ...(place === undefined ? {} : { after: place }) }),
        views.countChanges(deps.db, scope),
      ]);
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      const of = (change: string): number => counted.reduce((sum, row) => sum + (row.change === change ? row.n : 0), 0);
      return {
        items: shown.map((row) => versionAnswer(row, time)),
        totalItems: counted.reduce((sum, row) => sum + row.n, 0),
        since: since.toISOString(),
        until: until.toISOString(),
        counts: { added: of('added'), updated: of('updated'), removed: of('removed') },
        kinds: [...Map.groupBy(counted, (row) => row.kind)].map(([kind, all]) => ({
          kind,
          count: all.reduce((sum, row) => sum + row.n, 0),
        })),
        pageInfo:
          rows.length > limit && last !== undefined
            ? {
                nextCursor: encodeOpaque({
                  at: last.at.toISOString(),
                  written: last.written ?? '0',
                  ref: last.ref,
                  since: since.toISOString(),
                  until: until.toISOString(),
                }),
              }
            : {},
      };
    },
  );
}

const refOfParams = ({ kind, namespace, name }: { kind: string; namespace: string; name: string }): string =>
  plain(`${kind}:${namespace}/${name}`.toLowerCase());

const neverWas = (ref: string): PavedError =>
  new PavedError('not_found', `There is no entity ${ref}, and there was none as far as history goes.`, { fix: 'Check the reference.' });

const badCursor = (): PavedError =>
  new PavedError('invalid', 'Malformed cursor, could not be parsed', {
    fix: 'Use the cursor of the previous answer as it is, or leave it out.',
  });

function placeOf(cursor: string): views.ChangePlace & { since: Date; until: Date } {
  const { at, written, ref, since, until } = decodeOpaque(cursor);
  const times = [at, since, until].map((text) => new Date(typeof text === 'string' ? text : Number.NaN));
  const [began, from, to] = times;
  if (began === undefined || from === undefined || to === undefined || times.some((time) => Number.isNaN(time.getTime())))
    throw badCursor();
  if (typeof written !== 'string' || !/^\d{1,18}$/.test(written) || typeof ref !== 'string') throw badCursor();
  return { at: began, written, ref: plain(ref), since: from, until: to };
}

/** The entities that a question is about; undefined for all. */
async function refsOf(
  deps: RouteDeps,
  asked: { team?: string | undefined; system?: string | undefined; ref?: string | undefined },
  since: Date,
  until: Date,
): Promise<string[] | undefined> {
  const sets: string[][] = [];
  const canonical = (ref: string, kind: string): string => formatRef(parseRef(plain(ref), { kind }));
  if (asked.team !== undefined) sets.push(await views.ownedDuring(deps.db, canonical(asked.team, 'group'), since, until));
  if (asked.system !== undefined) sets.push(await views.partsDuring(deps.db, canonical(asked.system, 'system'), since, until));
  if (asked.ref !== undefined) sets.push([canonical(asked.ref, 'component')]);
  const [first, ...rest] = sets;
  const others = rest.map((refs) => new Set(refs));
  return first?.filter((ref) => others.every((set) => set.has(ref)));
}
