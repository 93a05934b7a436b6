import type { Database } from '@paved/host';
import { parseDuration, systemActor } from '@paved/kernel';
import type { Runs } from '@paved/runs';
import { z } from 'zod';
import { sweepWords } from '../text/sweep-words.ts';
import { dropPast, moveHorizon } from './store.ts';

const SWEEP_RUN = 'catalog.history.sweep';

interface RetentionDeps {
  readonly db: Database;
  readonly now: () => Date;
  /** A duration such as `400d`, or `forever`. */
  readonly keep: string;
}

/** Drops what ended longer ago than history is kept; every time since then is still answered as it was. */
export async function sweepHistory({ db, now, keep }: RetentionDeps): Promise<{ versions: number; edges: number }> {
  if (keep === 'forever') return { versions: 0, edges: 0 };
  const horizon = new Date(now().getTime() - parseDuration(keep));
  // First nobody is promised those times any more, then they go.
  await moveHorizon(db, horizon);
  const dropped = { versions: 0, edges: 0 };
  for (;;) {
    const some = await dropPast(db, horizon);
    dropped.versions += some.versions;
    dropped.edges += some.edges;
    if (some.versions + some.edges + some.writes === 0) return dropped;
  }
}

/** Every night. */
export function scheduleSweep(deps: RetentionDeps & { readonly runs: Runs }): void {
  deps.runs.define({
    kind: SWEEP_RUN,
    input: z.object({}),
    title: () => 'Drop what the catalog no longer needs',
    plan: () => [
      { id: 'sweep', title: 'Drop old versions' },
      { id: 'words', title: 'Drop words that no entity has' },
    ],
    concurrency: { limit: 1 },
    async execute(run) {
      const dropped = await run.step('sweep', { title: 'Drop old versions' }, () => sweepHistory(deps));
      const words = await run.step('words', { title: 'Drop words that no entity has' }, () => sweepWords(deps.db));
      return { ...dropped, words };
    },
  });
  deps.runs.schedule({ name: SWEEP_RUN, cron: '17 3 * * *', run: { kind: SWEEP_RUN, input: {}, actor: systemActor } });
}
