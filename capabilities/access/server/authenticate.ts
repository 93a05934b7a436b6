import type { FastifyRequest } from 'fastify';
import { PavedError, type Actor, type Door } from '@paved/kernel';
import { isSafeMethod, sameOrigin } from '../model/same-origin.ts';
import type { Presented, Sender } from './accounts.ts';
import type { Credentials, Verified } from './credentials.ts';

export interface Authenticator {
  /** The host's hook: who sends the request. Undefined without a credential (or with a stale cookie). */
  authenticate(request: FastifyRequest): Promise<Actor | undefined>;
  /** The session behind the request's cookie or bearer, for routes that act on the session itself. */
  sessionOf(request: FastifyRequest): Promise<{ presented: Presented; session: NonNullable<Verified['session']> } | undefined>;
  /** For routes without authentication that give out a session: other sites' pages may not use them. */
  assertNotForeign(request: FastifyRequest): void;
}

interface Credential {
  readonly presented: Presented;
  readonly door: Door;
}

export function createAuthenticator(deps: { credentials: Credentials; cookieName: string; baseUrl: () => string }): Authenticator {
  const { credentials } = deps;

  const credentialOf = (request: FastifyRequest): Credential | undefined => {
    const { authorization } = request.headers;
    if (authorization !== undefined) return fromHeader(authorization, request.headers['user-agent']);
    const cookie = request.cookies[deps.cookieName];
    return cookie === undefined || cookie === '' ? undefined : { presented: { cookie }, door: 'portal' };
  };

  const originOf = (request: FastifyRequest): boolean | 'unknown' => {
    const site = request.headers['sec-fetch-site'];
    return sameOrigin(
      { origin: request.headers.origin, secFetchSite: typeof site === 'string' ? site : undefined, host: request.headers.host },
      deps.baseUrl(),
    );
  };

  return {
    async authenticate(request) {
      const credential = credentialOf(request);
      if (credential === undefined) return undefined;
      const { presented, door } = credential;
      const byCookie = 'cookie' in presented;
      if (byCookie && !isSafeMethod(request.method) && originOf(request) !== true) throw foreign();
      const verified = await credentials.verify(presented);
      const actor = verified === undefined ? undefined : await credentials.actorFor(verified, door);
      if (actor !== undefined || byCookie) return actor;
      throw new PavedError('unauthenticated', 'This token is unknown, has expired or was revoked.', {
        fix: 'Run paved login, or make a new token in the portal.',
      });
    },
    async sessionOf(request) {
      const presented = credentialOf(request)?.presented;
      const session = presented === undefined ? undefined : (await credentials.verify(presented))?.session;
      return presented === undefined || session === undefined ? undefined : { presented, session };
    },
    assertNotForeign(request) {
      if (originOf(request) === false) throw foreign();
    },
  };
}

/** `Bearer <token>`, or Git's `Basic <any user>:<token>`. */
function fromHeader(header: string, userAgent: string | undefined): Credential | undefined {
  const space = header.indexOf(' ');
  const scheme = header.slice(0, space).toLowerCase();
  const value = header.slice(space + 1).trim();
  if (scheme === 'bearer' && value !== '')
    return { presented: { bearer: value }, door: userAgent?.startsWith('paved-cli') === true ? 'cli' : 'api' };
  if (scheme === 'basic') {
    const text = Buffer.from(value, 'base64').toString('utf8');
    return { presented: { bearer: text.slice(text.indexOf(':') + 1) }, door: 'git' };
  }
  throw new PavedError('unauthenticated', 'The Authorization header is neither Bearer nor Basic.', {
    fix: 'Send Authorization: Bearer with a token.',
  });
}

const foreign = (): PavedError =>
  new PavedError('forbidden', 'A page of another site sent this request.', {
    fix: 'Use the portal itself; scripts send a token as Authorization: Bearer.',
  });

export const senderOf = (request: FastifyRequest): Sender => ({ address: request.ip, userAgent: request.headers['user-agent'] ?? '' });
