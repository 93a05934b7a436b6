import { z } from 'zod';
import { PavedError } from '@paved/kernel';
import type { App } from '@paved/host';
import type { FastifyRequest } from 'fastify';
import { CLI_CLIENT, type DeviceProblem, type Presented } from './accounts.ts';
import { senderOf, type Authenticator } from './authenticate.ts';
import type { AccessDeps } from './context.ts';
import { nothing } from './schemas.ts';
import { ATTEMPT_WINDOW_MS } from './sign-in.ts';

const tags = ['access'];
/** Within the window of failed sign-ins; anybody may ask for codes, so their number is bounded. */
const CODES_PER_ADDRESS = 60;
const startedSchema = z
  .object({
    device_code: z.string(),
    user_code: z.string(),
    verification_uri: z.string(),
    verification_uri_complete: z.string(),
    expires_in: z.number().int().describe('Seconds.'),
    interval: z.number().int().describe('Seconds between polls.'),
  })
  .meta({ id: 'DeviceCode' });
const tokenSchema = z
  .object({ access_token: z.string(), token_type: z.literal('Bearer'), expires_in: z.number().int() })
  .meta({ id: 'DeviceToken' });
const deviceErrorSchema = z.object({ error: z.string(), error_description: z.string() }).meta({ id: 'DeviceError' });
const decisionBody = z.object({ userCode: z.string().min(4).max(40) });

const isProblem = (value: unknown): value is DeviceProblem => typeof value === 'object' && value !== null && 'error' in value;

/** The device authorization flow (RFC 8628) behind `paved login`. Its two public ends speak OAuth's error shape. */
export function registerDeviceRoutes(app: App, deps: AccessDeps & { authenticator: Authenticator }): void {
  const { accounts, authenticator, audit } = deps;

  /** Approving makes a new session, so it takes one: a token may not lift itself to that. */
  const browserSession = async (request: FastifyRequest): Promise<Presented> => {
    const current = await authenticator.sessionOf(request);
    if (current === undefined || !('cookie' in current.presented))
      throw new PavedError('forbidden', 'Only a person signed in to the portal can approve a device.', {
        fix: 'Open the address in a browser.',
      });
    return current.presented;
  };

  app.post(
    '/api/access/device/code',
    {
      schema: {
        operationId: 'startDeviceFlow',
        tags,
        summary: 'Begin signing in a device that has no browser',
        body: z.object({ client_id: z.string().default(CLI_CLIENT) }),
        response: { 200: startedSchema, 400: deviceErrorSchema },
      },
      config: { public: 'Starts the device flow; a person must approve it.' },
    },
    async (request, reply) => {
      const at = deps.now();
      const address = `device ${request.ip}`;
      const { pair } = await deps.store.noteAttempt({ account: 'device', address, at }, new Date(at.getTime() - ATTEMPT_WINDOW_MS));
      if (pair > CODES_PER_ADDRESS)
        throw new PavedError('rate_limited', 'Too many codes were asked for from this address.', { fix: 'Wait 15 minutes.' });
      const started = await accounts.device.start(request.body.client_id);
      if (isProblem(started)) return reply.code(400).send({ error: started.error, error_description: started.description });
      const page = `${deps.baseUrl()}/device`;
      const shown = `${started.userCode.slice(0, 4)}-${started.userCode.slice(4)}`;
      return reply.header('cache-control', 'no-store').send({
        device_code: started.deviceCode,
        user_code: shown,
        verification_uri: page,
        verification_uri_complete: `${page}?code=${shown}`,
        expires_in: started.expiresInSeconds,
        interval: started.intervalSeconds,
      });
    },
  );

  app.post(
    '/api/access/device/token',
    {
      schema: {
        operationId: 'pollDeviceFlow',
        tags,
        summary: 'Ask whether the device was approved',
        body: z.object({
          client_id: z.string().default(CLI_CLIENT),
          device_code: z.string().min(10).max(200),
          grant_type: z.string().optional(),
        }),
        response: { 200: tokenSchema, 400: deviceErrorSchema },
      },
      config: { public: 'The device code is the credential; it works once, after a person approved it.' },
    },
    async (request, reply) => {
      const got = await accounts.device.poll(request.body.client_id, request.body.device_code, senderOf(request));
      if (isProblem(got)) return reply.code(400).send({ error: got.error, error_description: got.description });
      const live = await accounts.session({ bearer: got.token });
      if (live !== undefined) {
        await deps.db.transaction().execute(async (tx) => {
          const actor = { ref: live.userRef, displayName: live.name, role: 'viewer', ownershipRefs: [live.userRef], door: 'cli' } as const;
          await audit.record(
            { actor, action: 'access.session.start', subject: live.userRef, facts: { how: 'device', address: request.ip } },
            tx,
          );
        });
      }
      return reply
        .header('cache-control', 'no-store')
        .send({ access_token: got.token, token_type: 'Bearer', expires_in: got.expiresInSeconds });
    },
  );

  app.get(
    '/api/access/device/:userCode',
    {
      schema: {
        operationId: 'reviewDevice',
        tags,
        summary: 'What a code asks for; ties it to you',
        params: z.object({ userCode: z.string().min(4).max(40) }),
        response: { 200: z.object({ status: z.string(), client: z.string() }).meta({ id: 'DeviceReview' }) },
      },
      config: { signedIn: true },
    },
    async (request) => {
      const review = await accounts.device.review(plain(request.params.userCode), await browserSession(request));
      if (isProblem(review)) throw unusable(review);
      return { status: review.status, client: review.clientId };
    },
  );

  for (const decision of ['approve', 'deny'] as const) {
    app.post(
      `/api/access/device/${decision}`,
      {
        schema: {
          operationId: `${decision}Device`,
          tags,
          summary: decision === 'approve' ? 'Let the device act as you' : 'Refuse the device',
          body: decisionBody,
          response: { 204: nothing },
        },
        config: { signedIn: true },
      },
      async (request, reply) => {
        const as = await browserSession(request);
        const code = plain(request.body.userCode);
        await deps.db.transaction().execute(async (tx) => {
          const done = await accounts.within(tx, async () => {
            const review = await accounts.device.review(code, as);
            return isProblem(review) ? review : accounts.device.decide(code, decision === 'approve', as);
          });
          if (done !== true) throw unusable(done);
          await audit.record({ actor: request.actor, action: `access.device.${decision}`, subject: request.actor.ref }, tx);
        });
        return reply.code(204).send(null);
      },
    );
  }
}

/** `ABCD-EFGH` as people type it → the code. */
const plain = (userCode: string): string => userCode.replaceAll(/[^a-zA-Z0-9]/g, '').toUpperCase();

const unusable = (problem: DeviceProblem): PavedError =>
  new PavedError(
    problem.error === 'access_denied' ? 'forbidden' : 'not_found',
    'This code is not valid any more, or belongs to somebody else.',
    { fix: 'Run paved login again and use the new code.' },
  );
