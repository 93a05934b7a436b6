import { connect, transaction } from './database.js';
import { createLog } from './log.js';
import { migrate } from './migrate.js';
import { readSettings } from './settings.js';
import { dayBefore, summarise } from './summary.js';

/** Any constant, the same in every run: two that overlap take turns. */
const LOCK = 7_420_002;

const settings = readSettings(process.env);
const log = createLog(settings);
const database = connect(settings.database);
const started = performance.now();
try {
  await migrate(database, { onWait: (error) => log.info({ reason: error.message }, 'Waiting for the database') });
  const result = await transaction(database, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [LOCK]);
    return summarise(client, settings.day ?? dayBefore(new Date()));
  });
  log.info({ ...result, ms: Math.round(performance.now() - started) }, 'Summary written');
} catch (error) {
  // The exit code tells the platform that this run failed; the next one is on schedule.
  log.fatal({ err: error }, 'Summary failed');
  process.exitCode = 1;
} finally {
  await database.end();
}
