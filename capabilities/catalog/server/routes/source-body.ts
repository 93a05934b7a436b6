import { z } from 'zod';
import { conditionOf, sourceConditions } from '../../model/source-condition.ts';
import { allStates, type SourceState } from '../reading/store.ts';
import { orphansByLocation, waitingRemovals } from '../reading/views.ts';
import { allLocations, type LocationRow } from '../store.ts';
import { countsByLocation } from '../views.ts';
import type { RouteDeps } from './deps.ts';

/** A source with how reading it goes. */
export const sourceBody = z
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

export type SourceBody = z.infer<typeof sourceBody>;

/** Every source, worst first; as it was at `at`. */
export async function sourcesAt(deps: Pick<RouteDeps, 'past' | 'now'>, at: string | undefined): Promise<SourceBody[]> {
  const { db, time } = await deps.past.at(at);
  const [rows, states, counts, orphans, removals] = await Promise.all([
    allLocations(db),
    // How reading goes is known of the present only; runs tell of reads that are over.
    time === undefined ? allStates(db) : new Map<string, SourceState>(),
    countsByLocation(db),
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
