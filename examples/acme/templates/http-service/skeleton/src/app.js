import fastify from 'fastify';
import { greeting } from './greeting.js';
import { health } from './health.js';
import { metrics } from './metrics.js';
import { openapi } from './openapi.js';

/**
 * Builds the HTTP application without listening, so that tests can call it directly.
 *
 * @param {object} options
 * @param {ReturnType<import('./settings.js').readSettings>} options.settings
 * @param {import('fastify').FastifyPluginAsync[]} [options.features] what the service does
 * @param {Record<string, () => Promise<unknown>>} [options.checks] what must work before it takes traffic
 */
export function buildApp({ settings, features = [], checks = {} }) {
  const app = fastify({
    logger: {
      level: settings.logLevel,
      messageKey: 'message',
      base: { service: settings.service },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
    },
    requestIdHeader: 'x-request-id',
    // A kept connection may deliver one more request while we stop: answer it, then close the connection.
    return503OnClosing: false,
  });

  app.register(metrics);
  app.register(health(checks));
  app.register(openapi);
  app.register(greeting(settings));
  for (const feature of features) app.register(feature);
  return app;
}
