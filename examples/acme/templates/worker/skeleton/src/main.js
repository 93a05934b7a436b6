import { connect } from './database.js';
import { handlers } from './handlers.js';
import { createLog } from './log.js';
import { createMetrics } from './metrics.js';
import { migrate } from './migrate.js';
import { createProbes } from './probes.js';
import { createQueue } from './queue.js';
import { readSettings } from './settings.js';
import { work } from './worker.js';

const settings = readSettings(process.env);
const log = createLog(settings);
const database = connect(settings.database);
database.on('error', (error) => log.warn({ err: error }, 'An idle database connection was lost; the pool opens a new one'));

const queue = createQueue(database, settings);
const metrics = createMetrics(queue);
const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    if (stopping.signal.aborted) process.exit(1);
    log.info({ signal }, 'Stopping; jobs in hand are finished');
    stopping.abort();
  });
}

let migrated = false;
const isReady = async () => migrated && !stopping.signal.aborted && Boolean(await database.query('select 1'));
const probes = createProbes({ isReady, metrics, log });
await new Promise((resolve, reject) => probes.once('error', reject).listen(settings.port, settings.host, resolve));

try {
  const applied = await migrate(database, { onWait: (error) => log.info({ reason: error.message }, 'Waiting for the database') });
  migrated = true;
  log.info({ applied, concurrency: settings.concurrency, port: settings.port }, 'Working');
  await work({ queue, handlers, settings, log, metrics, signal: stopping.signal });
  log.info('Stopped');
} catch (error) {
  log.fatal({ err: error }, 'Start failed');
  process.exitCode = 1;
} finally {
  probes.closeAllConnections();
  probes.close();
  await database.end();
}
