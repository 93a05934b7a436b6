// npm run enqueue -- greet '{"name":"Mira"}'
import { connect } from './database.js';
import { createQueue } from './queue.js';
import { readSettings } from './settings.js';

const [kind, payload = '{}'] = process.argv.slice(2);
if (!kind) {
  console.error('Usage: npm run enqueue -- <kind> [payload as JSON]');
  process.exit(2);
}
const settings = readSettings(process.env);
const database = connect(settings.database);
const id = await createQueue(database, settings).add(kind, JSON.parse(payload));
console.log(`job ${id}`);
await database.end();
