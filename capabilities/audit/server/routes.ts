import { z } from 'zod';
import { roles, type Door } from '@paved/kernel';
import { pageOf, type App } from '@paved/host';
import type { AuditService } from './service.ts';

const doors = ['portal', 'api', 'cli', 'git', 'webhook', 'system'] as const satisfies readonly Door[];

const entrySchema = z
  .object({
    seq: z.number().int().describe('Place in the chain, from 1 without gaps.'),
    at: z.iso.datetime(),
    actor: z.object({
      ref: z.string(),
      displayName: z.string(),
      role: z.enum(roles),
      door: z.enum(doors).describe('How the request came in.'),
      token: z.string().optional().describe('Name of the personal token that was used.'),
    }),
    action: z.string().describe('`<capability>.<noun>.<verb>`'),
    subject: z.string().describe('Entity reference, repository or id of what was changed.'),
    cause: z.string().optional(),
    before: z.string().optional().describe('SHA-256 (hex) of the canonical JSON of the state before.'),
    after: z.string().optional().describe('SHA-256 (hex) of the canonical JSON of the state after.'),
    facts: z.record(z.string(), z.unknown()),
    hash: z.string().describe('SHA-256 (hex) over the previous hash and this entry.'),
  })
  .meta({ id: 'AuditEntry' });

const pageSchema = pageOf(entrySchema).meta({ id: 'AuditEntryPage' });

const querySchema = z.object({
  actor: z.string().optional().describe('Canonical reference of who did it.'),
  action: z.string().optional().describe('Exact action, or a prefix such as `access.*`.'),
  subject: z.string().optional().describe('What was changed.'),
  since: z.iso.datetime({ offset: true }).optional().describe('Only entries at or after this instant.'),
  cursor: z.string().optional().describe('`pageInfo.nextCursor` of the page before.'),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

const verdictSchema = z
  .object({
    entries: z.number().int(),
    brokenAt: z.number().int().optional().describe('First sequence number whose entry is missing or changed; absent when the chain holds.'),
  })
  .meta({ id: 'AuditVerdict' });

export function registerRoutes(app: App, service: AuditService): void {
  app.get(
    '/api/audit',
    {
      schema: {
        operationId: 'listAuditEntries',
        tags: ['audit'],
        summary: 'What was changed, newest first',
        querystring: querySchema,
        response: { 200: pageSchema },
      },
      config: { permission: 'audit.entry.read' },
    },
    async (request) => {
      const { cursor, limit, since, actor, action, subject } = request.query;
      const filter = {
        ...(actor === undefined ? {} : { actor }),
        ...(action === undefined ? {} : { action }),
        ...(subject === undefined ? {} : { subject }),
        ...(since === undefined ? {} : { since: new Date(since) }),
      };
      return service.list(filter, limit, cursor);
    },
  );

  app.get(
    '/api/audit/verify',
    {
      schema: { operationId: 'verifyAuditChain', tags: ['audit'], summary: 'Recompute the hash chain', response: { 200: verdictSchema } },
      config: { permission: 'audit.entry.read' },
    },
    () => service.verify(),
  );
}
