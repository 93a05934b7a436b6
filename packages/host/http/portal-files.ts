import { existsSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import { PavedError } from '@paved/kernel';
import type { App } from '../define-capability.ts';

const APPLICATION_PATHS = /^\/(api|git)(\/|$)/;

/** Serves the built portal; unknown paths give its page so that deep links work. Absent (API only) when it was not built. */
export async function addPortalFiles(app: App, folder: string | undefined): Promise<void> {
  const built = folder !== undefined && existsSync(path.join(folder, 'index.html'));
  if (built) {
    await app.register(fastifyStatic, {
      root: folder,
      wildcard: false,
      index: 'index.html',
      // Hashed names never change; the page itself must be asked for each time.
      setHeaders: (reply, file) =>
        void reply.header(
          'cache-control',
          file.includes(`${path.sep}assets${path.sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache',
        ),
    });
  }
  app.setNotFoundHandler(async (request, reply) => {
    const wantsPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
    const pathname = request.url.split('?')[0] ?? '/';
    if (built && wantsPage && !APPLICATION_PATHS.test(pathname)) return reply.header('cache-control', 'no-cache').sendFile('index.html');
    throw new PavedError('not_found', `There is nothing at ${pathname}.`, {
      fix: 'The addresses of the API are listed at /api/reference.',
    });
  });
}
