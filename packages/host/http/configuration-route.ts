import { z } from 'zod';
import type { ConfigSource } from '../config/load.ts';
import type { App } from '../define-capability.ts';

const settingSchema = z
  .object({
    key: z.string().describe('For example server.port.'),
    value: z.unknown().describe('The effective value; null without one, dots for a secret.'),
    from: z.string().describe('`default`, `paved.yaml:12`, `PAVED_SERVER_PORT`, `--port`.'),
    description: z.string(),
  })
  .meta({ id: 'Setting' });

/** What the settings page and `paved config` say of a setting: never a secret. */
export const shownSetting = ({ key, value, from, secret, description }: ConfigSource) => ({
  key,
  value: value === undefined || value === '' ? null : secret ? '••••' : value,
  from,
  description,
});

/** `GET /api/configuration`: every setting this server runs with and where it came from. */
export function addConfigurationRoute(app: App, settings: readonly ConfigSource[]): void {
  app.get(
    '/api/configuration',
    {
      schema: {
        operationId: 'getConfiguration',
        tags: ['configuration'],
        summary: 'Effective settings and where each came from, secrets masked',
        response: { 200: z.object({ items: z.array(settingSchema) }) },
      },
      config: { permission: 'host.configuration.read' },
    },
    async () => ({ items: settings.map(shownSetting) }),
  );
}
