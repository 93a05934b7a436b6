import { sql, type Kysely } from 'kysely';
import type { LogLine, LogPosition } from '../../model/line-buffer.ts';
import type { Lease } from '../store.ts';
import type { RunsTables } from '../tables.ts';

type Db = Kysely<RunsTables>;

/** Logs are kept as chunks of lines; a chunk is never changed. */
export const logStore = {
  /** How far a step's log got in earlier attempts. */
  async position(db: Db, runId: string, step: string): Promise<LogPosition> {
    const row = await db
      .selectFrom('log')
      .select((eb) => [eb.fn.max('to_line').as('lines'), eb.fn.sum<string>('bytes').as('bytes')])
      .where('run_id', '=', runId)
      .where('step', '=', step)
      .executeTakeFirst();
    return { lines: row?.lines ?? 0, bytes: Number(row?.bytes ?? 0) };
  },

  /** Appends under the lease; a worker that lost it writes nothing. */
  async append(db: Db, lease: Lease, step: string, lines: readonly LogLine[]): Promise<boolean> {
    const first = lines[0];
    const last = lines.at(-1);
    if (first === undefined || last === undefined) return true;
    const bytes = lines.reduce((sum, line) => sum + line.text.length + 1, 0);
    const { rows } = await sql`
      insert into runs.log (run_id, step, from_line, to_line, bytes, lines)
      select id, ${step}, ${first.n}, ${last.n}, ${bytes}, ${JSON.stringify(lines)}::json
      from runs.run where id = ${lease.runId} and epoch = ${lease.epoch}
      -- Locked, so that a takeover sees these lines before it numbers its own.
      for share
      on conflict do nothing
      returning 1`.execute(db);
    return rows.length === 1;
  },
};
