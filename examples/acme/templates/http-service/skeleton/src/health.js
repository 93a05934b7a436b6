/**
 * `/healthz` says that the process runs: failing it means restart. `/readyz` says that it can serve: failing it means
 * send traffic elsewhere for now.
 *
 * @param {Record<string, () => Promise<unknown>>} checks
 * @returns {import('fastify').FastifyPluginAsync}
 */
export const health = (checks) => async (app) => {
  // Probes ask every few seconds: only their failures are worth a line.
  const quiet = { logLevel: app.log.level === 'silent' ? 'silent' : 'warn' };
  let stopping = false;
  app.addHook('preClose', async () => {
    stopping = true;
  });

  app.get('/healthz', quiet, async () => ({ status: 'ok' }));

  app.get('/readyz', quiet, async (request, reply) => {
    const results = Object.fromEntries(await Promise.all(Object.entries(checks).map(async ([name, check]) => [name, await outcome(check, request.log)])));
    const ready = !stopping && Object.values(results).every((result) => result === 'ok');
    return reply.code(ready ? 200 : 503).send({ status: stopping ? 'stopping' : ready ? 'ok' : 'not ready', checks: results });
  });
};

async function outcome(check, log) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer within 2 s')), 2_000);
  });
  try {
    await Promise.race([check(), late]);
    return 'ok';
  } catch (error) {
    log.warn({ err: error }, 'Readiness check failed');
    return 'failed';
  } finally {
    clearTimeout(timer);
  }
}
