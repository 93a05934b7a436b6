import { createHash } from 'node:crypto';
import type { Database, Events } from '@paved/host';
import { isPavedError, messageOf } from '@paved/kernel';
import { SOURCE_READ } from '../../index.ts';
import { waitUntilNextRead } from '../../model/next-read.ts';
import type { KindRegistry } from '../../model/kind-registry.ts';
import type { SourceRules } from '../../model/source-rules.ts';
import { locationById, type LocationRow } from '../store.ts';
import type { SyncOutcome } from '../sync.ts';
import { delayHost, noteAsked, noteRead, setNextRead, stateOf, type Part, type SourceState } from './store.ts';

/** Keeps how reading each source went, and decides when it is due again. */
export interface SourceReads {
  /** What decides about documents here: a source that something else judged is read anew. */
  judgedBy(): string;
  /** When it was read last, in which run, and what judged its documents; nothing when nobody read it yet. */
  last(locationId: string): Promise<Pick<SourceState, 'readAt' | 'runId' | 'judgedBy'>>;
  /** A run reads a source: notes how it went, also when it throws. */
  watched(row: LocationRow, runId: string | undefined, read: () => Promise<SyncOutcome>): Promise<SyncOutcome>;
  /** A source was asked and did not change, or still fails. */
  asked(row: LocationRow, failures: number, parts?: readonly Part[]): Promise<void>;
  /** A source could not be asked. */
  notAsked(row: LocationRow, failures: number, error: unknown): Promise<void>;
}

export interface SourceReadsDeps {
  readonly db: Database;
  readonly events: Events;
  readonly now: () => Date;
  readonly registry: KindRegistry;
  readonly rules: SourceRules;
  readonly intervalMs: number;
  /** In [0, 1). */
  readonly chance: () => number;
}

const hostOf = (target: string): string | null => (URL.canParse(target) ? new URL(target).host || null : null);
const patienceOf = (error: unknown): number => (isPavedError(error, 'rate_limited') ? Number(error.facts['retryAfterMs'] ?? 60_000) : 0);

export function createSourceReads(deps: SourceReadsDeps): SourceReads {
  const { db } = deps;
  const nextReadAt = (failures: number, retryAfterMs = 0): Date =>
    new Date(deps.now().getTime() + waitUntilNextRead({ intervalMs: deps.intervalMs, failures, retryAfterMs, chance: deps.chance() }));
  const judgedBy = (): string =>
    createHash('sha256')
      .update(JSON.stringify([deps.registry.all(), deps.rules]))
      .digest('base64url')
      .slice(0, 22);

  const ended = async (
    row: LocationRow,
    runId: string | undefined,
    read: {
      durationMs: number;
      outcome: SyncOutcome | null;
      failure: { message: string; fix?: string | undefined } | null;
      patienceMs: number;
    },
  ): Promise<void> => {
    const host = hostOf(row.target);
    await db.transaction().execute(async (tx) => {
      // Removed while it was read: there is nothing to note.
      if ((await locationById(tx, row.id)) === undefined) return;
      const { durationMs, outcome, failure } = read;
      const failures = await noteRead(tx, row.id, {
        at: deps.now(),
        runId: runId ?? null,
        durationMs,
        outcome,
        failure,
        host,
        judgedBy: judgedBy(),
      });
      await setNextRead(tx, row.id, { at: nextReadAt(failures, read.patienceMs), waitsForHost: read.patienceMs > 0 });
      if (read.patienceMs > 0 && host !== null) await delayHost(tx, host, new Date(deps.now().getTime() + read.patienceMs));
      await deps.events.publish(tx, {
        type: SOURCE_READ,
        subject: `${row.type}:${row.target}`,
        data: { locationId: row.id, failed: failure !== null },
      });
    });
  };

  return {
    judgedBy,
    last: async (locationId) => (await stateOf(db, locationId)) ?? { readAt: null, runId: null, judgedBy: null },
    async watched(row, runId, read) {
      const started = performance.now();
      const durationMs = (): number => Math.round(performance.now() - started);
      try {
        const outcome = await read();
        const error = (await locationById(db, row.id))?.error ?? null;
        await ended(row, runId, { durationMs: durationMs(), outcome, failure: error === null ? null : { message: error }, patienceMs: 0 });
        return outcome;
      } catch (error) {
        const failure = { message: messageOf(error), fix: isPavedError(error) ? error.fix : undefined };
        await ended(row, runId, { durationMs: durationMs(), outcome: null, failure, patienceMs: patienceOf(error) });
        throw error;
      }
    },
    asked: (row, failures, parts) =>
      noteAsked(db, row.id, {
        at: deps.now(),
        nextReadAt: nextReadAt(failures),
        waitsForHost: false,
        host: hostOf(row.target),
        failures,
        parts,
      }),
    async notAsked(row, failures, error) {
      const patienceMs = patienceOf(error);
      const host = hostOf(row.target);
      const counted = patienceMs > 0 ? failures : failures + 1;
      await noteAsked(db, row.id, {
        at: deps.now(),
        nextReadAt: nextReadAt(counted, patienceMs),
        waitsForHost: patienceMs > 0,
        host,
        failures: counted,
      });
      if (patienceMs > 0 && host !== null) await delayHost(db, host, new Date(deps.now().getTime() + patienceMs));
    },
  };
}
