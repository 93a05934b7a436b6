import { z } from 'zod';
import { pageOf, type App } from '@paved/host';
import { PavedError, wholePage } from '@paved/kernel';
import { reachOf } from '../model/reach.ts';
import { senderOf, type Authenticator } from './authenticate.ts';
import type { AccessDeps } from './context.ts';
import type { Links } from './links.ts';
import type { RoleAssignments } from './role-assignments.ts';
import {
  activeSessionSchema,
  idParams,
  linkPreviewSchema,
  nothing,
  personSchema,
  sessionSchema,
  signedInSchema,
  signInOptionsSchema,
} from './schemas.ts';
import type { SignIn } from './sign-in.ts';

const tags = ['access'];
const codeParams = z.object({ code: z.string().min(20).max(100) });

/** Signing in and out, the own session and password, links and the demo. */
export function registerSignInRoutes(
  app: App,
  deps: AccessDeps & { signIn: SignIn; links: Links; roles: RoleAssignments; authenticator: Authenticator },
): void {
  const { signIn, links, authenticator, accounts, store } = deps;

  app.get(
    '/api/access/sign-in',
    {
      schema: { operationId: 'getSignInOptions', tags, summary: 'What the sign-in page offers', response: { 200: signInOptionsSchema } },
      config: { public: 'The sign-in page needs it before anybody is signed in; it names nobody.' },
    },
    async () => ({
      organization: deps.config.organization.name,
      demo: deps.config.access.demoSignIn,
      needsAdministrator: !(await deps.roles.hasAdministrator()),
    }),
  );

  app.post(
    '/api/access/sign-in',
    {
      schema: {
        operationId: 'signIn',
        tags,
        summary: 'Sign in with a password; sets the session cookie',
        body: z.object({
          login: z.string().min(1).max(200).describe('User name, user reference or e-mail address.'),
          password: z.string().min(1).max(1000),
        }),
        response: { 200: signedInSchema },
      },
      config: { public: 'This is how a session begins; attempts are limited.' },
    },
    async (request, reply) => {
      authenticator.assertNotForeign(request);
      const { setCookies, userRef } = await signIn.withPassword(request.body.login, request.body.password, senderOf(request));
      return reply.header('set-cookie', [...setCookies]).send({ userRef });
    },
  );

  app.post(
    '/api/access/sign-out',
    { schema: { operationId: 'signOut', tags, summary: 'End this session', response: { 204: nothing } }, config: { signedIn: true } },
    async (request, reply) => {
      const current = await authenticator.sessionOf(request);
      if (current === undefined)
        throw new PavedError('invalid', 'This request carries a token, not a session.', { fix: 'Revoke the token instead.' });
      await signIn.end(current.session, request.actor);
      return reply
        .code(204)
        .header('set-cookie', [...accounts.forgetCookies()])
        .send(null);
    },
  );

  app.get(
    '/api/access/session',
    {
      schema: { operationId: 'getSession', tags, summary: 'Who am I, and what may I do', response: { 200: sessionSchema } },
      config: { signedIn: true },
    },
    async (request, reply) => {
      const { actor } = request;
      const current = await authenticator.sessionOf(request);
      if (current !== undefined && 'cookie' in current.presented) {
        // Asked for once per visit of the portal: the moment at which a session in use is prolonged.
        const live = await accounts.session(current.presented);
        if (live !== undefined && live.setCookies.length > 0) void reply.header('set-cookie', [...live.setCookies]);
      }
      const account = await store.accountOf(actor.ref);
      const everywhere: string[] = [];
      const owned: string[] = [];
      for (const permission of deps.permissions()) {
        const reach = reachOf(actor, permission);
        if (reach.on === 'everything') everywhere.push(permission.name);
        if (reach.on === 'owned') owned.push(permission.name);
      }
      return {
        actor: {
          ref: actor.ref,
          displayName: actor.displayName,
          role: actor.role,
          groups: actor.ownershipRefs.filter((ref) => ref.startsWith('group:')),
          door: actor.door,
          ...(actor.token === undefined ? {} : { token: actor.token }),
        },
        hasPassword: account?.hasPassword === true,
        permissions: { everywhere, owned },
      };
    },
  );

  app.put(
    '/api/access/password',
    {
      schema: {
        operationId: 'changePassword',
        tags,
        summary: 'Change your password; your other sessions end',
        body: z.object({ current: z.string().min(1).max(1000), next: z.string().min(1).max(1000) }),
        response: { 204: nothing },
      },
      config: { signedIn: true },
    },
    async (request, reply) => {
      const { setCookies } = await signIn.changePassword(request.actor, request.body.current, request.body.next, senderOf(request));
      return reply
        .code(204)
        .header('set-cookie', [...setCookies])
        .send(null);
    },
  );

  app.get(
    '/api/access/sessions',
    {
      schema: {
        operationId: 'listSessions',
        tags,
        summary: 'Your sessions',
        response: { 200: pageOf(activeSessionSchema).meta({ id: 'ActiveSessionPage' }) },
      },
      config: { signedIn: true },
    },
    async (request) => {
      const current = await authenticator.sessionOf(request);
      const account = await store.accountOf(request.actor.ref);
      const sessions = account === undefined ? [] : await store.sessionsOf(account.id, deps.now());
      return wholePage(
        sessions.map((session) => ({
          id: session.id,
          startedAt: session.startedAt.toISOString(),
          usedAt: session.usedAt.toISOString(),
          expiresAt: session.expiresAt.toISOString(),
          address: session.address,
          userAgent: session.userAgent,
          current: session.id === current?.session.id,
        })),
      );
    },
  );

  app.delete(
    '/api/access/sessions/:id',
    {
      schema: { operationId: 'endSession', tags, summary: 'End one of your sessions', params: idParams, response: { 204: nothing } },
      config: { signedIn: true },
    },
    async (request, reply) => {
      const account = await store.accountOf(request.actor.ref);
      await signIn.end({ id: request.params.id, userId: account?.id ?? '' }, request.actor);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/api/access/links/:code',
    {
      schema: {
        operationId: 'previewLink',
        tags,
        summary: 'What a one-time link is for',
        params: codeParams,
        response: { 200: linkPreviewSchema },
      },
      config: { public: 'The code is the credential.' },
    },
    (request) => links.preview(request.params.code),
  );

  app.post(
    '/api/access/links/:code',
    {
      schema: {
        operationId: 'redeemLink',
        tags,
        summary: 'Use a one-time link: set name and password, and sign in',
        params: codeParams,
        body: z.object({
          username: z.string().min(1).max(63).optional().describe('Only for the first administrator.'),
          name: z.string().trim().min(1).max(100).optional(),
          password: z.string().min(1).max(1000),
        }),
        response: { 200: signedInSchema },
      },
      config: { public: 'The code is the credential; it works once.' },
    },
    async (request, reply) => {
      authenticator.assertNotForeign(request);
      const { setCookies, userRef } = await links.redeem(request.params.code, request.body, senderOf(request));
      return reply.header('set-cookie', [...setCookies]).send({ userRef });
    },
  );

  app.get(
    '/api/access/demo/people',
    {
      schema: {
        operationId: 'listDemoPeople',
        tags,
        summary: 'People one can try the demo as',
        response: { 200: pageOf(personSchema).meta({ id: 'DemoPeoplePage' }) },
      },
      config: { public: 'Refused unless access.demoSignIn is set.' },
    },
    async () => wholePage(await signIn.demoPeople()),
  );

  app.post(
    '/api/access/demo/sign-in',
    {
      schema: {
        operationId: 'signInToDemo',
        tags,
        summary: 'Sign in as one of the demo’s people',
        body: z.object({ userRef: z.string().min(1) }),
        response: { 200: signedInSchema },
      },
      config: { public: 'Refused unless access.demoSignIn is set.' },
    },
    async (request, reply) => {
      authenticator.assertNotForeign(request);
      const { setCookies, userRef } = await signIn.asDemoPerson(request.body.userRef, senderOf(request));
      return reply.header('set-cookie', [...setCookies]).send({ userRef });
    },
  );
}
