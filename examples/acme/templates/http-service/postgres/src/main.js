import { buildApp } from './app.js';
import { connect } from './database.js';
import { migrate } from './migrate.js';
import { readSettings } from './settings.js';
import { stopOnSignals } from './stop.js';
import { tracks } from './tracks.js';

const settings = readSettings(process.env);
const database = connect(settings.database);

const app = buildApp({
  settings,
  features: [tracks(database)],
  checks: { database: () => database.query('select 1') },
});
database.on('error', (error) => app.log.warn({ err: error }, 'An idle database connection was lost; the pool opens a new one'));
app.addHook('onClose', () => database.end());

stopOnSignals(app, settings);
try {
  const applied = await migrate(database, { onWait: (error) => app.log.info({ reason: error.message }, 'Waiting for the database') });
  app.log.info({ applied }, 'Database schema is up to date');
  await app.listen({ host: settings.host, port: settings.port });
} catch (error) {
  app.log.fatal({ err: error }, 'Start failed');
  await app.close();
  process.exitCode = 1;
}
