import type { Catalog } from '@paved/catalog';
import { pageOf, type App, type Guard } from '@paved/host';
import { formatRef, messageOf, parseRef, PavedError, type Actor } from '@paved/kernel';
import type { Runs } from '@paved/runs';
import { z } from 'zod';
import { proposalStates, SCAN_RUN } from '../index.ts';
import { withOwner } from '../model/with-owner.ts';
import { change, OPEN_RUN, problemsOf, type OpeningDeps } from './opening.ts';
import { scanInput } from './scanning.ts';
import { countByState, listProposals, proposalById, type Proposal } from './store.ts';

const tags = ['onboarding'];
const evidence = z.object({ field: z.string(), value: z.string(), from: z.string(), words: z.string() });
const proposalSchema = z
  .object({
    id: z.string(),
    repository: z.string().describe('Its address.'),
    label: z.string(),
    type: z.enum(['repository', 'forge']),
    path: z.string(),
    text: z.string(),
    edited: z.boolean(),
    refs: z.array(z.string()).describe('What it describes.'),
    ownerRef: z.string().optional(),
    evidence: z.array(evidence),
    confidence: z.enum(['high', 'medium', 'low']),
    state: z.enum(proposalStates),
    pullRequest: z.object({ number: z.number().int(), href: z.string() }).optional(),
    error: z.string().optional().describe('Why the last try to open it failed.'),
    updatedAt: z.string(),
    mayChange: z.boolean(),
  })
  .meta({ id: 'OnboardingProposal' });

export interface OnboardingRouteDeps extends OpeningDeps {
  readonly catalog: Catalog;
  readonly guard: Guard;
  readonly runs: Runs;
}

/** `/api/onboarding`. */
export function addOnboardingRoutes(app: App, deps: OnboardingRouteDeps): void {
  const { db, guard, runs } = deps;

  app.post(
    '/api/onboarding/scans',
    {
      config: { permission: 'onboarding.scan.create' },
      schema: {
        operationId: 'scanRepositories',
        tags,
        summary: 'Looks through repositories and proposes descriptions for those that the catalog does not know.',
        body: scanInput,
        response: { 202: z.object({ runId: z.string() }) },
      },
    },
    async ({ body, actor }, reply) => {
      const run = await runs.start({ kind: SCAN_RUN, input: body, actor, cause: { type: 'user' } });
      return reply.code(202).send({ runId: run.id });
    },
  );

  app.get(
    '/api/onboarding/proposals',
    {
      config: { permission: 'onboarding.proposal.read' },
      schema: {
        operationId: 'listProposals',
        tags,
        summary: 'Proposed descriptions of repositories, surest first.',
        querystring: z.object({
          state: z.enum(proposalStates).default('proposed'),
          q: z.string().max(200).optional().describe('Part of the repository’s name.'),
          limit: z.coerce.number().int().min(1).max(200).default(50),
          offset: z.coerce.number().int().min(0).max(100_000).default(0),
        }),
        response: {
          200: pageOf(proposalSchema).extend({
            counts: z.object(
              Object.fromEntries(proposalStates.map((state) => [state, z.number().int()])) as Record<Proposal['state'], z.ZodNumber>,
            ),
          }),
        },
      },
    },
    async ({ query, actor }) => {
      const { rows, total } = await listProposals(db, { states: [query.state], words: query.q, limit: query.limit, offset: query.offset });
      const counts = await countByState(db);
      const counted = (state: Proposal['state']): number => counts[state] ?? 0;
      return {
        items: rows.map((row) => answer(guard, row, actor)),
        totalItems: total,
        pageInfo: {},
        counts: { proposed: counted('proposed'), opened: counted('opened'), merged: counted('merged'), dismissed: counted('dismissed') },
      };
    },
  );

  app.post(
    '/api/onboarding/proposals/:id/check',
    {
      config: { permission: 'onboarding.proposal.read', onlyReads: true },
      schema: {
        operationId: 'checkProposal',
        tags,
        summary: 'What the catalog would say of a proposal’s text.',
        params: z.object({ id: z.string().max(100) }),
        body: z.object({ text: z.string().max(200_000) }),
        response: {
          200: z.object({ problems: z.array(z.object({ line: z.number().int(), message: z.string(), fix: z.string().optional() })) }),
        },
      },
    },
    async ({ body }) => ({ problems: [...(await problemsOf(deps, body.text))] }),
  );

  app.put(
    '/api/onboarding/proposals/:id',
    {
      config: { signedIn: true },
      schema: {
        operationId: 'changeProposal',
        tags,
        summary: 'Edits a proposal, dismisses it, or proposes it again.',
        params: z.object({ id: z.string().max(100) }),
        body: z.strictObject({ text: z.string().max(200_000).optional(), state: z.enum(['proposed', 'dismissed']).optional() }),
        response: { 200: proposalSchema },
      },
    },
    async ({ params, body, actor }) => {
      const proposal = await required(deps, params.id);
      guard.require(actor, 'onboarding.proposal.change', { ownerRefs: ownersOf(proposal) });
      refuseDecided(proposal);
      if (body.text !== undefined) {
        const documents = await deps.checks.checkDocuments(body.text);
        const refs = documents.flatMap((document) => document.ref ?? []);
        await change(deps, proposal.id, actor, {
          text: body.text,
          edited: true,
          error: null,
          ...(refs.length === 0 ? {} : { refs, ownerRef: documents[0]?.ownerRefs?.[0] ?? null }),
        });
      }
      if (body.state !== undefined) await change(deps, proposal.id, actor, { state: body.state, error: null });
      return answer(guard, await required(deps, params.id), actor);
    },
  );

  app.post(
    '/api/onboarding/owner',
    {
      config: { signedIn: true },
      schema: {
        operationId: 'setProposedOwner',
        tags,
        summary: 'Writes an owner into these proposals, all or none.',
        body: z.strictObject({
          ids: z.array(z.string().max(100)).min(1).max(500),
          ownerRef: z.string().max(300).describe('A group or user of the catalog: `group:default/shop`.'),
        }),
        response: { 200: z.object({ items: z.array(proposalSchema) }) },
      },
    },
    async ({ body, actor }) => {
      const owner = formatRef(parseRef(body.ownerRef, { kind: 'group' }));
      if ((await deps.catalog.get(owner)) === undefined)
        throw new PavedError('not_found', `The catalog has no ${owner}.`, { fix: 'Name a group or user that it has.' });
      const proposals = await Promise.all([...new Set(body.ids)].map((id) => required(deps, id)));
      const changes = proposals.map((proposal) => {
        guard.require(actor, 'onboarding.proposal.change', { ownerRefs: ownersOf(proposal) });
        refuseDecided(proposal);
        return { id: proposal.id, text: textWithOwner(proposal, owner) };
      });
      for (const { id, text } of changes) await change(deps, id, actor, { text, edited: true, error: null, ownerRef: owner });
      return { items: await Promise.all(changes.map(async ({ id }) => answer(guard, await required(deps, id), actor))) };
    },
  );

  app.post(
    '/api/onboarding/pull-requests',
    {
      config: { signedIn: true },
      schema: {
        operationId: 'openProposals',
        tags,
        summary: 'Opens a pull request for each of these proposals; what fails is told with its proposal.',
        body: z.strictObject({ ids: z.array(z.string().max(100)).min(1).max(500) }),
        response: { 202: z.object({ runId: z.string() }) },
      },
    },
    async ({ body, actor }, reply) => {
      const ids = [...new Set(body.ids)];
      for (const id of ids) guard.require(actor, 'onboarding.proposal.change', { ownerRefs: ownersOf(await required(deps, id)) });
      const run = await runs.start({ kind: OPEN_RUN, input: { ids }, actor, cause: { type: 'user' } });
      return reply.code(202).send({ runId: run.id });
    },
  );
}

/** Only who owns the repository: whom a file in it names is not decided yet. */
const ownersOf = (proposal: Proposal): readonly string[] => proposal.repositoryOwners;

function refuseDecided({ state, label }: Proposal): void {
  if (state === 'opened' || state === 'merged')
    throw new PavedError('conflict', `The proposal for ${label} is ${state}.`, { fix: 'Change it in its pull request.' });
}

function textWithOwner({ text, label }: Proposal, owner: string): string {
  try {
    return withOwner(text, owner);
  } catch (error) {
    throw new PavedError('invalid', `The text proposed for ${label} cannot be changed: ${messageOf(error)}`, { fix: 'Correct it first.' });
  }
}

async function required(deps: OnboardingRouteDeps, id: string): Promise<Proposal> {
  const proposal = await proposalById(deps.db, id);
  if (proposal === undefined)
    throw new PavedError('not_found', `There is no proposal ${id}.`, { fix: 'GET /api/onboarding/proposals lists them.' });
  return proposal;
}

function answer(guard: Guard, proposal: Proposal, actor: Actor): z.infer<typeof proposalSchema> {
  const { ownerRef, pullRequest, error, repositoryOwners: _owners, updatedAt, ...rest } = proposal;
  return {
    ...rest,
    refs: [...rest.refs],
    evidence: rest.evidence.map((one) => ({ ...one })),
    ...(ownerRef === null ? {} : { ownerRef }),
    ...(pullRequest === null ? {} : { pullRequest: { ...pullRequest } }),
    ...(error === null ? {} : { error }),
    updatedAt: updatedAt.toISOString(),
    mayChange: guard.decide(actor, 'onboarding.proposal.change', { ownerRefs: ownersOf(proposal) }).allowed,
  };
}
