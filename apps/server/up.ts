import { createLogger, type Platform } from '@paved/host';
import { access } from '@paved/access';
import { isPavedError } from '@paved/kernel';
import { configFromArguments } from './arguments.ts';
import { composePlatform } from './compose.ts';

/** Starts the server and keeps it up until a signal; prints where it listens and, on first start, the sign-in link. */
export async function up(args: readonly string[]): Promise<void> {
  try {
    const { config, sources: settings } = configFromArguments(args);
    const pretty = config.log.format === 'pretty' || (config.log.format === 'auto' && process.stdout.isTTY);
    const log = createLogger({ level: config.log.level, pretty });
    const started = performance.now();
    const platform = await composePlatform({ config, settings, log });
    const stopping = stopOnSignal(platform);
    const url = await platform.listen();
    log.info({ url, ms: Math.round(performance.now() - started) }, 'Paved is ready.');
    console.log(`\nPaved is ready at ${url}`);
    const link = await platform
      .service(access)
      .administratorLink()
      .catch((error: unknown) => {
        // Asked to stop meanwhile: nobody needs the link, and the database is on its way out.
        if (!stopping()) throw error;
        return undefined;
      });
    if (link !== undefined) console.log(`Sign in as the first administrator (once, within 24 hours): ${link}`);
  } catch (error) {
    if (!isPavedError(error)) throw error;
    console.error(error.message);
    if (error.fix !== undefined) console.error(error.fix);
    process.exit(1);
  }
}

/** The first signal drains; a second one ends at once. Gives a way to ask whether there was one. */
export function stopOnSignal(platform: Platform): () => boolean {
  let asked = false;
  const stop = (): void => {
    if (asked) process.exit(130);
    asked = true;
    platform.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  return () => asked;
}
