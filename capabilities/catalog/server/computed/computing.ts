import type { EventHandler } from '@paved/host';
import { ENTITY_CHANGED, SOURCE_SYNCED } from '../../index.ts';
import { computeDue, type ComputeDeps } from './recompute.ts';
import { createSandbox } from './sandbox.ts';

/** A thread that nobody needed for so long is ended; the next change starts another. */
const IDLE_MS = 60_000;

/** Keeps computed properties fresh: right after each change, by one replica. */
export interface Computing {
  readonly handler: EventHandler;
  /** Computes what is due now. */
  now(): Promise<void>;
  stop(): Promise<void>;
}

export function computing(deps: Omit<ComputeDeps, 'sandbox'>): Computing {
  const sandbox = createSandbox();
  let turn: Promise<unknown> = Promise.resolve();
  let next: Promise<void> | undefined;
  let idle: NodeJS.Timeout | undefined;
  /** Whoever asks while one works shares the next turn: what they are after was noted before it begins. */
  const now = (): Promise<void> => {
    if (next !== undefined) return next;
    const mine = turn.then(async () => {
      next = undefined;
      clearTimeout(idle);
      await computeDue({ ...deps, sandbox });
      idle = setTimeout(() => void sandbox.stop(), IDLE_MS).unref();
    });
    next = mine;
    turn = mine.catch(() => undefined);
    return mine;
  };
  return {
    now,
    handler: {
      name: 'computed',
      types: [ENTITY_CHANGED, SOURCE_SYNCED],
      async handle() {
        if (deps.registry.plan().length > 0) await now();
      },
    },
    async stop() {
      clearTimeout(idle);
      await sandbox.stop();
    },
  };
}
