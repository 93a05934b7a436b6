import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import { PavedError, type Actor, type Permission, type ServiceRef } from '@paved/kernel';
import type { FastifyRequest } from 'fastify';
import type { ConfigSource } from './config/load.ts';
import type { Config } from './config/schema.ts';
import { connectDatabase } from './database/connect.ts';
import { migrate } from './database/migrate.ts';
import { openPool } from './database/pool.ts';
import type { App, Capability, CapabilityContext, CapabilityInstance, Database } from './define-capability.ts';
import { eventMigrations } from './events/migrations.ts';
import { openOutbox } from './events/outbox.ts';
import type { Events } from './events/events.ts';
import { createGuard, type Guard } from './guard.ts';
import type { RouteProtection } from './http/access-hook.ts';
import { addConfigurationRoute } from './http/configuration-route.ts';
import { addEventStream } from './http/event-stream.ts';
import { addHealthRoutes } from './http/health-routes.ts';
import { addOpenApiRoutes } from './http/openapi.ts';
import { addPortalFiles } from './http/portal-files.ts';
import { buildHttp } from './http/server.ts';
import { createStorageGuard } from './http/storage-guard.ts';
import { portIsUsed, refuseUsedPort } from './http/used-port.ts';
import { newId } from './id.ts';
import { giveBackMemory } from './process/give-back-memory.ts';
import { openKeyring, type Keyring } from './keyring.ts';
import type { Logger } from './log.ts';
import { createMetrics } from './metrics.ts';
import { inOrderOfNeed } from './order.ts';
import { hostPermissions } from './permissions.ts';

/** How long requests in flight may take when the platform stops. */
const CLOSE_GRACE_MS = 5_000;
/** By then most start-up work is over. */
const SETTLED_MS = 15_000;

export interface PlatformOptions {
  readonly config: Config;
  /** Where each setting came from, for the settings page; without it that page is empty. */
  readonly settings?: readonly ConfigSource[];
  readonly log: Logger;
  readonly version: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a list of capabilities with different services
  readonly capabilities: readonly Capability<any, any>[];
  /** Built portal; without it only the API is served. */
  readonly portal?: string;
  readonly now?: () => Date;
  /** Services that stand in for capabilities that are left out. */
  readonly provide?: readonly (readonly [ServiceRef<unknown>, unknown])[];
  /** Stands in for `access` when it is left out. Without either, everything is refused. */
  readonly authenticate?: (request: FastifyRequest) => Promise<Actor | undefined>;
  readonly authorize?: Guard['decide'];
  readonly masterKey?: string;
}

/** A whole platform, built from configuration, capabilities and a data directory. Two can live in one process. */
export interface Platform {
  readonly app: App;
  readonly config: Config;
  readonly db: Database;
  readonly databaseUrl: string;
  readonly events: Events;
  readonly keyring: Keyring;
  readonly routes: readonly RouteProtection[];
  /** Every permission that any capability declares. */
  readonly permissions: readonly Permission[];
  service<T>(ref: ServiceRef<T>): T;
  /** Where it listens, once it does. */
  baseUrl(): string;
  /** Serves HTTP on the configured address and starts background work. */
  listen(): Promise<string>;
  /** Drains requests, hands runs over, stops everything in reverse order. */
  stop(): Promise<void>;
}

/** Connects the database, migrates, creates every capability and registers its routes. Nothing listens yet. */
export async function createPlatform(options: PlatformOptions): Promise<Platform> {
  const { config, log } = options;
  await refuseUsedPort(config.server);
  const ending = new AbortController();
  const undo: (() => Promise<unknown>)[] = [];
  try {
    return await build(options, ending, undo);
  } catch (error) {
    ending.abort();
    for (const step of undo.toReversed())
      await step().catch((failure: unknown) => log.error({ err: failure }, 'Cleaning up a failed start stumbled.'));
    if ((error as NodeJS.ErrnoException).code === 'EACCES')
      throw new PavedError('invalid', `The data directory ${config.data.directory} cannot be written.`, {
        fix: 'Choose another with --data.',
        cause: error,
      });
    throw error;
  }
}

async function build(options: PlatformOptions, ending: AbortController, undo: (() => Promise<unknown>)[]): Promise<Platform> {
  const { config, log } = options;
  const now = options.now ?? (() => new Date());
  mkdirSync(config.data.directory, { recursive: true, mode: 0o711 });
  const keyring = openKeyring(path.join(config.data.directory, 'keys'), options.masterKey);
  const database = await connectDatabase(config, log);
  if (database.embedded !== undefined) undo.push(database.embedded.stop);
  const { db, close } = openPool(database.url, config.database.poolSize, log);
  undo.push(close);
  const provided = new Map<string, unknown>((options.provide ?? []).map(([ref, service]) => [ref.id, service]));
  const capabilities = inOrderOfNeed(options.capabilities, new Set(provided.keys()));
  await migrate(db, [
    { schema: 'host', migrations: eventMigrations },
    ...capabilities.map((c) => ({ schema: c.name, migrations: c.migrations ?? {} })),
  ]);
  const outbox = await openOutbox({ db, url: database.url, log, now });
  undo.push(outbox.close);

  const permissions = [...hostPermissions, ...capabilities.flatMap((c) => c.permissions ?? [])];
  const instances: { capability: Capability; instance: CapabilityInstance<unknown> }[] = [];
  // Asked twice per request, so it is looked for once.
  let access: CapabilityInstance<unknown> | undefined;
  const accessInstance = (): CapabilityInstance<unknown> | undefined =>
    (access ??= instances.find(({ instance }) => instance.authorize !== undefined)?.instance);
  const guard = createGuard((actor, permission, resource) => {
    const decide = accessInstance()?.authorize ?? options.authorize;
    return (
      decide?.(actor, permission, resource) ?? { allowed: false, reason: 'This platform has no access capability, so nothing is allowed.' }
    );
  });
  const metrics = createMetrics();
  const storage = createStorageGuard(config.data.directory, config.data.minimumFreeMb);
  const { app, table } = await buildHttp({
    config,
    log,
    metrics,
    guard,
    storage,
    version: options.version,
    authenticate: async (request) => (accessInstance()?.authenticate ?? options.authenticate)?.(request),
  });
  let listening: string | undefined;
  let settled: NodeJS.Timeout | undefined;
  const baseUrl = (): string =>
    config.server.baseUrl?.replace(/\/$/, '') ?? listening ?? `http://${hostForUrl(config.server.host)}:${config.server.port}`;
  const services = new Map<string, unknown>(provided);
  const serviceOf = (id: string): unknown => {
    if (!services.has(id)) throw new Error(`No capability provides the service "${id}".`);
    return services.get(id);
  };

  for (const capability of capabilities) {
    const dataDir = path.join(config.data.directory, capability.name);
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const context: CapabilityContext<Record<string, ServiceRef<unknown>>> = {
      config,
      db: db.withSchema(capability.name),
      databaseUrl: database.url,
      events: outbox.events,
      log: log.child({ capability: capability.name }),
      metrics,
      now,
      newId: (prefix) => newId(prefix, now().getTime()),
      dataDir,
      keyring,
      guard,
      permissions: () => permissions,
      storage,
      replica: newId('replica'),
      baseUrl,
      signal: ending.signal,
      needs: Object.fromEntries(Object.entries(capability.needs ?? {}).map(([name, ref]) => [name, serviceOf(ref.id)])),
    };
    const instance = await capability.create(context);
    instances.push({ capability, instance });
    if (instance.stop !== undefined) undo.push(instance.stop);
    if (capability.provides !== undefined) services.set(capability.provides.id, instance.service);
    await outbox.addHandlers(capability.name, instance.handlers ?? []);
  }

  for (const { instance } of instances) {
    const { routes } = instance;
    if (routes !== undefined) await app.register(async (scope) => routes(scope as unknown as App));
  }
  addEventStream(app, outbox, ending.signal);
  addConfigurationRoute(app, options.settings ?? []);
  addHealthRoutes(app, {
    metrics,
    problems: async () => {
      const database = await sql`select 1`.execute(db).then(
        () => [],
        () => [['database', 'does not answer'] as const],
      );
      const parts = await Promise.all(
        instances.map(
          async ({ capability, instance }) =>
            [capability.name, await instance.health?.().catch((error: unknown) => String(error))] as const,
        ),
      );
      return Object.fromEntries([
        ...database,
        ...parts.flatMap(([name, problem]) => (problem === undefined ? [] : [[name, problem] as const])),
      ]);
    },
  });
  addOpenApiRoutes(app);
  await addPortalFiles(app, options.portal);
  await app.ready();
  for (const { instance } of instances) await instance.start?.();

  let stopping: Promise<void> | undefined;
  return {
    app,
    config,
    db,
    databaseUrl: database.url,
    events: outbox.events,
    keyring,
    routes: table,
    permissions,
    service: <T>(ref: ServiceRef<T>) => serviceOf(ref.id) as T,
    baseUrl,
    async listen() {
      try {
        await app.listen({ host: config.server.host, port: config.server.port });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
        throw portIsUsed(config.server.host, config.server.port, error);
      }
      const address = app.server.address();
      if (address !== null && typeof address === 'object') listening = `http://${hostForUrl(config.server.host)}:${address.port}`;
      outbox.start();
      for (const { capability, instance } of instances) {
        instance
          .listening?.()
          .catch((error: unknown) => log.error({ err: error, capability: capability.name }, 'Start-up work of a capability failed.'));
      }
      // Loading and compiling need much once.
      settled = setTimeout(giveBackMemory, SETTLED_MS).unref();
      return baseUrl();
    },
    stop() {
      stopping ??= (async () => {
        log.info('Stopping: requests finish, runs are handed over.');
        ending.abort();
        clearTimeout(settled);
        const closed = app.close();
        // A connection that never asked anything (a browser's preconnect) must not hold the stop.
        const impatience = setTimeout(() => app.server.closeAllConnections(), CLOSE_GRACE_MS);
        await outbox.drain();
        for (const { instance } of instances.toReversed())
          await instance.drain?.().catch((error: unknown) => log.error({ err: error }, 'Draining stumbled.'));
        await closed;
        clearTimeout(impatience);
        for (const step of undo.toReversed()) await step().catch((error: unknown) => log.error({ err: error }, 'Stopping stumbled.'));
      })();
      return stopping;
    },
  };
}

function hostForUrl(host: string): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
}
