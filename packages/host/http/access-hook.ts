import type { FastifyInstance, FastifyRequest } from 'fastify';
import { PavedError, type Actor } from '@paved/kernel';
import type { Guard } from '../guard.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sends the request. Set on every route that is not public; may be set on public ones. */
    actor: Actor;
  }
  interface FastifyContextConfig {
    /** The permission the host checks before the handler. */
    permission?: string;
    /** Any signed-in actor; the handler asks the guard itself. */
    signedIn?: boolean;
    /** A POST that changes nothing, such as a Git fetch: allowed while the disk is full. */
    onlyReads?: boolean;
    /** No authentication, and why that is safe. */
    public?: string;
  }
}

/** One route of the table, with how it is protected. */
export interface RouteProtection {
  readonly method: string;
  readonly url: string;
  readonly protection: { permission: string } | { signedIn: true } | { public: string };
}

/** Every route must say how it is protected; the hook enforces it before the handler. Fills `table` as routes register. */
export function addAccessHook(
  app: FastifyInstance,
  deps: { authenticate: (request: FastifyRequest) => Promise<Actor | undefined>; guard: Guard; table: RouteProtection[] },
): void {
  app.decorateRequest('actor');
  app.addHook('onRoute', (route) => {
    const config = route.config ?? {};
    const protection =
      config.permission !== undefined
        ? { permission: config.permission }
        : config.signedIn === true
          ? { signedIn: true as const }
          : config.public !== undefined
            ? { public: config.public }
            : undefined;
    if (protection === undefined)
      throw new Error(`The route ${String(route.method)} ${route.url} says neither permission, signedIn nor public.`);
    for (const method of [route.method].flat()) deps.table.push({ method, url: route.url, protection });
  });
  app.addHook('onRequest', async (request) => {
    const config = request.routeOptions.config;
    if (config.public !== undefined) return;
    // The not-found handler has no config: unknown addresses say 404 to everybody and nothing else.
    if (config.permission === undefined && config.signedIn !== true) return;
    const actor = await deps.authenticate(request);
    if (actor === undefined) {
      throw new PavedError('unauthenticated', 'This needs a signed-in person or a token.', {
        fix: 'Sign in, or send a token as Authorization: Bearer.',
      });
    }
    request.actor = actor;
    if (config.permission !== undefined) deps.guard.require(actor, config.permission);
  });
}
