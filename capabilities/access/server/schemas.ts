import { z } from 'zod';
import { roles } from '@paved/kernel';
import { linkPurposes } from './store.ts';

/** Shapes of the API under `/api/access`. */
const doors = ['portal', 'api', 'cli', 'git', 'webhook', 'system'] as const;

export const roleSchema = z.enum(roles);

export const sessionSchema = z
  .object({
    actor: z.object({
      ref: z.string(),
      displayName: z.string(),
      role: roleSchema,
      groups: z.array(z.string()).describe('Every group of the actor, nested ones included.'),
      door: z.enum(doors),
      token: z.string().optional(),
    }),
    hasPassword: z.boolean().describe('Whether the actor can change a password here.'),
    permissions: z.object({
      everywhere: z.array(z.string()).describe('Permissions held on everything.'),
      owned: z.array(z.string()).describe('Permissions held on what the actor or its groups own.'),
    }),
  })
  .meta({ id: 'AccessSession' });

export const signedInSchema = z.object({ userRef: z.string() }).meta({ id: 'SignedIn' });

export const signInOptionsSchema = z
  .object({
    organization: z.string(),
    demo: z.boolean().describe('Whether the demo’s people can be chosen without a password.'),
    needsAdministrator: z.boolean().describe('Nobody is administrator yet: the link is on the server’s terminal.'),
  })
  .meta({ id: 'SignInOptions' });

export const personSchema = z
  .object({
    ref: z.string(),
    displayName: z.string(),
    role: roleSchema,
    groups: z.array(z.string()),
    email: z.string().optional(),
    inCatalog: z.boolean(),
    account: z.enum(['none', 'invited', 'active', 'suspended']),
  })
  .meta({ id: 'Person' });

export const tokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    userRef: z.string(),
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().optional(),
    lastUsedAt: z.iso.datetime().optional().describe('Good to a minute.'),
  })
  .meta({ id: 'Token' });

export const activeSessionSchema = z
  .object({
    id: z.string(),
    startedAt: z.iso.datetime(),
    usedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    address: z.string(),
    userAgent: z.string(),
    current: z.boolean(),
  })
  .meta({ id: 'ActiveSession' });

export const roleAssignmentSchema = z
  .object({
    subjectRef: z.string(),
    role: roleSchema,
    source: z.enum(['assigned', 'configuration']),
    assignedBy: z.string().optional(),
    assignedAt: z.iso.datetime().optional(),
  })
  .meta({ id: 'RoleAssignment' });

export const permissionSchema = z
  .object({
    name: z.string(),
    description: z.string(),
    role: roleSchema,
    owner: roleSchema.optional().describe('Held from this role on, on what one owns.'),
  })
  .meta({ id: 'Permission' });

export const linkPreviewSchema = z
  .object({ purpose: z.enum(linkPurposes), userRef: z.string().optional(), name: z.string().optional(), expiresAt: z.iso.datetime() })
  .meta({ id: 'LinkPreview' });

export const madeLinkSchema = z.object({ url: z.string(), expiresAt: z.iso.datetime() }).meta({ id: 'MadeLink' });

export const refParams = z.object({
  ref: z.string().describe('User (or group) reference, URL-encoded, for example user%3Adefault%2Fmira.v.'),
});
export const idParams = z.object({ id: z.string() });
export const nothing = z.null().describe('Nothing.');
