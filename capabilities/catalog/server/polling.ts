import { isPavedError, messageOf, systemActor } from '@paved/kernel';
import type { Locations } from './locations.ts';
import { readLocation } from './reading/read-location.ts';
import type { SourceReads } from './reading/source-reads.ts';
import { claimDue, noteParts, stateOf, type SourceState } from './reading/store.ts';
import { locationById, type LocationRow } from './store.ts';
import type { SyncDeps } from './sync.ts';

/** Asks addresses and repositories whether they changed: the net under pushes. */
export interface Polling {
  start(): void;
  stop(): Promise<void>;
  /** Asks every source whose time has come; answers how many. */
  round(): Promise<number>;
}

export interface PollingDeps extends SyncDeps {
  readonly reads: SourceReads;
}

const LOOK_EVERY_MS = 5_000;
/** After this a claim of a server that died is free. */
const CLAIM_MS = 10 * 60_000;
const AT_ONCE = 4;
const PER_ROUND = 20;

export function createPolling(deps: PollingDeps, locations: Locations): Polling {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<number> | undefined;
  let stopped = true;

  /** Whether nothing moved at the addresses that were read last; cheap, and nothing is judged again. */
  const unchanged = async (row: LocationRow, state: SourceState | undefined): Promise<boolean> => {
    if (row.error !== null || state?.failure !== null || state.parts === null || state.judgedBy !== deps.reads.judgedBy()) return false;
    const session = new Map<string, Promise<string>>();
    for (const part of state.parts) {
      const found = await deps.sources
        .read(part.type, part.target, { local: part.target.startsWith('file:'), session })
        .catch((error: unknown) => {
          if (isPavedError(error, 'rate_limited')) throw error;
          return undefined;
        });
      if (found?.revision !== part.revision) return false;
    }
    return true;
  };

  const ask = async (id: string): Promise<void> => {
    const row = await locationById(deps.db, id);
    if (row === undefined) return;
    const state = await stateOf(deps.db, id);
    let ran = false;
    try {
      if (await unchanged(row, state)) return await deps.reads.asked(row, 0);
      const reading = await readLocation(deps, row);
      const error = reading.unreadable ?? null;
      const same =
        reading.revision === row.revision && error === row.error && state?.failure === error && state.judgedBy === deps.reads.judgedBy();
      if (same) return await deps.reads.asked(row, error === null ? 0 : state.failures + 1, reading.parts);
      ran = true;
      await locations.syncNow(row, systemActor, { type: 'system', ref: 'the source changed' });
      await noteParts(deps.db, id, error === null ? reading.parts : undefined);
    } catch (error) {
      // A run notes by itself how it ended.
      if (!ran) await deps.reads.notAsked(row, state?.failures ?? 0, error);
      if (!stopped && !isPavedError(error, 'rate_limited'))
        deps.log.warn(
          { location: `${row.type}:${row.target}`, reason: messageOf(error) },
          'A source could not be read; it is tried again.',
        );
    }
  };

  const round = async (): Promise<number> => {
    const now = deps.now();
    const due = await claimDue(deps.db, now, new Date(now.getTime() + CLAIM_MS), PER_ROUND);
    const queue = [...due];
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let id = queue.shift(); id !== undefined; id = queue.shift()) await ask(id);
      }),
    );
    return due.length;
  };

  const tick = async (): Promise<void> => {
    running = round().catch((error: unknown) => {
      if (!stopped)
        deps.log.warn({ reason: messageOf(error) }, 'Sources could not be asked whether they changed; the next round tries again.');
      return 0;
    });
    const asked = await running;
    if (!stopped) timer = setTimeout(() => void tick(), asked === PER_ROUND ? 50 : LOOK_EVERY_MS).unref();
  };

  return {
    round,
    start() {
      stopped = false;
      timer = setTimeout(() => void tick(), LOOK_EVERY_MS).unref();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
