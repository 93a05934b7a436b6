import { z } from 'zod';
import { formatRef, parseRef, PavedError, type Actor } from '@paved/kernel';
import type { App, Guard } from '@paved/host';
import type { Commit, Repository, Scm } from '../index.ts';
import type { Browsing } from './browsing.ts';
import { checkSchema, commitSchema, diffSchema, pageOf, repositorySchema, slugParams, treeEntrySchema } from './schemas.ts';
import type { RepositoryChange } from './service.ts';
import { findRepository, requireRepository, type Db, type RepositoryRow } from './store.ts';
import { deletionCounts, repositoryPage } from './views.ts';

export interface RouteDeps {
  readonly db: Db;
  readonly guard: Guard;
  readonly baseUrl: () => string;
  readonly scm: Scm & { update(slug: string, values: RepositoryChange, actor: Actor): Promise<Repository> };
  readonly browsing: Browsing;
  readonly size: (slug: string) => Promise<number>;
}

const tags = ['repositories'];
const read = { permission: 'repositories.repository.read' };
const revision = z.string().min(1).max(200).optional().describe('Branch, tag or commit; the default branch when left out.');
const filePath = z.string().max(1000).describe('Path inside the repository.');
const shownCommit = commitSchema.extend({ checks: z.array(checkSchema) }).meta({ id: 'ShownCommit' });
const ownerRef = z.string().min(1).max(300).describe('Entity reference of the owner; kind group when left out.');

/** The canonical form of an owner as people write it: `playback` means `group:default/playback`. */
export const canonicalOwner = (text: string): string => formatRef(parseRef(text, { kind: 'group' }));

export function slugOf(params: z.infer<typeof slugParams>): string {
  return `${params.project}/${params.name}`.toLowerCase();
}

/** Routes of repositories and what is in them. */
export function addRepositoryRoutes(app: App, deps: RouteDeps): void {
  const { db, guard, scm, browsing } = deps;
  const repositoryOf = (params: z.infer<typeof slugParams>): Promise<RepositoryRow> => requireRepository(db, slugOf(params));
  const resource = (row: RepositoryRow): { ref: string; ownerRefs: string[] } => ({ ref: row.slug, ownerRefs: [row.owner_ref] });
  const withChecks = async (row: RepositoryRow, commits: readonly Commit[]): Promise<z.infer<typeof shownCommit>[]> => {
    const checks = await browsing.checks(
      row,
      commits.map((c) => c.sha),
    );
    return commits.map((c) => ({ ...c, parents: [...c.parents], checks: checks.get(c.sha) ?? [] }));
  };

  app.get(
    '/api/repositories',
    {
      schema: {
        operationId: 'listRepositories',
        tags,
        summary: 'Repositories, by name.',
        querystring: z.object({
          text: z.string().max(200).optional(),
          owner: z.string().max(300).optional(),
          limit: z.coerce.number().int().min(1).max(500).default(50),
          cursor: z.string().max(300).optional(),
        }),
        response: { 200: pageOf(repositorySchema) },
      },
      config: read,
    },
    async ({ query }) =>
      repositoryPage(db, deps.baseUrl(), {
        text: query.text,
        ownerRef: query.owner === undefined ? undefined : canonicalOwner(query.owner),
        limit: query.limit,
        cursor: query.cursor,
      }),
  );
  app.post(
    '/api/repositories',
    {
      schema: {
        operationId: 'createRepository',
        tags,
        summary: 'Create an empty repository.',
        body: z.strictObject({
          slug: z.string().max(200),
          description: z.string().max(1000).default(''),
          ownerRef,
          defaultBranch: z.string().max(200).optional(),
          idempotencyKey: z.string().max(200).optional(),
        }),
        response: { 201: repositorySchema },
      },
      config: { signedIn: true },
    },
    async ({ body, actor }, reply) => {
      const owner = canonicalOwner(body.ownerRef);
      guard.require(actor, 'repositories.repository.create', { ownerRefs: [owner] });
      const { defaultBranch, idempotencyKey, ...rest } = body;
      const created = await scm.create(
        {
          ...rest,
          ownerRef: owner,
          ...(defaultBranch === undefined ? {} : { defaultBranch }),
          ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
        },
        actor,
      );
      return reply.code(201).send(created);
    },
  );
  app.post(
    '/api/repositories/import',
    {
      schema: {
        operationId: 'importRepository',
        tags,
        summary: 'Copy an existing repository, all branches and tags, from a path on the server or an https URL.',
        body: z.strictObject({
          source: z.string().min(1).max(2000),
          slug: z.string().max(200),
          description: z.string().max(1000).default(''),
          ownerRef,
          idempotencyKey: z.string().max(200).optional(),
        }),
        response: { 201: repositorySchema },
      },
      config: { signedIn: true },
    },
    async ({ body, actor }, reply) => {
      const owner = canonicalOwner(body.ownerRef);
      guard.require(actor, 'repositories.repository.import', { ownerRefs: [owner] });
      const { source, idempotencyKey, ...rest } = body;
      return reply
        .code(201)
        .send(
          await scm.importFrom(source, { ...rest, ownerRef: owner, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) }, actor),
        );
    },
  );
  app.get(
    '/api/repositories/:project/:name',
    {
      schema: {
        operationId: 'getRepository',
        tags,
        summary: 'A repository, and what the reader may do with it.',
        params: slugParams,
        response: {
          200: repositorySchema.extend({
            empty: z.boolean(),
            branches: z.number().int(),
            openPullRequests: z.number().int(),
            may: z.object({ push: z.boolean(), delete: z.boolean(), merge: z.boolean(), update: z.boolean() }),
          }),
        },
      },
      config: read,
    },
    async ({ params, actor }) => {
      const row = await repositoryOf(params);
      const may = (permission: string): boolean => guard.decide(actor, permission, resource(row)).allowed;
      const repository = await scm.get(row.slug);
      if (repository === undefined) throw new PavedError('not_found', `There is no repository ${row.slug}.`);
      const { branches, openPullRequests } = await deletionCounts(db, row.id);
      return {
        ...repository,
        empty: branches === 0,
        branches,
        openPullRequests,
        may: {
          push: may('repositories.repository.push'),
          delete: may('repositories.repository.delete'),
          merge: may('repositories.pull_request.merge'),
          update: may('repositories.repository.update'),
        },
      };
    },
  );
  app.patch(
    '/api/repositories/:project/:name',
    {
      schema: {
        operationId: 'updateRepository',
        tags,
        summary: 'Change description, owner or default branch.',
        params: slugParams,
        body: z.strictObject({
          description: z.string().max(1000).optional(),
          ownerRef: ownerRef.optional(),
          defaultBranch: z.string().max(200).optional(),
        }),
        response: { 200: repositorySchema },
      },
      config: { signedIn: true },
    },
    async ({ params, body, actor }) => {
      const row = await repositoryOf(params);
      guard.require(actor, 'repositories.repository.update', resource(row));
      return scm.update(row.slug, { ...body, ...(body.ownerRef === undefined ? {} : { ownerRef: canonicalOwner(body.ownerRef) }) }, actor);
    },
  );
  app.delete(
    '/api/repositories/:project/:name',
    {
      schema: {
        operationId: 'deleteRepository',
        tags,
        summary: 'Delete a repository; with `preview`, only say what would go.',
        params: slugParams,
        querystring: z.object({ preview: z.stringbool().default(false) }),
        response: {
          200: z.object({
            slug: z.string(),
            deleted: z.boolean(),
            branches: z.number().int(),
            openPullRequests: z.number().int(),
            bytes: z.number().int(),
            catalogSources: z.array(z.string()),
          }),
        },
      },
      config: { signedIn: true },
    },
    async ({ params, query, actor }) => {
      const row = await findRepository(db, slugOf(params));
      if (row === undefined) throw new PavedError('not_found', `There is no repository ${slugOf(params)}.`);
      guard.require(actor, 'repositories.repository.delete', resource(row));
      const going = { slug: row.slug, ...(await deletionCounts(db, row.id)), bytes: await deps.size(row.slug) };
      if (!query.preview) await scm.delete(row.slug, actor);
      return { ...going, deleted: !query.preview };
    },
  );
  app.get(
    '/api/repositories/:project/:name/branches',
    {
      schema: {
        operationId: 'listBranches',
        tags,
        summary: 'Branches, the default one first, then newest first, compared with it.',
        params: slugParams,
        response: {
          200: z.object({
            items: z.array(
              z.object({
                name: z.string(),
                sha: z.string(),
                at: z.string(),
                subject: z.string(),
                author: z.string(),
                isDefault: z.boolean(),
                ahead: z.number().int().optional(),
                behind: z.number().int().optional(),
              }),
            ),
            tags: z.array(z.object({ name: z.string(), sha: z.string(), at: z.string() })),
          }),
        },
      },
      config: read,
    },
    async ({ params }) => browsing.branches(await repositoryOf(params)),
  );
  app.get(
    '/api/repositories/:project/:name/tree',
    {
      schema: {
        operationId: 'getTree',
        tags,
        summary: 'Files and folders of a folder, folders first.',
        params: slugParams,
        querystring: z.object({ ref: revision, path: filePath.default(''), recursive: z.stringbool().default(false) }),
        response: {
          200: z.object({ revision: z.string(), path: z.string(), entries: z.array(treeEntrySchema), lastCommit: shownCommit.optional() }),
        },
      },
      config: read,
    },
    async ({ params, query }) => {
      const row = await repositoryOf(params);
      const tree = await browsing.tree(row, query.ref, query.path, query.recursive);
      const [lastCommit] = await withChecks(row, tree.lastCommit === undefined ? [] : [tree.lastCommit]);
      return { ...tree, lastCommit };
    },
  );
  app.get(
    '/api/repositories/:project/:name/file',
    {
      schema: {
        operationId: 'getFile',
        tags,
        summary: 'A file as text, cut at 1 MiB; binary files without text.',
        params: slugParams,
        querystring: z.object({ ref: revision, path: filePath }),
        response: {
          200: z.object({
            revision: z.string(),
            path: z.string(),
            size: z.number().int(),
            binary: z.boolean(),
            truncated: z.boolean(),
            text: z.string(),
            language: z.string().optional(),
            lastCommit: shownCommit.optional(),
          }),
        },
      },
      config: read,
    },
    async ({ params, query }) => {
      const row = await repositoryOf(params);
      const { lastCommit: commit, ...file } = await browsing.file(row, query.ref, query.path);
      const [lastCommit] = await withChecks(row, commit === undefined ? [] : [commit]);
      return { ...file, lastCommit };
    },
  );
  app.get(
    '/api/repositories/:project/:name/raw',
    {
      schema: {
        operationId: 'getRawFile',
        tags,
        summary: 'The bytes of a file, at most 10 MiB; never as something a browser runs.',
        params: slugParams,
        querystring: z.object({ ref: revision, path: filePath }),
      },
      config: read,
    },
    async ({ params, query }, reply) => {
      const { bytes, contentType, inline, name } = await browsing.raw(await repositoryOf(params), query.ref, query.path);
      return reply
        .type(contentType)
        .header('x-content-type-options', 'nosniff')
        .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox")
        .header('content-disposition', `${inline ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(name)}`)
        .send(bytes);
    },
  );
  app.get(
    '/api/repositories/:project/:name/readme',
    {
      schema: {
        operationId: 'getReadme',
        tags,
        summary: 'The README of a folder, as Markdown.',
        params: slugParams,
        querystring: z.object({ ref: revision, path: filePath.default('') }),
        response: { 200: z.object({ path: z.string(), revision: z.string(), text: z.string() }) },
      },
      config: read,
    },
    async ({ params, query }) => browsing.readme(await repositoryOf(params), query.ref, query.path),
  );
  app.get(
    '/api/repositories/:project/:name/commits',
    {
      schema: {
        operationId: 'listCommits',
        tags,
        summary: 'Commits of a branch, newest first, with their checks.',
        params: slugParams,
        querystring: z.object({
          ref: revision,
          path: filePath.default(''),
          limit: z.coerce.number().int().min(1).max(200).default(50),
          cursor: z
            .string()
            .regex(/^\d{1,7}$/)
            .optional(),
        }),
        response: { 200: z.object({ items: z.array(shownCommit), pageInfo: z.object({ nextCursor: z.string().optional() }) }) },
      },
      config: read,
    },
    async ({ params, query }) => {
      const row = await repositoryOf(params);
      const skip = Number(query.cursor ?? 0);
      const commits = await browsing.commits(row, query.ref, { path: query.path, limit: query.limit + 1, skip });
      const items = await withChecks(row, commits.slice(0, query.limit));
      return { items, pageInfo: commits.length > query.limit ? { nextCursor: String(skip + query.limit) } : {} };
    },
  );
  app.get(
    '/api/repositories/:project/:name/commits/:sha',
    {
      schema: {
        operationId: 'getCommit',
        tags,
        summary: 'One commit with its checks and its difference to the first parent.',
        params: slugParams.extend({ sha: z.string().max(200) }),
        response: { 200: z.object({ commit: shownCommit, diff: diffSchema }) },
      },
      config: read,
    },
    async ({ params }) => {
      const row = await repositoryOf(params);
      const { commit, diff } = await browsing.commit(row, params.sha);
      const [shown] = await withChecks(row, [commit]);
      if (shown === undefined) throw new PavedError('not_found', 'There is no such commit.');
      return { commit: shown, diff };
    },
  );
  app.get(
    '/api/repositories/:project/:name/compare',
    {
      schema: {
        operationId: 'compareRevisions',
        tags,
        summary: 'What `head` brings that `base` lacks.',
        params: slugParams,
        querystring: z.object({ base: z.string().max(200).optional(), head: z.string().max(200) }),
        response: {
          200: z.object({
            base: z.string(),
            head: z.string(),
            mergeBase: z.string().optional(),
            ahead: z.number().int(),
            behind: z.number().int(),
            commits: z.array(shownCommit),
            diff: diffSchema,
          }),
        },
      },
      config: read,
    },
    async ({ params, query }) => {
      const row = await repositoryOf(params);
      const compared = await browsing.compare(row, query.base ?? row.default_branch, query.head);
      return { ...compared, commits: await withChecks(row, compared.commits) };
    },
  );
  app.post(
    '/api/repositories/:project/:name/commits',
    {
      schema: {
        operationId: 'commitFiles',
        tags,
        summary: 'Commit changed files onto a branch; null deletes a file.',
        params: slugParams,
        body: z.strictObject({
          branch: z.string().max(200),
          message: z.string().min(1).max(10_000),
          files: z.record(z.string().max(1000), z.string().nullable()),
          idempotencyKey: z.string().max(200).optional(),
        }),
        response: { 201: z.object({ sha: z.string() }) },
      },
      config: { signedIn: true },
    },
    async ({ params, body, actor }, reply) => {
      const row = await repositoryOf(params);
      guard.require(actor, 'repositories.repository.push', resource(row));
      const files = Object.fromEntries(Object.entries(body.files).map(([path, text]) => [path, text ?? undefined]));
      const { sha } = await scm.commitFiles(
        row.slug,
        {
          branch: body.branch,
          message: body.message,
          files,
          ...(body.idempotencyKey === undefined ? {} : { idempotencyKey: body.idempotencyKey }),
        },
        actor,
      );
      return reply.code(201).send({ sha });
    },
  );
}
