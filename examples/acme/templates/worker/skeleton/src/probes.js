import { createServer } from 'node:http';

/** `/healthz`, `/readyz` and `/metrics`: a worker has no other HTTP. */
export function createProbes({ isReady, metrics, log }) {
  return createServer(async (request, response) => {
    const answer = (status, type, body) => response.writeHead(status, { 'content-type': type }).end(body);
    try {
      switch (new URL(request.url ?? '/', 'http://worker').pathname) {
        case '/healthz':
          return answer(200, 'application/json', '{"status":"ok"}');
        case '/readyz': {
          const ready = await isReady();
          return answer(ready ? 200 : 503, 'application/json', JSON.stringify({ status: ready ? 'ok' : 'not ready' }));
        }
        case '/metrics':
          return answer(200, metrics.contentType, await metrics.text());
        default:
          return answer(404, 'application/json', '{"message":"Not found"}');
      }
    } catch (error) {
      log.warn({ err: error }, 'Probe failed');
      return answer(503, 'application/json', '{"status":"failed"}');
    }
  });
}
