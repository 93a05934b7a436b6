import type { Kysely } from 'kysely';
import type { RunsTables } from '../tables.ts';

type Db = Kysely<RunsTables>;

/** Until when each schedule was carried out. */
export const scheduleStore = {
  /** Remembers a schedule from now on; a changed expression starts afresh. Gives the last due time. */
  async ensure(db: Db, name: string, cron: string, now: Date): Promise<Date> {
    await db
      .insertInto('schedule')
      .values({ name, cron, last_due: now })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ cron, last_due: now }).where('schedule.cron', '!=', cron))
      .execute();
    const row = await db.selectFrom('schedule').select('last_due').where('name', '=', name).executeTakeFirstOrThrow();
    return row.last_due;
  },

  /** True for the one replica that may start the run due at this time. */
  async take(tx: Db, name: string, due: Date): Promise<boolean> {
    const taken = await tx
      .updateTable('schedule')
      .set({ last_due: due })
      .where('name', '=', name)
      .where('last_due', '<', due)
      .returning('name')
      .executeTakeFirst();
    return taken !== undefined;
  },
};
