import { hash, randomUUID } from 'node:crypto';
import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import etag from '@fastify/etag';
import Fastify, { LogController, type FastifyRequest } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { parseDuration, PavedError, type Actor } from '@paved/kernel';
import type { Config } from '../config/schema.ts';
import type { App } from '../define-capability.ts';
import type { Guard } from '../guard.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { addAccessHook, type RouteProtection } from './access-hook.ts';
import { addOpenApi } from './openapi.ts';
import { asPavedError, sendProblem, statusOf } from './problem.ts';
import { addSecurityHeaders } from './security-headers.ts';
import { addStorageHook, type StorageGuard } from './storage-guard.ts';
import { isDeeperThan, MAX_JSON_DEPTH } from './json-depth.ts';

const digest = (body: string | Buffer): string => hash('sha1', body, 'base64url');

export interface HttpDeps {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly guard: Guard;
  readonly storage: StorageGuard;
  readonly version: string;
  readonly authenticate: (request: FastifyRequest) => Promise<Actor | undefined>;
}

/** Fastify with everything every route needs; capabilities add theirs. `table` lists each route with its protection. */
export async function buildHttp(deps: HttpDeps): Promise<{ app: App; table: RouteProtection[] }> {
  const table: RouteProtection[] = [];
  const app: App = Fastify({
    loggerInstance: deps.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: deps.config.server.bodyLimitMb * 1024 * 1024,
    requestTimeout: 0,
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    genReqId: (request) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && /^[\w.-]{8,64}$/.test(given) ? given : randomUUID();
    },
    routerOptions: { maxParamLength: 1024, ignoreTrailingSlash: true },
  }).withTypeProvider<ZodTypeProvider>() as unknown as App;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  const seconds = deps.metrics.histogram('paved_http_request_seconds', 'Time to answer HTTP requests.', ['method', 'route', 'status']);
  const timeoutMs = parseDuration(deps.config.server.requestTimeout);

  // Many clients name a content type on every request, also on those without a body (a DELETE): that is no broken JSON.
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    if (isDeeperThan(body as string, MAX_JSON_DEPTH))
      return done(new PavedError('invalid', `The body nests deeper than ${MAX_JSON_DEPTH} levels.`, { fix: 'Flatten it.' }));
    return void parseJson(request, body as string, done);
  });
  addSecurityHeaders(app as never, deps.config.server.tryItOrigins);
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    // Only bodies have a deadline: streams, pushes and clones may last.
    if (!request.url.startsWith('/git/')) request.raw.setTimeout?.(timeoutMs);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    seconds.observe(
      { method: request.method, route: request.routeOptions.url ?? 'unknown', status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    );
    done();
  });
  app.setErrorHandler((thrown, request, reply) => {
    const error = asPavedError(thrown);
    if (statusOf(error) >= 500 && error.code !== 'storage_full')
      request.log.error({ err: error.cause ?? error, method: request.method, route: request.routeOptions.url }, 'A request failed.');
    return sendProblem(error, request, reply);
  });
  await app.register(cookie);
  await app.register(compress, { global: true, threshold: 1024, encodings: ['br', 'gzip'], brotliOptions: { params: { 1: 4 } } });
  await app.register(etag, { hashFn: digest, weak: true });
  addAccessHook(app as never, { authenticate: deps.authenticate, guard: deps.guard, table });
  addStorageHook(app as never, deps.storage);
  await addOpenApi(app, deps.version);
  return { app, table };
}
