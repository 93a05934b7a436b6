import { z } from 'zod';
import type { App, Database } from '@paved/host';
import { messageOf } from '@paved/kernel';
import type { Connections } from './connections.ts';
import { summaryOf } from './service.ts';
import { lastDeliveries } from './webhooks/store.ts';

const summary = z.object({
  id: z.string().describe('Host: how webhooks and commands name it.'),
  type: z.string(),
  title: z.string(),
  apiUrl: z.string(),
  credentials: z.enum(['token', 'app', 'password', 'none']),
  webhookSecret: z.boolean(),
  rate: z.object({ remaining: z.number(), resetAt: z.string() }).optional(),
  pausedUntil: z.iso.datetime().optional().describe('It asked to be left alone until then.'),
  lastDeliveryAt: z.iso.datetime().optional().describe('Last webhook that was taken.'),
});
const params = z.object({ integration: z.string() });
const tags = ['forges'];

/** `/api/forges`: what is configured, whether it works, how its webhooks are set up. */
export function addForgeRoutes(app: App, deps: { db: Database; connections: Connections; baseUrl: () => string }): void {
  const { connections } = deps;
  app.get(
    '/api/forges',
    {
      config: { permission: 'forges.integration.read' },
      schema: {
        operationId: 'listForges',
        tags,
        summary: 'Configured forges, without secrets.',
        response: { 200: z.object({ items: z.array(summary) }) },
      },
    },
    async () => {
      const heard = await lastDeliveries(deps.db);
      return {
        items: connections.all.map((connected) => {
          const paused = connected.connection.pausedUntil();
          const at = heard.get(connected.integration.host);
          return {
            ...summaryOf(connected),
            ...(paused === undefined ? {} : { pausedUntil: paused.toISOString() }),
            ...(at === undefined ? {} : { lastDeliveryAt: at.toISOString() }),
          };
        }),
      };
    },
  );

  app.post(
    '/api/forges/:integration/test',
    {
      config: { permission: 'forges.integration.test', onlyReads: true },
      schema: {
        operationId: 'testForge',
        tags,
        summary: 'Asks a forge who its credentials belong to.',
        params,
        response: {
          200: z.object({
            ok: z.boolean(),
            account: z.string().optional(),
            problem: z.string().optional(),
            fix: z.string().optional(),
            ms: z.number(),
          }),
        },
      },
    },
    async (request) => {
      const { forge } = connections.byHost(request.params.integration);
      const started = performance.now();
      try {
        const account = await forge.whoAmI();
        return { ok: true, account, ms: Math.round(performance.now() - started) };
      } catch (error) {
        const { fix } = error as { fix?: string };
        return { ok: false, problem: messageOf(error), ...(fix === undefined ? {} : { fix }), ms: Math.round(performance.now() - started) };
      }
    },
  );

  app.get(
    '/api/forges/:integration/webhook',
    {
      config: { permission: 'forges.integration.read' },
      schema: {
        operationId: 'getWebhookSetUp',
        tags,
        summary: 'How a forge’s webhook is set up.',
        params,
        response: { 200: z.object({ url: z.string(), secretConfigured: z.boolean(), setting: z.string(), steps: z.array(z.string()) }) },
      },
    },
    async (request) => {
      const { integration, driver } = connections.byHost(request.params.integration);
      const url = `${deps.baseUrl()}/api/forges/webhooks/${integration.host}`;
      return {
        url,
        secretConfigured: integration.webhookSecrets.length > 0,
        setting: `integrations.${integration.type}[host=${integration.host}].webhookSecret`,
        steps: [...driver.webhook.setUp(url, integration)],
      };
    },
  );
}
