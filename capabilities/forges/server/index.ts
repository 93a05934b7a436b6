import { audit } from '@paved/audit';
import { catalog, entityProviders, sourceReaders } from '@paved/catalog';
import { defineCapability } from '@paved/host';
import { messageOf, systemActor } from '@paved/kernel';
import { FORGE_CHANGED, forges, type DirectoryReader, type ForgeDriver } from '../index.ts';
import { connectAll } from './connections.ts';
import { integrationsOf } from './integrations.ts';
import { delivery } from './migrations/001-delivery.ts';
import { configuredProviders } from './providers/configured.ts';
import { addForgeRoutes } from './routes.ts';
import { createForges } from './service.ts';
import { createSourceReader } from './source-reader.ts';
import { followChanges } from './webhooks/follow.ts';
import { addWebhookRoute } from './webhooks/route.ts';

/** Events that come together lead to one sync. */
const BURST_MS = 1000;

/** Forges and directories: their files, repositories, people and teams come into the catalog; changes go back as commits. */
export const forgesCapability = (options: { readonly drivers: readonly ForgeDriver[]; readonly directory: DirectoryReader }) =>
  defineCapability({
    name: 'forges',
    provides: forges,
    needs: { audit, catalog, entityProviders, sourceReaders },
    permissions: [
      { name: 'forges.integration.read', description: 'See which forges are connected.', role: 'viewer' },
      { name: 'forges.integration.test', description: 'Ask a forge whether its credentials work.', role: 'platform-engineer' },
    ],
    migrations: { '001_delivery': delivery },
    create(context) {
      const { config, db, events, log, now, signal, baseUrl, needs } = context;
      const connections = connectAll({ drivers: options.drivers, integrations: integrationsOf(config.integrations), now, log, signal });
      const providers = needs.entityProviders;
      const configured = configuredProviders(
        { connections, catalog: needs.catalog, providers, directory: options.directory },
        config.catalog.providers,
      );
      for (const provider of [...configured.forges.map((one) => one.provider), ...configured.directories]) providers.addProvider(provider);
      needs.sourceReaders.add(createSourceReader(connections));
      const waiting = new Map<string, NodeJS.Timeout>();
      const syncSoon = (name: string): void => {
        if (waiting.has(name)) return;
        const sync = (): void => {
          waiting.delete(name);
          providers
            .syncProvider(name, systemActor, { type: 'push', ref: 'webhook' })
            .catch((error: unknown) =>
              log.warn({ provider: name, reason: messageOf(error) }, 'A provider could not be asked; its schedule does.'),
            );
        };
        waiting.set(name, setTimeout(sync, BURST_MS).unref());
      };
      const follow = { connections, catalog: needs.catalog, providers, configured: configured.forges, log, syncSoon };
      return {
        service: createForges({ connections, audit: needs.audit }),
        async routes(app) {
          addForgeRoutes(app, { db, connections, baseUrl });
          await addWebhookRoute(app, { db, events, connections, now });
        },
        handlers: [{ name: 'follow-webhooks', types: [FORGE_CHANGED], handle: (event) => followChanges(follow, event) }],
        async drain() {
          for (const timer of waiting.values()) clearTimeout(timer);
        },
      };
    },
  });
