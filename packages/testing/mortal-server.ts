import { configSchema, createLogger, createPlatform, type Capability, type Platform } from '@paved/host';
import { systemActor, type ServiceRef } from '@paved/kernel';

/*
 * The inside of a server that `mortalServers` starts. DIE_AT (`<method>:before` or `<method>:after`) in its environment names the
 * moment in which it kills itself with -9.
 */

/** A setting that the test gave; empty when it gave none. */
export const setting = (name: string): string => process.env[name] ?? '';

/** Ends this process at once, with nothing tidied up. */
export const die = (): void => void process.kill(process.pid, 'SIGKILL');

/** A service that dies before or after the method that DIE_AT names. */
export function mortal<T extends object>(service: T): T {
  const [method, moment] = setting('DIE_AT').split(':');
  return new Proxy(service, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (key !== method || typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        if (moment === 'before') die();
        const result: unknown = await (value.apply(target, args) as Promise<unknown>);
        if (moment === 'after') die();
        return result;
      };
    },
  });
}

/** A capability whose service is mortal. */
// oxlint-disable-next-line typescript/no-explicit-any -- any capability
export const mortalCapability = (capability: Capability<any, any>): Capability<any, any> => ({
  ...capability,
  async create(context) {
    const instance = await capability.create(context);
    return { ...instance, service: mortal(instance.service as object) };
  },
});

/** A platform on the test's database and data directory, listening, where everybody may do everything; SIGTERM ends it. */
export async function mortalServer(options: {
  // oxlint-disable-next-line typescript/no-explicit-any -- a list of capabilities with different services
  readonly capabilities: readonly Capability<any, any>[];
  readonly provide?: readonly (readonly [ServiceRef<unknown>, unknown])[];
}): Promise<Platform> {
  const platform = await createPlatform({
    config: configSchema.parse({
      server: { port: 0 },
      data: { directory: setting('DATA'), minimumFreeMb: 0 },
      database: { url: setting('DATABASE_URL'), poolSize: 8 },
    }),
    log: createLogger({ level: process.env['PAVED_TEST_LOG'] ?? 'silent' }),
    version: '0.0.0-test',
    authenticate: async () => systemActor,
    authorize: () => ({ allowed: true }),
    ...options,
  });
  await platform.listen();
  process.on('SIGTERM', () => void platform.stop().then(() => process.exit(0)));
  return platform;
}
