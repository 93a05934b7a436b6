/** What `GET /` says. Change it, push, and the next version is live a moment later. */
export const message = 'Hello from ${{ values.name }}.';

/** @returns {import('fastify').FastifyPluginAsync} */
export const greeting = (settings) => async (app) => {
  app.get('/', async () => ({ message, service: settings.service }));
};
