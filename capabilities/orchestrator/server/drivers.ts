import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { PavedError } from '@paved/kernel';
import type { CapabilityContext } from '@paved/host';
import type { Driver, DriverContext, DriverFactory, LogLine } from '../index.ts';
import { instantDrivers } from '../model/instant.ts';

/** Drivers by name. */
export interface Drivers {
  get(name: string): Driver;
  /** Every name a definition may use, instant ones included. */
  readonly names: readonly string[];
  /** With the name that definitions use. */
  readonly all: readonly (readonly [name: string, driver: Driver])[];
}

/** Makes every driver, each with a folder of its own. */
export async function createDrivers(
  context: Pick<CapabilityContext<Record<never, never>>, 'config' | 'dataDir' | 'log' | 'now' | 'baseUrl'>,
  factories: Readonly<Record<string, DriverFactory>>,
  hear: { changed(uid: string): void; lines(uid: string, lines: readonly LogLine[]): void; reveal: DriverContext['reveal'] },
): Promise<Drivers> {
  const { config } = context;
  const made = new Map<string, Driver>();
  for (const [name, factory] of Object.entries({ volume: volumeDriver, ...factories })) {
    const dataDir = path.join(context.dataDir, name);
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const driverContext: DriverContext = {
      dataDir,
      log: context.log.child({ driver: name }),
      now: context.now,
      config: {
        ingressPort: config.server.ingressPort,
        host: config.server.host,
        ...(config.services.databaseUrl === undefined ? {} : { servicesDatabaseUrl: config.services.databaseUrl }),
      },
      changed: hear.changed,
      lines: hear.lines,
      reveal: hear.reveal,
      baseUrl: context.baseUrl,
    };
    made.set(name, await factory(driverContext));
  }
  return {
    names: [...made.keys(), ...Object.keys(instantDrivers)],
    all: [...made],
    get(name) {
      const found = made.get(name);
      if (found === undefined) {
        throw new PavedError('invalid', `This platform has no driver "${name}".`, {
          fix: `Drivers it has: ${[...made.keys()].toSorted().join(', ')}.`,
        });
      }
      return found;
    },
  };
}

/** A folder per resource, kept until the resource is destroyed. */
const volumeDriver: DriverFactory = (context) => {
  const folderOf = (uid: string): string => path.join(context.dataDir, uid);
  return {
    name: 'volume',
    validate: () => [],
    async apply({ uid }) {
      await mkdir(folderOf(uid), { recursive: true, mode: 0o700 });
      return { state: { folder: folderOf(uid) }, outputs: { source: folderOf(uid) } };
    },
    observe: async () => ({ health: 'healthy' }),
    async destroy({ uid }) {
      await rm(folderOf(uid), { recursive: true, force: true });
    },
  };
};
