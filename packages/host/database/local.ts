import path from 'node:path';
import type { Config } from '../config/schema.ts';
import type { Logger } from '../log.ts';
import { connectDatabase } from './connect.ts';
import { runningEmbeddedUrl } from './embedded.ts';

/**
 * Does something with the platform's database for whoever can read the data directory: beside a running server, or
 * with the embedded server started for the moment.
 */
export async function withLocalDatabase<T>(config: Config, log: Logger, work: (url: string) => Promise<T>): Promise<T> {
  const running = config.database.url ?? (await runningEmbeddedUrl(path.join(config.data.directory, 'postgres')));
  if (running !== undefined) return work(running);
  const { url, embedded } = await connectDatabase(config, log);
  try {
    return await work(url);
  } finally {
    await embedded?.stop();
  }
}
