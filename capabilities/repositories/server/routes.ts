import { z } from 'zod';
import { formatRef, parseRef, PavedError, type Actor } from '@paved/kernel';
import { pageOf, type App, type Guard } from '@paved/host';
import type { Repository, Scm } from '../index.ts';
import { repositorySchema, slugParams } from './schemas.ts';
import type { RepositoryChange } from './service.ts';
import { findRepository, requireRepository, type Db, type RepositoryRow } from './store.ts';
import { deletionCounts, repositoryPage } from './views.ts';

export interface RouteDeps {
  readonly db: Db;
  readonly guard: Guard;
  readonly baseUrl: () => string;
  readonly scm: Scm & { update(slug: string, values: RepositoryChange, actor: Actor): Promise<Repository> };
  readonly size: (slug: string) => Promise<number>;
}

const tags = ['repositories'];
const read = { permission: 'repositories.repository.read' };
const ownerRef = z.string().min(1).max(300).describe('Entity reference of the owner; kind group when left out.');

/** The canonical form of an owner as people write it: `playback` means `group:default/playback`. */
export const canonicalOwner = (text: string): string => formatRef(parseRef(text, { kind: 'group' }));

export function slugOf(params: z.infer<typeof slugParams>): string {
  return `${params.project}/${params.name}`.toLowerCase();
}

/** Routes of repositories themselves. */
export function addRepositoryRoutes(app: App, deps: RouteDeps): void {
  const { db, guard, scm } = deps;
  const repositoryOf = (params: z.infer<typeof slugParams>): Promise<RepositoryRow> => requireRepository(db, slugOf(params));
  const resource = (row: RepositoryRow): { ref: string; ownerRefs: string[] } => ({ ref: row.slug, ownerRefs: [row.owner_ref] });

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
