import { z } from 'zod';
import { parseDuration, wholePage } from '@paved/kernel';
import { pageOf, type App } from '@paved/host';
import { userRefOf } from '../model/person-name.ts';
import type { AccessDeps } from './context.ts';
import type { Links } from './links.ts';
import type { Persons } from './persons.ts';
import type { RoleAssignments } from './role-assignments.ts';
import {
  idParams,
  madeLinkSchema,
  nothing,
  permissionSchema,
  personSchema,
  refParams,
  roleAssignmentSchema,
  roleSchema,
  tokenSchema,
} from './schemas.ts';
import type { createTokens } from './tokens.ts';

const tags = ['access'];

/** People, roles and tokens. */
export function registerUserRoutes(
  app: App,
  deps: AccessDeps & { persons: Persons; links: Links; roles: RoleAssignments; tokens: ReturnType<typeof createTokens> },
): void {
  const { persons, links, roles, tokens, guard } = deps;

  app.get(
    '/api/access/users',
    {
      schema: {
        operationId: 'listUsers',
        tags,
        summary: 'People of the catalog and accounts',
        querystring: z.object({
          search: z.string().max(100).optional().describe('Part of a name or reference.'),
          cursor: z.string().optional().describe('`pageInfo.nextCursor` of the page before.'),
          limit: z.coerce.number().int().min(1).max(500).default(200),
        }),
        response: { 200: pageOf(personSchema).meta({ id: 'PersonPage' }) },
      },
      config: { permission: 'access.user.read' },
    },
    (request) => persons.page({ search: request.query.search, limit: request.query.limit, after: request.query.cursor }),
  );

  app.post(
    '/api/access/users',
    {
      schema: {
        operationId: 'createUser',
        tags,
        summary: 'Create a person and a link to invite them',
        body: z.object({
          username: z.string().min(1).max(127),
          name: z.string().trim().min(1).max(100),
          email: z.email().optional(),
          role: roleSchema.optional(),
        }),
        response: { 201: madeLinkSchema.extend({ ref: z.string() }).meta({ id: 'CreatedUser' }) },
      },
      config: { permission: 'access.user.manage' },
    },
    async (request, reply) => {
      const ref = await persons.create(request.body, request.actor);
      if (request.body.role !== undefined) await roles.assign(ref, request.body.role, request.actor);
      return reply.code(201).send({ ref, ...(await links.make('invite', ref, request.actor)) });
    },
  );

  app.post(
    '/api/access/users/:ref/links',
    {
      schema: {
        operationId: 'createUserLink',
        tags,
        summary: 'Make a one-time link for a person; the URL is shown once',
        params: refParams,
        body: z.object({ purpose: z.enum(['invite', 'reset']) }),
        response: { 201: madeLinkSchema },
      },
      config: { permission: 'access.user.manage' },
    },
    async (request, reply) => reply.code(201).send(await links.make(request.body.purpose, userRefOf(request.params.ref), request.actor)),
  );

  for (const verb of ['suspend', 'resume'] as const) {
    app.post(
      `/api/access/users/:ref/${verb}`,
      {
        schema: {
          operationId: `${verb}User`,
          tags,
          summary: verb === 'suspend' ? 'Keep a person out; sessions end, tokens rest' : 'Let a suspended person in again',
          params: refParams,
          response: { 204: nothing },
        },
        config: { permission: 'access.user.manage' },
      },
      async (request, reply) => {
        await persons.setSuspended(userRefOf(request.params.ref), verb === 'suspend', request.actor);
        return reply.code(204).send(null);
      },
    );
  }

  app.get(
    '/api/access/permissions',
    {
      schema: {
        operationId: 'listPermissions',
        tags,
        summary: 'Every permission and who holds it',
        response: { 200: pageOf(permissionSchema).meta({ id: 'PermissionPage' }) },
      },
      config: { signedIn: true },
    },
    async () => wholePage(deps.permissions().map((permission) => ({ ...permission }))),
  );

  app.get(
    '/api/access/roles',
    {
      schema: {
        operationId: 'listRoleAssignments',
        tags,
        summary: 'Roles of users and groups',
        response: { 200: pageOf(roleAssignmentSchema).meta({ id: 'RoleAssignmentPage' }) },
      },
      config: { permission: 'access.user.read' },
    },
    async () => {
      const assigned = await roles.list();
      const known = new Set(assigned.map((entry) => entry.subjectRef));
      const configured = Object.entries(deps.config.access.roles).filter(([subjectRef]) => !known.has(subjectRef.toLowerCase()));
      return wholePage([
        ...assigned.map((entry) => ({ ...entry, assignedAt: entry.assignedAt.toISOString(), source: 'assigned' as const })),
        ...configured.map(([subjectRef, role]) => ({ subjectRef: subjectRef.toLowerCase(), role, source: 'configuration' as const })),
      ]);
    },
  );

  app.put(
    '/api/access/roles/:ref',
    {
      schema: {
        operationId: 'assignRole',
        tags,
        summary: 'Give a user or group a role',
        params: refParams,
        body: z.object({ role: roleSchema }),
        response: { 204: nothing },
      },
      config: { permission: 'access.role.assign' },
    },
    async (request, reply) => {
      await roles.assign(request.params.ref, request.body.role, request.actor);
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/api/access/roles/:ref',
    {
      schema: { operationId: 'removeRole', tags, summary: 'Take an assigned role away', params: refParams, response: { 204: nothing } },
      config: { permission: 'access.role.assign' },
    },
    async (request, reply) => {
      await roles.assign(request.params.ref, undefined, request.actor);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/api/access/tokens',
    {
      schema: {
        operationId: 'listTokens',
        tags,
        summary: 'Your tokens, or everybody’s',
        querystring: z.object({ all: z.stringbool().default(false).describe('Everybody’s; needs access.token.manage.') }),
        response: { 200: pageOf(tokenSchema).meta({ id: 'TokenPage' }) },
      },
      config: { signedIn: true },
    },
    async (request) => {
      if (request.query.all) guard.require(request.actor, 'access.token.manage');
      return wholePage(await tokens.list(request.query.all ? undefined : request.actor.ref));
    },
  );

  app.post(
    '/api/access/tokens',
    {
      schema: {
        operationId: 'createToken',
        tags,
        summary: 'Make a personal token; it is shown once',
        body: z.object({
          name: z.string().trim().min(1).max(100),
          expiresIn: z
            .string()
            .regex(/^(\d+(\.\d+)?(ms|s|m|h|d))+$/, 'a duration such as 12h or 90d')
            .optional()
            .describe('Duration such as 90d; without it the token stays until it is revoked.'),
          userRef: z.string().optional().describe('For somebody else; needs access.token.manage.'),
        }),
        response: { 201: z.object({ id: z.string(), token: z.string() }).meta({ id: 'CreatedToken' }) },
      },
      config: { signedIn: true },
    },
    async (request, reply) => {
      const { name, expiresIn, userRef } = request.body;
      const made = await tokens.create(
        {
          name,
          userRef: userRef === undefined ? request.actor.ref : userRefOf(userRef),
          ...(expiresIn === undefined ? {} : { expiresInMs: parseDuration(expiresIn) }),
        },
        request.actor,
      );
      return reply.code(201).header('cache-control', 'no-store').send(made);
    },
  );

  app.delete(
    '/api/access/tokens/:id',
    {
      schema: { operationId: 'revokeToken', tags, summary: 'Revoke a token', params: idParams, response: { 204: nothing } },
      config: { signedIn: true },
    },
    async (request, reply) => {
      await tokens.revoke(request.params.id, request.actor);
      return reply.code(204).send(null);
    },
  );
}
