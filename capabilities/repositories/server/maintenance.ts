import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@paved/kernel';
import type { Logger } from '@paved/host';
import { publishMovements, type PublishingDeps } from './publishing.ts';
import { allRepositories, forgetPushes, leftPushes } from './store.ts';

export interface MaintenanceDeps extends PublishingDeps {
  readonly now: () => Date;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

const LOOK_EVERY_MS = 2_000;
/** A running push is touched more often than this. */
const LEFT_AFTER_MS = 7_000;
/** git may go on for a while after its server died: until then a left push is looked at again. */
const FORGET_AFTER_MS = 60_000;
const DAY_MS = 86_400_000;
const TIDY_EVERY_LOOKS = 6 * 3_600_000 / LOOK_EVERY_MS; // prettier-ignore

/**
 * Makes good what a dead server left: refs that moved without their events. Everything is looked at once at the start, then
 * pushes that nobody finished. Packs small objects together now and then.
 */
export function createMaintenance(deps: MaintenanceDeps): { catchUp(): Promise<void>; run(): Promise<void> } {
  const { db, git, folders, log, signal } = deps;
  const publish = async (id: string): Promise<void> => {
    const told = await publishMovements(deps, id);
    if (told.length > 0) log.info({ repository: id, told: told.length }, 'Told of pushes that a stopped server had not told of.');
  };
  const guarded = async (what: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, `${what}: ${messageOf(error)}`);
    }
  };
  const tidy = async (): Promise<void> => {
    const now = deps.now().getTime();
    await folders.tidy({ leftovers: new Date(now - DAY_MS), trash: new Date(now - 30 * DAY_MS) });
    for (const { slug } of await allRepositories(db)) {
      if (signal.aborted) return;
      // Fixed settings switch git's own timing off; here it decides by its usual thresholds.
      await guarded(`Packing ${slug} failed`, async () => {
        await git(['gc', '--auto', '--quiet'], { repository: folders.of(slug), config: [['gc.auto', '6700']], timeoutMs: 600_000, signal });
      });
    }
  };
  return {
    async catchUp() {
      for (const { id, slug } of await allRepositories(db)) {
        if (signal.aborted) return;
        await guarded(`Looking after ${slug} failed`, () => publish(id));
      }
    },
    async run() {
      for (let look = 1; !signal.aborted; look++) {
        await sleep(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => {});
        if (signal.aborted) return;
        await guarded('Looking for left pushes failed', async () => {
          const now = deps.now().getTime();
          for (const id of await leftPushes(db, new Date(now - LEFT_AFTER_MS))) await publish(id);
          await forgetPushes(db, new Date(now - FORGET_AFTER_MS));
        });
        if (look % TIDY_EVERY_LOOKS === 0) await guarded('Tidying repositories failed', tidy);
      }
    },
  };
}
