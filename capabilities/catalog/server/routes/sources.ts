import { pageOf, type App } from '@paved/host';
import { PavedError } from '@paved/kernel';
import { z } from 'zod';
import { typeOfAddress } from '../../model/git-address.ts';
import { plain } from '../../model/plain-text.ts';
import { decodeOpaque, encodeOpaque } from '../../model/query.ts';
import { conditionOf, sourceConditions } from '../../model/source-condition.ts';
import { analyze } from '../reading/analyze.ts';
import { allStates, type SourceState } from '../reading/store.ts';
import { orphansByLocation, waitingRemovals } from '../reading/views.ts';
import { allLocations, locationById, type LocationRow } from '../store.ts';
import * as views from '../views.ts';
import type { RouteDeps } from './deps.ts';
import { mayRead } from './locations.ts';
import { at, count } from './schemas.ts';

const sourceBody = z
  .object({
    id: z.string(),
    type: z.string(),
    target: z.string(),
    origin: z.string().describe('`config`, `api`, or `provider:<name>`.'),
    createdBy: z.string(),
    state: z
      .enum(sourceConditions)
      .describe(
        'held: a removal waits for a person; failing: it cannot be read; waiting: its host asked for patience; left: the configuration does not name it any more.',
      ),
    watched: z.boolean().describe('Files are watched; others are asked at `nextReadAt`.'),
    kinds: z.array(z.string()).optional().describe('Only these kinds are taken from it.'),
    entities: z.number().int(),
    stale: z.number().int().describe('Kept as an old version because the source is broken or cannot be read.'),
    problems: z.number().int(),
    orphans: z.number().int(),
    syncedAt: z.string().optional(),
    readAt: z.string().optional().describe('When a run read it last.'),
    askedAt: z.string().optional().describe('When it was asked last whether it changed.'),
    nextReadAt: z.string().optional(),
    durationMs: z.number().int().optional(),
    runId: z.string().optional(),
    failures: z.number().int().describe('Failed reads in a row; with `at` 1 when it could not be read then.'),
    failure: z.object({ message: z.string(), fix: z.string().optional() }).optional(),
    error: z.string().optional().describe('As failure.message.'),
    outcome: z
      .object({
        added: z.number(),
        updated: z.number(),
        removed: z.number(),
        unchanged: z.number(),
        stale: z.number(),
        problems: z.number(),
      })
      .optional(),
    leftConfigAt: z.string().optional(),
    pendingRemoval: z
      .object({
        removes: z.number().int(),
        of: z.number().int(),
        since: z.string(),
        refs: z.array(z.string()).describe('The first 50.'),
        confirmedBy: z.string().optional(),
      })
      .optional(),
  })
  .meta({ id: 'CatalogSource' });

type SourceBody = z.infer<typeof sourceBody>;

/** The health of ingestion: sources with how reading them goes, and what is wrong in them. */
export function addSourceRoutes(app: App, deps: RouteDeps): void {
  const tags = ['catalog'];
  const reads = { config: { permission: 'catalog.location.read' } };
  const idParams = z.object({ id: z.uuid() });

  app.get(
    '/api/catalog/sources',
    {
      ...reads,
      schema: {
        operationId: 'listCatalogSources',
        tags,
        summary: 'Every source with its state, last read, next read and what is wrong, worst first.',
        querystring: z.object({
          state: z.enum(sourceConditions).optional(),
          search: z.string().max(500).optional().describe('Part of the target.'),
          at: at.describe(
            'As it was then: what each held and what was wrong. Times and durations of reads are those of runs, and left out.',
          ),
          limit: count('Page size, default 100.'),
          cursor: z.string().optional(),
        }),
        response: {
          200: pageOf(sourceBody).extend({
            states: z.record(z.enum(sourceConditions), z.number().int()).describe('How many sources are in each state.'),
          }),
        },
      },
    },
    async (request) => {
      const { state, search, cursor } = request.query;
      const limit = Math.min(request.query.limit ?? 100, 1000);
      const offset = cursor === undefined ? 0 : Number(decodeOpaque(cursor)['offset'] ?? 0);
      const every = await sources(request.query.at);
      const states = Object.fromEntries(
        sourceConditions.map((name) => [name, every.filter((source) => source.state === name).length]),
      ) as Record<(typeof sourceConditions)[number], number>;
      const needle = search?.toLowerCase();
      const found = every.filter(
        (source) =>
          (state === undefined || source.state === state) && (needle === undefined || source.target.toLowerCase().includes(needle)),
      );
      return {
        items: found.slice(offset, offset + limit),
        totalItems: found.length,
        states,
        pageInfo: offset + limit < found.length && limit > 0 ? { nextCursor: encodeOpaque({ offset: offset + limit }) } : {},
      };
    },
  );

  app.get(
    '/api/catalog/sources/:id',
    {
      ...reads,
      schema: {
        operationId: 'getCatalogSource',
        tags,
        summary: 'One source with its state.',
        params: idParams,
        querystring: z.object({ at }),
        response: { 200: sourceBody },
      },
    },
    async (request) => {
      const source = (await sources(request.query.at)).find(({ id }) => id === request.params.id);
      if (source === undefined) throw unknownSource(request.params.id);
      return source;
    },
  );

  app.post(
    '/api/catalog/sources/:id/refresh',
    {
      config: { permission: 'catalog.entity.refresh' },
      schema: {
        operationId: 'refreshCatalogSource',
        tags,
        summary: 'Reads a source now; answers the run that does.',
        params: idParams,
        response: { 202: z.object({ runId: z.string() }) },
      },
    },
    async (request, reply) => {
      const row = await locationById(deps.db, request.params.id);
      if (row === undefined) throw unknownSource(request.params.id);
      const run = await deps.locations.start(row, request.actor, { type: 'user' });
      return reply.code(202).send({ runId: run.id });
    },
  );

  app.post(
    '/api/catalog/sources/analyze',
    {
      config: { permission: 'catalog.location.analyze', onlyReads: true },
      schema: {
        operationId: 'analyzeCatalogSource',
        tags,
        summary: 'What registering an address would bring, and what is wrong in it; nothing is kept.',
        body: z.strictObject({
          type: z.enum(['url', 'git', 'file', 'directory']).optional().describe('Absent: told from the address.'),
          target: z.string().min(1).max(4096),
        }),
        response: {
          200: z.object({
            type: z.enum(['url', 'git', 'file', 'directory']),
            target: z.string(),
            locationId: z.string().optional().describe('It is registered already.'),
            entities: z.array(
              z.object({
                ref: z.string(),
                kind: z.string(),
                title: z.string().optional(),
                source: z.string(),
                line: z.number().int(),
                claimedBy: z
                  .string()
                  .optional()
                  .describe('Another source, or another document before it, has this name already and keeps it.'),
              }),
            ),
            problems: z.array(
              z.object({
                source: z.string(),
                line: z.number().int(),
                path: z.string(),
                ref: z.string().optional(),
                message: z.string(),
                fix: z.string().optional(),
              }),
            ),
          }),
        },
      },
    },
    async (request) => {
      const target = plain(request.body.target.trim());
      const location = { type: request.body.type ?? typeOfAddress(target), target };
      mayRead(request.actor, location);
      return analyze(deps, location, request.actor);
    },
  );

  app.get(
    '/api/catalog/problems',
    {
      config: { permission: 'catalog.entity.read' },
      schema: {
        operationId: 'listCatalogProblems',
        tags,
        summary: 'Broken documents, conflicts, missing files and removals that wait, with reason, line and fix.',
        querystring: z.object({
          locationId: z.uuid().optional(),
          kind: z.enum(['broken', 'conflict', 'missing', 'removal']).optional(),
          ref: z.string().optional().describe('Only what concerns this entity: its broken document, and others that claim its name.'),
          at,
          limit: count('Page size, default 100.'),
          cursor: z.string().optional(),
        }),
        response: {
          200: pageOf(
            z.object({
              kind: z.enum(['broken', 'conflict', 'missing', 'removal']),
              locationId: z.string(),
              location: z.string(),
              source: z.string(),
              line: z.number().int(),
              path: z.string(),
              ref: z.string().optional(),
              other: z.string().optional().describe('The claimant that won.'),
              message: z.string(),
              fix: z.string().optional(),
              since: z.string(),
            }),
          ).extend({ kinds: z.record(z.string(), z.number().int()).describe('How many there are of each kind, whichever is asked for.') }),
        },
      },
    },
    async (request) => {
      const { locationId, kind, ref: about, cursor } = request.query;
      const limit = Math.min(request.query.limit ?? 100, 1000);
      const offset = cursor === undefined ? 0 : Number(decodeOpaque(cursor)['offset'] ?? 0);
      const then = await deps.past.at(request.query.at);
      const { rows, total, kinds } = await views.problems(then.db, {
        limit,
        offset,
        ...(locationId === undefined ? {} : { locationId }),
        ...(kind === undefined ? {} : { kind }),
        ...(about === undefined ? {} : { ref: plain(about).toLowerCase() }),
      });
      return {
        items: rows.map(({ ref, other, fix, since, ...row }) => ({
          ...row,
          ...(ref === null ? {} : { ref }),
          ...(other === null ? {} : { other }),
          ...(fix === null ? {} : { fix }),
          since: since.toISOString(),
        })),
        totalItems: total,
        kinds,
        pageInfo: offset + rows.length < total && rows.length > 0 ? { nextCursor: encodeOpaque({ offset: offset + rows.length }) } : {},
      };
    },
  );

  const sources = async (at: string | undefined): Promise<SourceBody[]> => {
    const { db, time } = await deps.past.at(at);
    const [rows, states, counts, orphans, removals] = await Promise.all([
      allLocations(db),
      // How reading goes is known of the present only; runs tell of reads that are over.
      time === undefined ? allStates(db) : new Map<string, SourceState>(),
      views.countsByLocation(db),
      orphansByLocation(db),
      waitingRemovals(db),
    ]);
    return rows
      .map((row) => {
        const removal = removals.get(row.id);
        return bodyOf(row, states.get(row.id), {
          ...(counts.get(row.id) ?? { entities: 0, stale: 0, problems: 0 }),
          orphans: orphans.get(row.id) ?? 0,
          ...(removal === undefined ? {} : { removal }),
          now: deps.now(),
          ...(time === undefined ? {} : { past: true as const }),
        });
      })
      .toSorted((a, b) => sourceConditions.indexOf(a.state) - sourceConditions.indexOf(b.state));
  };
}

interface Beside {
  readonly entities: number;
  readonly stale: number;
  readonly problems: number;
  readonly orphans: number;
  readonly removal?: { removes: number; of: number; since: Date; refs: string[]; confirmedBy: string | null };
  readonly now: Date;
  /** Set when the past is asked about. */
  readonly past?: true;
}

function bodyOf(row: LocationRow, state: SourceState | undefined, { removal, now, past, ...counts }: Beside): SourceBody {
  const message = state?.failure ?? row.error;
  const at = (name: string, date: Date | null | undefined): object =>
    date === null || date === undefined ? {} : { [name]: date.toISOString() };
  const watched = row.type === 'file' || row.type === 'directory';
  return {
    id: row.id,
    type: row.type,
    target: row.target,
    origin: row.origin,
    createdBy: row.createdBy,
    state: conditionOf({
      removalWaits: removal !== undefined && removal.confirmedBy === null,
      failure: message !== null,
      waitsForHost: state?.waitsForHost === true && state.nextReadAt !== null && state.nextReadAt > now,
      problems: counts.problems,
      leftConfig: state?.leftConfigAt !== null && state?.leftConfigAt !== undefined,
      read: past === undefined ? row.syncedAt !== null : counts.entities > 0,
    }),
    watched,
    ...counts,
    // Without the one that stands for the source itself.
    entities: Math.max(0, counts.entities - 1),
    failures: state?.failures ?? (message === null ? 0 : 1),
    ...(row.kinds === null ? {} : { kinds: row.kinds }),
    ...(past === undefined ? at('syncedAt', row.syncedAt) : {}),
    ...at('readAt', state?.readAt),
    ...at('askedAt', state?.askedAt),
    ...(watched || row.origin.startsWith('provider:') ? {} : at('nextReadAt', state?.nextReadAt)),
    ...at('leftConfigAt', state?.leftConfigAt),
    ...(state?.durationMs === null || state?.durationMs === undefined ? {} : { durationMs: state.durationMs }),
    ...(state?.runId === null || state?.runId === undefined ? {} : { runId: state.runId }),
    ...(message === null
      ? {}
      : { error: message, failure: { message, ...(typeof state?.failureFix === 'string' ? { fix: state.failureFix } : {}) } }),
    ...(state?.outcome === null || state?.outcome === undefined ? {} : { outcome: state.outcome }),
    ...(removal === undefined
      ? {}
      : {
          pendingRemoval: {
            removes: removal.removes,
            of: removal.of,
            since: removal.since.toISOString(),
            refs: removal.refs,
            ...(removal.confirmedBy === null ? {} : { confirmedBy: removal.confirmedBy }),
          },
        }),
  };
}

const unknownSource = (id: string): PavedError =>
  new PavedError('not_found', `Found no source with ID ${id}.`, { fix: 'List them at GET /api/catalog/sources.' });
