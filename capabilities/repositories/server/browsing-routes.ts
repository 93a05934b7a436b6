import { z } from 'zod';
import { PavedError } from '@paved/kernel';
import type { App } from '@paved/host';
import type { Commit } from '../index.ts';
import type { Browsing } from './browsing.ts';
import { slugOf } from './routes.ts';
import { checkSchema, commitSchema, diffSchema, slugParams, treeEntrySchema } from './schemas.ts';
import { requireRepository, type Db, type RepositoryRow } from './store.ts';

const tags = ['repositories'];
const read = { permission: 'repositories.repository.read' };
const revision = z.string().min(1).max(200).optional().describe('Branch, tag or commit; the default branch when left out.');
const filePath = z.string().max(1000).describe('Path inside the repository.');
const shownCommit = commitSchema.extend({ checks: z.array(checkSchema) }).meta({ id: 'ShownCommit' });

/** Routes of what is in a repository: branches, files, history, differences. */
export function addBrowsingRoutes(app: App, deps: { db: Db; browsing: Browsing }): void {
  const { db, browsing } = deps;
  const repositoryOf = (params: z.infer<typeof slugParams>): Promise<RepositoryRow> => requireRepository(db, slugOf(params));
  const withChecks = async (row: RepositoryRow, commits: readonly Commit[]): Promise<z.infer<typeof shownCommit>[]> => {
    const checks = await browsing.checks(
      row,
      commits.map((c) => c.sha),
    );
    return commits.map((c) => ({ ...c, parents: [...c.parents], checks: checks.get(c.sha) ?? [] }));
  };

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
}
