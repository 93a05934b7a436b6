import { z } from 'zod';
import type { App } from '@paved/host';
import { expecting, receive, type ReceiveDeps } from './receive.ts';

/** A push of two thousand commits, the most that forges list, stays below. */
const BODY_LIMIT = 8 * 1024 ** 2;

/** `POST /api/forges/webhooks/:integration`: the raw body is what was signed. */
export async function addWebhookRoute(app: App, deps: ReceiveDeps & { readonly now: () => Date }): Promise<void> {
  await app.register(async (scope) => {
    const hooks = scope as unknown as App;
    hooks.removeAllContentTypeParsers();
    hooks.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, done) => done(null, body));
    hooks.post(
      '/api/forges/webhooks/:integration',
      {
        bodyLimit: BODY_LIMIT,
        // Nobody's bodies are read for a forge that is not there or has no secret.
        onRequest: async (request) => void expecting(deps, request.params.integration),
        config: { public: 'Forges cannot sign in; each delivery is signed with the integration’s secret.' },
        schema: {
          operationId: 'receiveWebhook',
          tags: ['forges'],
          summary: 'Takes a signed webhook delivery of a forge.',
          params: z.object({ integration: z.string().describe('Host of the integration.') }),
          response: { 202: z.object({ result: z.enum(['accepted', 'repeated', 'nothing_to_do']) }) },
        },
      },
      async (request, reply) => {
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
        );
        const result = await receive(deps, request.params.integration, { headers, body, receivedAt: deps.now() });
        return reply.code(202).send({ result });
      },
    );
  });
}
