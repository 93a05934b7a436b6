import pg from 'pg';

/** A pool of connections; the settings come from the environment (see settings.js). */
export function connect(settings) {
  return new pg.Pool({ ...settings, connectionTimeoutMillis: 5_000, idleTimeoutMillis: 30_000, application_name: '${{ values.name }}' });
}

/** Runs `work` in one transaction on one connection. */
export async function transaction(pool, work) {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}
