import type { Kysely } from 'kysely';
import type { Engine } from './dbos.ts';
import { store } from './store.ts';
import type { RunsTables } from './tables.ts';
import { views } from './views.ts';
import { WORKSPACE_KEPT_MS, type Workspaces } from './workspaces.ts';

/** How often ended runs are tidied up. */
export const TIDY_MS = 60_000;
const BATCH = 100;

/** Removes workspaces, and the engine's records, of runs that ended long enough ago. The runs themselves stay. */
export async function tidy(deps: { db: Kysely<RunsTables>; engine: Engine; workspaces: Workspaces; now: () => Date }): Promise<void> {
  const runs = await views.untidied(deps.db, new Date(deps.now().getTime() - WORKSPACE_KEPT_MS), BATCH);
  if (runs.length === 0) return;
  for (const run of runs) await deps.workspaces.remove(run.id);
  await deps.engine.forget(runs);
  await store.markTidied(
    deps.db,
    runs.map((run) => run.id),
  );
}
