import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import { PavedError } from '@paved/kernel';
import type { App } from '../define-capability.ts';

const APPLICATION_PATHS = /^\/(api|git)(\/|$)/;
const ASSETS: { readonly public: string } = { public: 'The portal’s own files hold no data.' };

/** Serves the built portal; unknown paths give its page so that deep links work. Absent (API only) when it was not built. */
export async function addPortalFiles(app: App, folder: string | undefined): Promise<void> {
  const built = folder !== undefined && existsSync(path.join(folder, 'index.html'));
  if (built) {
    await app.register(fastifyStatic, { root: folder, serve: false });
    const schema = { hide: true };
    // Hashed names never change; everything else must be asked for each time.
    app.get<{ Params: { '*': string } }>('/assets/*', { schema, config: ASSETS }, (request, reply) =>
      reply.sendFile(`assets/${request.params['*']}`, { maxAge: '365d', immutable: true }),
    );
    app.get('/', { schema, config: ASSETS }, (_request, reply) => reply.sendFile('index.html', { maxAge: 0 }));
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (!entry.isFile() || entry.name.startsWith('.')) continue;
      app.get(`/${entry.name}`, { schema, config: ASSETS }, (_request, reply) => reply.sendFile(entry.name, { maxAge: 0 }));
    }
  }
  app.setNotFoundHandler(async (request, reply) => {
    const wantsPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
    const pathname = request.url.split('?')[0] ?? '/';
    if (built && wantsPage && !APPLICATION_PATHS.test(pathname)) return reply.sendFile('index.html', { maxAge: 0 });
    throw new PavedError('not_found', `There is nothing at ${pathname}.`, {
      fix: 'The addresses of the API are listed at /api/reference.',
    });
  });
}
