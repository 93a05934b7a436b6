import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { messageOf, PavedError, type JsonObject } from '@paved/kernel';
import type { Driver, DriverFactory, DriverInput } from '@paved/orchestrator';
import { embeddedCluster, externalCluster, type Cluster } from './cluster.ts';
import { dropDatabase, ensureDatabase, lookUp } from './database.ts';
import { databaseName } from './names.ts';

/** Connections one service may hold when its definition says nothing. */
const CONNECTIONS = 20;

interface State {
  readonly database: string;
  readonly host: string;
  readonly port: number;
}

/** Databases of services: one database and one role per resource, on a cluster of our own or on a configured server. */
export const postgresDriver: DriverFactory = (context): Driver => {
  const known = new Set<string>();
  let opened: Promise<Cluster> | undefined;
  const tellAll = (): void => {
    for (const uid of known) context.changed(uid);
  };
  /** Started on first use: who needs no database has no second PostgreSQL. */
  const cluster = (): Promise<Cluster> => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  const open = async (): Promise<Cluster> => {
    const { servicesDatabaseUrl } = context.config;
    if (servicesDatabaseUrl !== undefined) return externalCluster(servicesDatabaseUrl);
    const folder = path.join(context.dataDir, 'cluster');
    return embeddedCluster({ folder, log: context.log, onMoved: tellAll, onRestart: tellAll });
  };
  const nameOf = (input: DriverInput): string => {
    const { name } = input.inputs;
    return databaseName(typeof name === 'string' ? name : input.id, input.uid);
  };
  return {
    name: 'postgres',
    validate(input) {
      const { name, connections } = input.inputs;
      return [
        ...(name === undefined || typeof name === 'string' ? [] : ['The name of a database must be text.']),
        ...(connections === undefined || (Number.isInteger(connections) && Number(connections) > 0 && Number(connections) <= 1000)
          ? []
          : ['connections must be a whole number from 1 to 1000.']),
      ];
    },
    async apply(input, state, call) {
      const server = await cluster();
      // The name of the first apply stays, whatever the suggestion says later: a database is never left behind by a rename.
      const database = typeof state?.['database'] === 'string' ? state['database'] : nameOf(input);
      const limit = input.inputs['connections'];
      const connections = typeof limit === 'number' ? limit : CONNECTIONS;
      const password = await reported(() =>
        server.asAdministrator(async (client) => {
          const there = await lookUp(client, database);
          // Without state nobody knows the password, also when an attempt before got as far as making the role.
          const fresh = state === undefined || !there.role ? randomBytes(24).toString('base64url') : undefined;
          if (!there.database) call.log(`Creating database ${database}.`);
          await ensureDatabase(client, {
            name: database,
            connections,
            own: server.own,
            ...(fresh === undefined ? {} : { password: fresh }),
          });
          return fresh;
        }),
      );
      known.add(input.uid);
      const next: State = { database, host: server.host, port: server.port };
      return {
        state: next as unknown as JsonObject,
        outputs: { host: server.host, port: server.port, name: database, database, username: database },
        ...(password === undefined ? {} : { secretOutputs: { password } }),
      };
    },
    async observe(input, state) {
      known.add(input.uid);
      const { database, port, host } = state as unknown as State;
      try {
        const server = await cluster();
        if (server.port !== port || server.host !== host) {
          return {
            health: 'degraded',
            reason: `The database server moved to ${server.host}:${server.port}; deploy again to tell the service.`,
          };
        }
        const facts = await server.asAdministrator(async (client) => {
          const { rows } = await client.query<{ bytes: string; connections: string }>(
            `select pg_database_size(current_database()) as bytes,
                    (select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()) as connections`,
          );
          return { bytes: Number(rows[0]?.bytes ?? 0), connections: Number(rows[0]?.connections ?? 0) };
        }, database);
        return { health: 'healthy', facts };
      } catch (error) {
        return { health: 'failed', reason: `The database ${database} does not answer: ${messageOf(error)}.` };
      }
    },
    async destroy(input, state) {
      const server = await cluster();
      const database = typeof state['database'] === 'string' ? state['database'] : nameOf(input);
      await reported(() => server.asAdministrator((client) => dropDatabase(client, database)));
      known.delete(input.uid);
    },
    async adopt(resources) {
      for (const { input } of resources) known.add(input.uid);
      if (resources.length === 0) return;
      // Services that are started again need it at once.
      await cluster().catch((error: unknown) =>
        context.log.error({ err: error }, 'The services’ database did not start; it is tried again on use.'),
      );
    },
    async stop() {
      const server = await opened?.catch(() => undefined);
      opened = undefined;
      await server?.stop();
    },
  };
};

/** The server's own words may quote SQL; only its message goes on. */
async function reported<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new PavedError('unavailable', `The services’ database server answered: ${messageOf(error)}.`, {
      fix: 'Check that it runs and that services.databaseUrl names an administrator who may create roles and databases.',
      cause: error,
    });
  }
}
