import { pageOf, type App } from '@paved/host';
import { wholePage } from '@paved/kernel';
import { z } from 'zod';
import { trustStates, unownedReasons } from '../index.ts';
import type { Ownership } from './service.ts';

const evidence = z.object({ text: z.string(), href: z.string().optional() });
const suggestion = z
  .object({ ownerRef: z.string(), title: z.string(), confidence: z.number().describe('0 to 1.'), evidence: z.array(evidence) })
  .meta({ id: 'OwnerSuggestion' });
const onCall = z.object({ title: z.string(), href: z.string().optional(), from: z.string().describe('Entity that says so.') });
const trust = z
  .object({
    state: z.enum(trustStates),
    by: z.string().optional(),
    at: z.string().optional(),
    until: z.string().optional(),
    askedAt: z.string().optional(),
    note: z.string().optional(),
  })
  .meta({ id: 'OwnershipTrust' });
const item = { ref: z.string(), title: z.string(), kind: z.string(), ownerRefs: z.array(z.string()) };
const confirmation = z.object({ ...item, trust });
const limit = z.coerce.number().int().min(1).max(1000).default(100);

/** The API of ownership. */
export function addRoutes(app: App, { service }: { service: Ownership }): void {
  const tags = ['ownership'];
  const read = { permission: 'ownership.entity.read' };
  const copy = <T>(value: T) => structuredClone(value) as never;

  app.get(
    '/api/ownership/entities/:kind/:namespace/:name',
    {
      config: read,
      schema: {
        operationId: 'getOwnership',
        tags,
        summary: 'Who owns an entity, whether somebody stands behind it, who is on call, and how sure that is',
        params: z.object({ kind: z.string(), namespace: z.string(), name: z.string() }),
        response: {
          200: z.object({
            ref: z.string(),
            owners: z.array(
              z.object({
                ref: z.string(),
                title: z.string(),
                living: z.boolean(),
                reason: z.enum(['unknown owner', 'nobody in it']).optional(),
                people: z.number().int().describe('People in it, nested groups included.'),
              }),
            ),
            trust,
            onCall: onCall.optional(),
            mayConfirm: z.boolean(),
          }),
        },
      },
    },
    async (request) => {
      const { kind, namespace, name } = request.params;
      return copy(await service.of(`${kind}:${namespace}/${name}`, request.actor));
    },
  );

  app.get(
    '/api/ownership/suggestions',
    {
      config: read,
      schema: {
        operationId: 'suggestOwners',
        tags,
        summary: 'Owners that CODEOWNERS and the commits of an entity’s repository speak for, with the evidence',
        querystring: z.object({ ref: z.string().min(1).max(500) }),
        response: { 200: pageOf(suggestion) },
      },
    },
    async (request) => {
      const items = await service.suggestions(request.query.ref);
      return copy(wholePage(items));
    },
  );

  app.get(
    '/api/ownership/unowned',
    {
      config: read,
      schema: {
        operationId: 'listUnowned',
        tags,
        summary: 'Entities without a living owner, with the reason',
        querystring: z.object({ kind: z.string().max(63).optional(), limit, offset: z.coerce.number().int().min(0).default(0) }),
        response: { 200: pageOf(z.object({ ...item, reason: z.enum(unownedReasons), note: z.string().optional() })) },
      },
    },
    async (request) => copy(await service.unowned(request.query)),
  );

  app.get(
    '/api/ownership/confirmations',
    {
      config: read,
      schema: {
        operationId: 'listConfirmations',
        tags,
        summary: 'What owners are to confirm; without an owner, what you and your teams are',
        querystring: z.object({
          owner: z.string().max(500).optional(),
          all: z.enum(['true', 'false']).default('false').describe('Also what is confirmed.'),
          limit,
        }),
        response: { 200: pageOf(confirmation) },
      },
    },
    async (request) => {
      const { owner, all, limit: most } = request.query;
      const ownerRefs = owner === undefined ? request.actor.ownershipRefs : [owner.toLowerCase()];
      return copy(await service.confirmations({ ownerRefs, limit: most, all: all === 'true' }));
    },
  );

  app.post(
    '/api/ownership/confirmations',
    {
      config: { signedIn: true },
      schema: {
        operationId: 'confirmOwnership',
        tags,
        summary: 'Say that entities are their owner’s, or that they are not; all or none',
        body: z.object({
          refs: z.array(z.string().min(1).max(500)).min(1).max(200),
          verdict: z.enum(['confirmed', 'disowned']).default('confirmed'),
          note: z.string().max(1000).optional().describe('For whoever looks for an owner, when it is disowned.'),
        }),
        response: { 200: pageOf(confirmation) },
      },
    },
    async (request) => {
      const { refs, verdict, note } = request.body;
      const items = await service.confirm(refs, verdict, note, request.actor);
      return copy(wholePage(items));
    },
  );

  app.get(
    '/api/ownership/teams',
    {
      config: read,
      schema: {
        operationId: 'listTeams',
        tags,
        summary: 'Every group, or those named, with its parent, its people (nested groups included) and what it owns',
        querystring: z.object({
          refs: z
            .string()
            .max(20_000)
            .optional()
            .transform((text) =>
              text
                ?.split(',')
                .map((ref) => ref.trim().toLowerCase())
                .filter((ref) => ref.startsWith('group:')),
            )
            .describe('Only these groups, parted by commas; what is none is left out.'),
        }),
        response: {
          200: pageOf(
            z.object({
              ref: z.string(),
              title: z.string(),
              type: z.string().optional(),
              parent: z.string().optional(),
              people: z.number().int(),
              everybody: z.number().int().describe('With the people of groups below it.'),
              owns: z.number().int(),
              onCall: onCall.optional(),
            }),
          ),
        },
      },
    },
    async (request) => {
      const { refs } = request.query;
      const items = await service.teams(refs === undefined ? undefined : new Set(refs));
      return copy(wholePage(items));
    },
  );
}
