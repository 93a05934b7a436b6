import { AsyncLocalStorage } from 'node:async_hooks';
import { kyselyAdapter } from '@better-auth/kysely-adapter';
import { betterAuth } from 'better-auth/minimal';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { bearer, deviceAuthorization } from 'better-auth/plugins';
import { z } from 'zod';
import type { Database, Logger } from '@paved/host';
import { hashedAtRest } from './hashed-at-rest.ts';

/** Who sends a request, as far as a session remembers it. */
export interface Sender {
  readonly address: string;
  readonly userAgent: string;
}

/** A session that was just made: what the browser must store. */
export interface OpenedSession {
  readonly setCookies: readonly string[];
}

/** A valid session. */
export interface LiveSession {
  readonly id: string;
  readonly userId: string;
  readonly userRef: string;
  readonly name: string;
  readonly suspended: boolean;
  readonly expiresAt: Date;
  /** Renewed cookies when the session was prolonged. */
  readonly setCookies: readonly string[];
}

/** A session as it is presented: the cookie's value, or the token that the device flow gave. */
export type Presented = { readonly cookie: string } | { readonly bearer: string };

/** Why a step of the device flow did not succeed, in RFC 8628's words where it has one. */
export interface DeviceProblem {
  readonly error: string;
  readonly description: string;
}

/** Local accounts, sessions and the device flow, carried by better-auth. The only file that knows it. */
export interface Accounts {
  /** Name of the session cookie; begins with `__Secure-` behind https. */
  readonly cookieName: string;
  /** Everything `work` does here becomes part of the transaction. */
  within<T>(tx: Database, work: () => Promise<T>): Promise<T>;
  create(account: { userRef: string; name: string; email: string }): Promise<{ id: string }>;
  /** The password's hash (scrypt); slow on purpose, so do it outside transactions. */
  hashPassword(password: string): Promise<string>;
  /** Sets or replaces the password of a user. */
  setPassword(userId: string, passwordHash: string): Promise<void>;
  /** Takes the same time whether the account exists or not. */
  checkPassword(email: string | undefined, password: string): Promise<boolean>;
  openSession(userId: string, sender: Sender): Promise<OpenedSession>;
  session(presented: Presented): Promise<LiveSession | undefined>;
  endSessions(userId: string): Promise<void>;
  /** Set-Cookie lines that make the browser forget the session. */
  forgetCookies(): readonly string[];
  device: {
    start(
      clientId: string,
    ): Promise<{ deviceCode: string; userCode: string; expiresInSeconds: number; intervalSeconds: number } | DeviceProblem>;
    poll(clientId: string, deviceCode: string, sender: Sender): Promise<{ token: string; expiresInSeconds: number } | DeviceProblem>;
    /** Ties the code to the person who looks at it; only that person can approve it. */
    review(userCode: string, as: Presented): Promise<{ status: string; clientId: string } | DeviceProblem>;
    decide(userCode: string, approve: boolean, as: Presented): Promise<true | DeviceProblem>;
  };
}

const SESSION_SECONDS = 30 * 24 * 3600;
const PROLONG_AFTER_SECONDS = 24 * 3600;
const DEVICE_CODE_LIFE = '15m';
const POLL_INTERVAL = '2s';
/** The client that `paved login` is. */
export const CLI_CLIENT = 'paved-cli';
/** Checked when no account fits, so that the answer takes as long. */
const NOBODY = 'nobody@users.invalid';

export function openAccounts(deps: { db: Database; secret: string; secure: boolean; log: Logger }): Accounts {
  const joined = new AsyncLocalStorage<Database>();
  const auth = betterAuth({
    baseURL: deps.secure ? 'https://paved.invalid' : 'http://paved.invalid',
    secret: deps.secret,
    database: hashedAtRest(kyselyAdapter(followingTransaction(deps.db, joined), { type: 'postgres', transaction: false })),
    emailAndPassword: { enabled: true, minPasswordLength: 1, maxPasswordLength: 1000 },
    user: {
      additionalFields: {
        userRef: { type: 'string', required: true, unique: true, input: false },
        suspendedAt: { type: 'date', required: false, input: false },
      },
    },
    session: { expiresIn: SESSION_SECONDS, updateAge: PROLONG_AFTER_SECONDS },
    advanced: {
      useSecureCookies: deps.secure,
      cookies: { session_token: { name: 'paved_session' } },
      ipAddress: { ipAddressHeaders: ['x-paved-sender'] },
    },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: 'error', log: (_level, message) => deps.log.error({ from: 'better-auth' }, message) },
    plugins: [
      bearer(),
      deviceAuthorization({
        expiresIn: DEVICE_CODE_LIFE,
        interval: POLL_INTERVAL,
        verificationUri: '/device',
        validateClient: (clientId) => clientId === CLI_CLIENT,
      }),
      sessionOpener,
    ],
  });
  const cookieName = deps.secure ? '__Secure-paved_session' : 'paved_session';
  const headersOf = (presented: Presented): Headers =>
    new Headers(
      'cookie' in presented
        ? { cookie: `${cookieName}=${encodeURIComponent(presented.cookie)}` }
        : { authorization: `Bearer ${presented.bearer}` },
    );
  const sentBy = (sender: Sender): Headers => new Headers({ 'x-paved-sender': sender.address, 'user-agent': printable(sender.userAgent) });

  return {
    cookieName,
    within: (tx, work) => joined.run(tx.withSchema('access'), work),

    async create({ userRef, name, email }) {
      const { internalAdapter } = await auth.$context;
      const user = await internalAdapter.createUser({ name, email, emailVerified: false, userRef }, { method: 'email-password' });
      return { id: user.id };
    },
    hashPassword: async (password) => (await auth.$context).password.hash(password),
    async setPassword(userId, passwordHash) {
      const { internalAdapter } = await auth.$context;
      const existing = await internalAdapter.findCredentialAccount(userId);
      if (existing) await internalAdapter.updatePassword(userId, passwordHash);
      else await internalAdapter.createAccount({ userId, providerId: 'credential', accountId: userId, password: passwordHash });
    },
    async checkPassword(email, password) {
      const { internalAdapter, password: hashing } = await auth.$context;
      const found = await internalAdapter.findUserByEmail(email ?? NOBODY, { includeAccounts: true });
      const stored = found?.accounts.find((account) => account.providerId === 'credential')?.password;
      if (!stored) {
        await hashing.hash(password);
        return false;
      }
      return hashing.verify({ hash: stored, password });
    },
    async openSession(userId, sender) {
      const { headers } = await auth.api.openSession({ body: { userId }, headers: sentBy(sender), returnHeaders: true });
      return { setCookies: headers.getSetCookie() };
    },
    async session(presented) {
      const { headers, response } = await auth.api.getSession({ headers: headersOf(presented), returnHeaders: true });
      if (!response) return undefined;
      const { session, user } = response;
      return {
        id: session.id,
        userId: user.id,
        userRef: user.userRef,
        name: user.name,
        suspended: user.suspendedAt !== null && user.suspendedAt !== undefined,
        expiresAt: new Date(session.expiresAt),
        setCookies: headers.getSetCookie(),
      };
    },
    async endSessions(userId) {
      await (await auth.$context).internalAdapter.deleteUserSessions(userId);
    },
    forgetCookies: () => [`${cookieName}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax${deps.secure ? '; Secure' : ''}`],

    device: {
      start: (clientId) =>
        asProblem(async () => {
          const made = await auth.api.deviceCode({ body: { client_id: clientId } });
          return {
            deviceCode: made.device_code,
            userCode: made.user_code,
            expiresInSeconds: made.expires_in,
            intervalSeconds: made.interval,
          };
        }),
      poll: (clientId, deviceCode, sender) =>
        asProblem(async () => {
          const got = await auth.api.deviceToken({
            body: { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: deviceCode, client_id: clientId },
            headers: sentBy(sender),
          });
          return { token: got.access_token, expiresInSeconds: got.expires_in };
        }),
      review: (userCode, as) =>
        asProblem(async () => {
          const seen = await auth.api.deviceVerify({ query: { user_code: userCode }, headers: headersOf(as) });
          return { status: seen.status, clientId: seen.client_id ?? '' };
        }),
      decide: (userCode, approve, as) =>
        asProblem(async () => {
          const call = { body: { userCode }, headers: headersOf(as) };
          await (approve ? auth.api.deviceApprove(call) : auth.api.deviceDeny(call));
          return true as const;
        }),
    },
  };
}

/** Opens a session for a user who proved who they are in another way (a link, the demo). Never mounted over HTTP. */
const sessionOpener = {
  id: 'paved-session-opener',
  endpoints: {
    openSession: createAuthEndpoint('/paved/open-session', { method: 'POST', body: z.object({ userId: z.string() }) }, async (ctx) => {
      const { internalAdapter } = ctx.context;
      const user = await internalAdapter.findUserById(ctx.body.userId);
      if (!user) throw new APIError('NOT_FOUND', { message: 'There is no such user.' });
      const session = await internalAdapter.createSession(user.id);
      await setSessionCookie(ctx, { session, user });
      return ctx.json({ id: session.id });
    }),
  },
};

/** The capability's database, or the transaction that `within` joined. */
function followingTransaction(db: Database, joined: AsyncLocalStorage<Database>): Database {
  return new Proxy(db, {
    get(_target, key) {
      const current = joined.getStore() ?? db;
      const value: unknown = Reflect.get(current, key, current);
      return typeof value === 'function' ? (value.bind(current) as unknown) : value;
    },
  });
}

async function asProblem<T>(work: () => Promise<T>): Promise<T | DeviceProblem> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof APIError) || error.statusCode >= 500) throw error;
    const body = error.body as { error?: string; error_description?: string } | undefined;
    return { error: body?.error ?? 'invalid_request', description: body?.error_description ?? error.message };
  }
}

/** Header values must be printable ASCII. */
const printable = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200);
