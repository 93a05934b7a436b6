import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createLogger, loadConfig, type Platform } from '@paved/host';
import { composePlatform } from '@paved/server';

/** A whole platform that never listens, on throw-away data, or on `databaseUrl`. */
export async function withReferencePlatform<T>(work: (platform: Platform) => Promise<T>, databaseUrl?: string): Promise<T> {
  const data = mkdtempSync(path.join(os.tmpdir(), 'paved-reference-'));
  try {
    const { config } = loadConfig({
      file: '/dev/null',
      environment: {},
      flags: {
        'data.directory': { flag: 'reference', value: data },
        'server.port': { flag: 'reference', value: 0 },
        'server.ingressPort': { flag: 'reference', value: 0 },
        'database.url': { flag: 'reference', value: databaseUrl },
      },
    });
    const platform = await composePlatform({ config, log: createLogger({ level: 'error' }) });
    try {
      return await work(platform);
    } finally {
      await platform.stop();
    }
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}
