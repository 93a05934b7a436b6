import { z } from 'zod';
import { PavedError, wholePage } from '@paved/kernel';
import type { Catalog } from '@paved/catalog';
import { pageOf, type App, type Guard } from '@paved/host';
import type { Secrets } from '../index.ts';
import { canonicalComponent } from '../model/names.ts';

const environment = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'the name of an environment, such as dev')
  .describe('Name of the environment.');
const component = z.string().min(1).max(300).describe('Reference of the component, `component:default/checkout` or just `checkout`.');
const name = z.string().min(1).max(200).describe('Name as the process sees it, for example SMTP_PASSWORD.');

const variableSchema = z
  .object({
    environment: z.string(),
    name: z.string(),
    kind: z.enum(['variable', 'secret']),
    value: z.string().optional().describe('Absent for secrets: they are write-only.'),
    version: z.number().int(),
    updatedAt: z.iso.datetime(),
    updatedBy: z.string(),
  })
  .meta({ id: 'Variable' });

const secretSchema = z
  .object({ path: z.string(), version: z.number().int(), updatedAt: z.iso.datetime(), updatedBy: z.string() })
  .meta({ id: 'Secret' });

export function registerRoutes(app: App, deps: { service: Secrets; catalog: Catalog; guard: Guard }): void {
  const { service, catalog, guard } = deps;

  /** The component's canonical reference and owners; `not_found` for what the catalog does not know. */
  const known = async (text: string): Promise<{ ref: string; ownerRefs: string[] }> => {
    const ref = canonicalComponent(text);
    if ((await catalog.get(ref)) === undefined) {
      throw new PavedError('not_found', `The catalog has no ${ref}.`, { fix: 'Register the component first, or check its name.' });
    }
    return { ref, ownerRefs: await catalog.ownersOf(ref) };
  };

  /** What is set for an environment that does not exist would never be read. Without any in the catalog, the built-in ones are meant. */
  const mustExist = async (environment: string): Promise<void> => {
    const names = (await catalog.ofKind('Environment')).map((entity) => entity.metadata.name);
    if (names.length > 0 && !names.includes(environment))
      throw new PavedError('not_found', `There is no environment "${environment}".`, { fix: `There are ${names.join(', ')}.` });
  };

  app.get(
    '/api/secrets/variables',
    {
      schema: {
        operationId: 'listVariables',
        tags: ['secrets'],
        summary: 'Environment variables and secrets of a service; secrets without values',
        querystring: z.object({ component, environment: environment.optional() }),
        response: { 200: pageOf(variableSchema).meta({ id: 'VariablePage' }) },
      },
      config: { signedIn: true },
    },
    async (request) => {
      const { ref, ownerRefs } = await known(request.query.component);
      guard.require(request.actor, 'secrets.secret.list', { ref, ownerRefs });
      return wholePage(await service.variables(ref, request.query.environment));
    },
  );

  app.put(
    '/api/secrets/variables',
    {
      schema: {
        operationId: 'setVariable',
        tags: ['secrets'],
        summary: 'Set an environment variable or secret of a service; it takes effect with the next deployment',
        body: z.strictObject({ component, environment, name, value: z.string(), secret: z.boolean().default(false) }),
        response: { 200: variableSchema },
      },
      config: { signedIn: true },
    },
    async (request) => {
      const { ref, ownerRefs } = await known(request.body.component);
      guard.require(request.actor, 'secrets.secret.write', { ref, ownerRefs });
      await mustExist(request.body.environment);
      return service.setVariable({ ...request.body, component: ref }, request.actor);
    },
  );

  app.delete(
    '/api/secrets/variables',
    {
      schema: {
        operationId: 'removeVariable',
        tags: ['secrets'],
        summary: 'Remove an environment variable or secret of a service',
        querystring: z.object({ component, environment, name }),
        response: { 204: z.void() },
      },
      config: { signedIn: true },
    },
    async (request, reply) => {
      const ref = canonicalComponent(request.query.component);
      guard.require(request.actor, 'secrets.secret.write', { ref, ownerRefs: await catalog.ownersOf(ref) });
      await service.removeVariable({ ...request.query, component: ref }, request.actor);
      return reply.code(204).send();
    },
  );

  app.get(
    '/api/secrets',
    {
      schema: {
        operationId: 'listSecrets',
        tags: ['secrets'],
        summary: 'Paths and versions of all secrets below a prefix, never values',
        querystring: z.object({ prefix: z.string().max(512).default('') }),
        response: { 200: pageOf(secretSchema).meta({ id: 'SecretPage' }) },
      },
      config: { permission: 'secrets.secret.list' },
    },
    async (request) => wholePage(await service.list(request.query.prefix)),
  );

  app.post(
    '/api/secrets/reveal',
    {
      schema: {
        operationId: 'revealSecret',
        tags: ['secrets'],
        summary: 'Read a secret in clear, with a reason; audited',
        body: z.strictObject({
          path: z.string().min(1).max(512),
          version: z.number().int().positive().optional(),
          reason: z.string().min(5).max(500).describe('Why it is needed; kept in the audit log.'),
        }),
        response: { 200: z.object({ value: z.string() }) },
      },
      config: { permission: 'secrets.secret.reveal' },
    },
    async (request, reply) => {
      const { path, version, reason } = request.body;
      reply.header('cache-control', 'no-store');
      return { value: await service.reveal(version === undefined ? { path } : { path, version }, request.actor, reason) };
    },
  );
}
