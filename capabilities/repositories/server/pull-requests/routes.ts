import { z } from 'zod';
import { PavedError } from '@paved/kernel';
import { pageOf, type App, type Guard } from '@paved/host';
import type { Browsing } from '../browsing.ts';
import type { CommittingDeps } from '../committing.ts';
import { slugOf } from '../routes.ts';
import { checkSchema, commitSchema, diffSchema, slugParams } from '../schemas.ts';
import { checksOf, requireRepository, type RepositoryRow } from '../store.ts';
import { mergeabilityOf } from './mergeability.ts';
import { mergePullRequest } from './merging.ts';
import type { PullRequests } from './service.ts';
import { pullRequestStates, remarksOf, requirePullRequest, verdicts, type PullRequestRow, type RemarkRow } from './store.ts';
import { pullRequestPage } from './views.ts';

const tags = ['repositories'];
const person = z.object({ ref: z.string(), name: z.string() });

const pullRequestSchema = z
  .object({
    slug: z.string(),
    number: z.number().int(),
    title: z.string(),
    body: z.string().describe('Markdown.'),
    head: z.string(),
    base: z.string(),
    headSha: z.string(),
    state: z.enum(pullRequestStates),
    mergeSha: z.string().optional(),
    author: person,
    createdAt: z.string(),
    updatedAt: z.string(),
    ended: z.object({ at: z.string(), by: person, overrideReason: z.string().optional() }).optional(),
  })
  .meta({ id: 'PullRequest' });

const remarkSchema = z
  .object({
    id: z.string(),
    verdict: z.enum(verdicts).optional(),
    body: z.string(),
    path: z.string().optional(),
    line: z.number().int().optional(),
    side: z.enum(['old', 'new']).optional(),
    sha: z.string().describe('The head when it was said.'),
    outdated: z.boolean().describe('The head has moved since.'),
    author: person,
    createdAt: z.string(),
  })
  .meta({ id: 'PullRequestRemark' });

const mergeabilitySchema = z.object({
  mergeable: z.boolean(),
  blockers: z.array(z.object({ code: z.string(), sentence: z.string(), override: z.boolean() })),
  ahead: z.number().int(),
  behind: z.number().int(),
});

const numbered = slugParams.extend({ number: z.coerce.number().int().min(1).max(2_000_000_000) });
const text = z.string().max(50_000);

const show = (slug: string, row: PullRequestRow): z.infer<typeof pullRequestSchema> => ({
  slug,
  number: row.number,
  title: row.title,
  body: row.body,
  head: row.head,
  base: row.base,
  headSha: row.head_sha,
  state: row.state,
  ...(row.merge_sha === null ? {} : { mergeSha: row.merge_sha }),
  author: { ref: row.author_ref, name: row.author_name },
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  ...(row.ended_at === null
    ? {}
    : {
        ended: {
          at: row.ended_at.toISOString(),
          by: { ref: row.ended_by_ref ?? '', name: row.ended_by_name ?? '' },
          ...(row.override_reason === null ? {} : { overrideReason: row.override_reason }),
        },
      }),
});

const showRemark = (row: RemarkRow, headSha: string): z.infer<typeof remarkSchema> => ({
  id: row.id,
  ...(row.verdict === null ? {} : { verdict: row.verdict }),
  body: row.body,
  ...(row.path === null ? {} : { path: row.path }),
  ...(row.line === null ? {} : { line: row.line }),
  ...(row.side === null ? {} : { side: row.side }),
  sha: row.sha,
  outdated: row.sha !== headSha,
  author: { ref: row.author_ref, name: row.author_name },
  createdAt: row.created_at.toISOString(),
});

/** Routes of pull requests. */
export function addPullRequestRoutes(
  app: App,
  deps: CommittingDeps & { guard: Guard; pullRequests: PullRequests; browsing: Browsing },
): void {
  const { db, guard, pullRequests, browsing } = deps;
  const repositoryOf = (params: z.infer<typeof slugParams>): Promise<RepositoryRow> => requireRepository(db, slugOf(params));
  const resource = (row: RepositoryRow): { ref: string; ownerRefs: string[] } => ({ ref: row.slug, ownerRefs: [row.owner_ref] });
  const after = async (repository: RepositoryRow, number: number) =>
    show(repository.slug, await requirePullRequest(db, repository, number));
  const filter = z.object({
    state: z.enum(pullRequestStates).optional(),
    author: z.string().max(300).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
    cursor: z
      .string()
      .regex(/^\d{1,7}$/)
      .optional(),
  });
  const listed = pullRequestSchema.extend({ remarks: z.number().int() }).meta({ id: 'ListedPullRequest' });
  const page = async (query: z.infer<typeof filter>, slug?: string) => {
    const found = await pullRequestPage(db, { ...query, authorRef: query.author, ...(slug === undefined ? {} : { slug }) });
    return { ...found, items: found.items.map((row) => ({ ...show(row.slug, row), remarks: row.remarks })) };
  };

  app.get(
    '/api/repositories/pull-requests',
    {
      schema: {
        operationId: 'listAllPullRequests',
        tags,
        summary: 'Pull requests of all repositories, latest change first.',
        querystring: filter,
        response: { 200: pageOf(listed) },
      },
      config: { permission: 'repositories.repository.read' },
    },
    async ({ query }) => page(query),
  );
  app.get(
    '/api/repositories/:project/:name/pull-requests',
    {
      schema: {
        operationId: 'listPullRequests',
        tags,
        summary: 'Pull requests of a repository, latest change first.',
        params: slugParams,
        querystring: filter,
        response: { 200: pageOf(listed) },
      },
      config: { permission: 'repositories.repository.read' },
    },
    async ({ params, query }) => page(query, (await repositoryOf(params)).slug),
  );
  app.post(
    '/api/repositories/:project/:name/pull-requests',
    {
      schema: {
        operationId: 'openPullRequest',
        tags,
        summary: 'Ask to merge a branch into another (the default branch when left out).',
        params: slugParams,
        body: z.strictObject({
          title: z.string().trim().min(1).max(300),
          body: text.default(''),
          head: z.string().max(200),
          base: z.string().max(200).optional(),
        }),
        response: { 201: pullRequestSchema },
      },
      config: { permission: 'repositories.pull_request.create' },
    },
    async ({ params, body, actor }, reply) => {
      const repository = await repositoryOf(params);
      return reply.code(201).send(show(repository.slug, await pullRequests.open(repository, body, actor)));
    },
  );
  app.get(
    '/api/repositories/:project/:name/pull-requests/:number',
    {
      schema: {
        operationId: 'getPullRequest',
        tags,
        summary: 'A pull request with its commits, checks, remarks, and what stands in the way of merging.',
        params: numbered,
        response: {
          200: z.object({
            pullRequest: pullRequestSchema,
            commits: z.array(commitSchema.extend({ checks: z.array(checkSchema) })),
            checks: z.array(checkSchema),
            remarks: z.array(remarkSchema),
            mergeability: mergeabilitySchema,
            may: z.object({ review: z.boolean(), merge: z.boolean(), edit: z.boolean() }),
          }),
        },
      },
      config: { permission: 'repositories.repository.read' },
    },
    async ({ params, actor }) => {
      const repository = await repositoryOf(params);
      const row = await requirePullRequest(db, repository, params.number);
      const commits = await pullRequests.commits(repository, row);
      const checks = await checksOf(db, repository.id, [...new Set([row.head_sha, ...commits.map((c) => c.sha)])]);
      const remarks = await remarksOf(db, row);
      const own = checks.get(row.head_sha) ?? [];
      return {
        pullRequest: show(repository.slug, row),
        commits: commits.map((c) => ({ ...c, parents: [...c.parents], checks: checks.get(c.sha) ?? [] })),
        checks: own,
        remarks: remarks.map((r) => showRemark(r, row.head_sha)),
        mergeability: await mergeabilityOf(deps, repository, row, { checks: own, remarks }),
        may: {
          review: row.author_ref !== actor.ref && guard.decide(actor, 'repositories.pull_request.review', resource(repository)).allowed,
          merge: guard.decide(actor, 'repositories.pull_request.merge', resource(repository)).allowed,
          edit: isAuthor(row, actor.ref) || guard.decide(actor, 'repositories.pull_request.merge', resource(repository)).allowed,
        },
      };
    },
  );
  app.get(
    '/api/repositories/:project/:name/pull-requests/:number/diff',
    {
      schema: {
        operationId: 'getPullRequestDiff',
        tags,
        summary: 'What a pull request changes.',
        params: numbered,
        response: { 200: diffSchema.extend({ before: z.string(), after: z.string() }) },
      },
      config: { permission: 'repositories.repository.read' },
    },
    async ({ params }) => {
      const repository = await repositoryOf(params);
      const { folder, before, after: to } = await pullRequests.range(repository, await requirePullRequest(db, repository, params.number));
      return { before, after: to, ...(await browsing.diff(folder, before, to)) };
    },
  );
  app.patch(
    '/api/repositories/:project/:name/pull-requests/:number',
    {
      schema: {
        operationId: 'editPullRequest',
        tags,
        summary: 'Change title or text.',
        params: numbered,
        body: z.strictObject({ title: z.string().trim().min(1).max(300).optional(), body: text.optional() }),
        response: { 200: pullRequestSchema },
      },
      config: { permission: 'repositories.pull_request.create' },
    },
    async ({ params, body, actor }) => {
      const repository = await repositoryOf(params);
      const row = await requirePullRequest(db, repository, params.number);
      if (!isAuthor(row, actor.ref)) guard.require(actor, 'repositories.pull_request.merge', resource(repository));
      await pullRequests.edit(repository, params.number, body, actor);
      return after(repository, params.number);
    },
  );
  app.post(
    '/api/repositories/:project/:name/pull-requests/:number/remarks',
    {
      schema: {
        operationId: 'remarkOnPullRequest',
        tags,
        summary: 'Comment, on a line or in general, or give a verdict.',
        params: numbered,
        body: z.strictObject({
          body: text.default(''),
          verdict: z.enum(verdicts).optional(),
          path: z.string().max(1000).optional(),
          line: z.number().int().min(1).optional(),
          side: z.enum(['old', 'new']).optional(),
        }),
        response: { 201: remarkSchema },
      },
      config: { permission: 'repositories.pull_request.review' },
    },
    async ({ params, body, actor }, reply) => {
      if (body.body.trim() === '' && body.verdict !== 'approved')
        throw new PavedError('invalid', 'The comment is empty.', { fix: 'Say what you mean, or approve.' });
      const repository = await repositoryOf(params);
      const remark = await pullRequests.remark(repository, params.number, body, actor);
      return reply.code(201).send(showRemark(remark, remark.sha));
    },
  );
  app.post(
    '/api/repositories/:project/:name/pull-requests/:number/merge',
    {
      schema: {
        operationId: 'mergePullRequest',
        tags,
        summary: 'Merge; `overrideReason` passes failed or running checks and a call for changes.',
        params: numbered,
        body: z.strictObject({
          method: z.enum(['merge', 'squash']).default('merge'),
          overrideReason: z.string().trim().min(3).max(1000).optional(),
          expectedHead: z.string().max(40).optional(),
          deleteBranch: z.boolean().optional(),
          message: text.optional(),
        }),
        response: { 200: z.object({ sha: z.string(), pullRequest: pullRequestSchema }) },
      },
      config: { signedIn: true },
    },
    async ({ params, body, actor }) => {
      const repository = await repositoryOf(params);
      guard.require(actor, 'repositories.pull_request.merge', resource(repository));
      const { sha } = await mergePullRequest(deps, repository, params.number, body, actor);
      return { sha, pullRequest: await after(repository, params.number) };
    },
  );
  for (const verb of ['close', 'reopen'] as const) {
    app.post(
      `/api/repositories/:project/:name/pull-requests/:number/${verb}`,
      {
        schema: {
          operationId: `${verb}PullRequest`,
          tags,
          summary: verb === 'close' ? 'Close without merging.' : 'Open again.',
          params: numbered,
          response: { 200: pullRequestSchema },
        },
        config: { permission: 'repositories.pull_request.create' },
      },
      async ({ params, actor }) => {
        const repository = await repositoryOf(params);
        const row = await requirePullRequest(db, repository, params.number);
        if (!isAuthor(row, actor.ref)) guard.require(actor, 'repositories.pull_request.merge', resource(repository));
        await pullRequests[verb](repository, params.number, actor);
        return after(repository, params.number);
      },
    );
  }
}

/** Authors keep a say in what they opened. */
const isAuthor = (row: PullRequestRow, actorRef: string): boolean => row.author_ref === actorRef;
