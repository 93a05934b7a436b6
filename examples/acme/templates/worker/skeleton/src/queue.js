/** Waits longer after each failure: 2 s, 4 s, 8 s … at most 5 minutes. */
export const retryDelayMs = (attempts) => Math.min(300_000, 1_000 * 2 ** attempts);

/**
 * A queue in PostgreSQL. `for update skip locked` lets any number of workers take jobs without waiting for each other;
 * a job whose worker died is taken again once its lock has run out.
 *
 * @param {import('pg').Pool} database
 */
export function createQueue(database, { maxAttempts, jobTimeoutMs }) {
  return {
    async add(kind, payload = {}, { runAt = new Date() } = {}) {
      const { rows } = await database.query('insert into job (kind, payload, run_at) values ($1, $2, $3) returning id', [kind, payload, runAt]);
      return rows[0].id;
    },

    /** Takes the next job that is due, or undefined. */
    async take() {
      const { rows } = await database.query(
        `update job set state = 'running', attempts = attempts + 1, locked_until = now() + $1 * interval '1 millisecond'
         where id = (
           select id from job
           where (state = 'waiting' and run_at <= now()) or (state = 'running' and locked_until < now())
           order by run_at, id
           for update skip locked
           limit 1
         )
         returning id, kind, payload, attempts`,
        [jobTimeoutMs],
      );
      return rows[0];
    },

    /** `attempts` proves that the job is still ours: whoever took it meanwhile has a higher number. */
    async done(job) {
      const { rowCount } = await database.query(
        `update job set state = 'done', finished_at = now(), locked_until = null, last_error = null
         where id = $1 and attempts = $2 and state = 'running'`,
        [job.id, job.attempts],
      );
      return rowCount === 1;
    },

    /** Back into the queue with a delay, or set aside after the last try. Gives the new state. */
    async failed(job, error) {
      const state = job.attempts >= maxAttempts ? 'dead' : 'waiting';
      await database.query(
        `update job set state = $3::text, last_error = $4, locked_until = null,
           run_at = now() + $5 * interval '1 millisecond',
           finished_at = case when $3::text = 'dead' then now() end
         where id = $1 and attempts = $2 and state = 'running'`,
        [job.id, job.attempts, state, String(error?.message ?? error).slice(0, 2_000), retryDelayMs(job.attempts)],
      );
      return state;
    },

    /** Jobs set aside go back to work, for example after the cause was corrected. */
    async revive() {
      const { rowCount } = await database.query(
        `update job set state = 'waiting', attempts = 0, run_at = now(), finished_at = null where state = 'dead'`,
      );
      return rowCount;
    },

    async counts() {
      const { rows } = await database.query('select state, count(*)::int as jobs from job group by state');
      return Object.fromEntries(rows.map((row) => [row.state, row.jobs]));
    },
  };
}
