import { statfs } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { PavedError } from '@paved/kernel';

/** Watches the free space of the data directory: writes are refused in time, reads go on, recovery is automatic. */
export interface StorageGuard {
  /** Throws `storage_full` when less than the minimum is free. */
  assertWritable(): Promise<void>;
  freeMb(): Promise<number>;
}

const LOOK_EVERY_MS = 500;

export function createStorageGuard(directory: string, minimumFreeMb: number, now: () => number = Date.now): StorageGuard {
  let looked = -Infinity;
  let free = Infinity;
  const freeMb = async (): Promise<number> => {
    if (now() - looked > LOOK_EVERY_MS) {
      looked = now();
      const { bavail, bsize } = await statfs(directory);
      free = (bavail * bsize) / 1024 ** 2;
    }
    return free;
  };
  return {
    freeMb,
    async assertWritable() {
      const left = await freeMb();
      if (left >= minimumFreeMb) return;
      throw new PavedError(
        'storage_full',
        `The disk of ${directory} has ${Math.floor(left)} MB free; writes stop below ${minimumFreeMb} MB.`,
        {
          fix: 'Free space there; the platform goes on by itself. Reading works.',
        },
      );
    },
  };
}

/** Refuses requests that would write. */
export function addStorageHook(app: FastifyInstance, storage: StorageGuard): void {
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.onlyReads === true) return;
    if (request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'OPTIONS') await storage.assertWritable();
  });
}
