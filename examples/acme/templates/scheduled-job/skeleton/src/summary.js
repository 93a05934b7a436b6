/** The day before `now`, as 2026-11-20 (UTC). */
export const dayBefore = (now) => new Date(now.getTime() - 86_400_000).toISOString().slice(0, 10);

/**
 * Counts the plays of one day by artist. The rows of that day are replaced, so that running it twice, or again after a
 * failure, gives the same.
 *
 * @param {import('pg').ClientBase} client inside a transaction
 */
export async function summarise(client, day) {
  await client.query('delete from daily_summary where day = $1', [day]);
  const { rowCount } = await client.query(
    `insert into daily_summary (day, artist, plays, seconds)
     select $1::date, artist, count(*), sum(seconds)
     from play
     where (played_at at time zone 'UTC')::date = $1::date
     group by artist`,
    [day],
  );
  return { day, artists: rowCount };
}
