import { Cron } from 'croner';
import type { Database, Logger } from '@paved/host';
import { messageOf, PavedError } from '@paved/kernel';
import type { Run, Runs, StartRun } from '../../index.ts';
import { store } from '../store.ts';
import { scheduleStore } from './store.ts';

type Entry = Parameters<Runs['schedule']>[0];

interface Planned {
  readonly entry: Entry;
  readonly cron: Cron;
  /** Unknown until the database was asked. */
  due?: Date | null;
}

/** Starts runs by the clock, once over all replicas. */
export interface Schedules {
  add(entry: Entry): void;
  /** Starts what is due. A time missed while no server ran is made up for once. */
  tick(): Promise<void>;
}

export function createSchedules(deps: {
  db: Database;
  log: Logger;
  now: () => Date;
  start: (request: StartRun, tx: Database) => Promise<Run>;
}): Schedules {
  const planned = new Map<string, Planned>();

  const tickOne = async (plan: Planned, now: Date): Promise<void> => {
    const { entry, cron } = plan;
    plan.due ??= cron.nextRun(await scheduleStore.ensure(store.join(deps.db), entry.name, entry.cron, now));
    const due = plan.due;
    if (due === null || due > now) return;
    await deps.db.transaction().execute(async (tx) => {
      if (!(await scheduleStore.take(store.join(tx), entry.name, due))) return;
      // The key makes it once even if the row above was lost or set back.
      const request: StartRun = {
        ...entry.run,
        cause: { type: 'schedule', ref: entry.cron },
        dedupeKey: `schedule ${entry.name} ${due.toISOString()}`,
      };
      await deps.start(request, tx);
    });
    plan.due = cron.nextRun(now);
  };

  return {
    add(entry) {
      planned.set(entry.name, { entry, cron: parseCron(entry.cron, entry.name) });
    },
    async tick() {
      const now = deps.now();
      for (const plan of planned.values()) {
        await tickOne(plan, now).catch((error: unknown) =>
          deps.log.error({ err: error, schedule: plan.entry.name }, 'A scheduled run could not be started.'),
        );
      }
    },
  };
}

function parseCron(expression: string, name: string): Cron {
  try {
    return new Cron(expression, { timezone: 'UTC', paused: true });
  } catch (error) {
    throw new PavedError(
      'invalid',
      `The schedule "${name}" has the cron expression "${expression}", which cannot be read: ${messageOf(error)}`,
      {
        fix: 'Write five fields (minute hour day month weekday), for example "0 3 * * *", or six with seconds first.',
        cause: error,
      },
    );
  }
}
