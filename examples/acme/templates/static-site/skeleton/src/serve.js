import { fileURLToPath } from 'node:url';
import { createSiteServer } from './server.js';

const port = Number(process.env.PORT || 8080);
if (!Number.isInteger(port)) throw new Error(`PORT is "${process.env.PORT}"; it must be a whole number.`);
const server = createSiteServer(fileURLToPath(new URL('../dist', import.meta.url)));
server.listen(port, process.env.HOST ?? '0.0.0.0', () => console.log(JSON.stringify({ level: 'info', service: '${{ values.name }}', message: 'Serving dist/', port })));
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    server.close();
    server.closeIdleConnections();
  });
}
