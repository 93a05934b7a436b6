import { buildApp } from './app.js';
import { readSettings } from './settings.js';
import { stopOnSignals } from './stop.js';

const settings = readSettings(process.env);
const app = buildApp({ settings });

stopOnSignals(app, settings);
await app.listen({ host: settings.host, port: settings.port });
