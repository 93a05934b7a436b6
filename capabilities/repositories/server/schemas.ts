import { z } from 'zod';

export const slugParams = z.object({ project: z.string().min(1).max(100), name: z.string().min(1).max(100) });

export const repositorySchema = z
  .object({
    slug: z.string(),
    description: z.string(),
    defaultBranch: z.string(),
    ownerRef: z.string(),
    cloneUrl: z.string(),
    createdAt: z.string(),
  })
  .meta({ id: 'Repository' });

export const commitSchema = z
  .object({
    sha: z.string(),
    subject: z.string(),
    body: z.string(),
    author: z.object({ name: z.string(), email: z.string() }),
    at: z.string(),
    parents: z.array(z.string()),
  })
  .meta({ id: 'RepositoryCommit' });

export const checkSchema = z
  .object({
    name: z.string(),
    status: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']),
    summary: z.string().optional(),
    href: z.string().optional(),
  })
  .meta({ id: 'CommitCheck' });

export const treeEntrySchema = z
  .object({ path: z.string(), type: z.enum(['file', 'directory', 'symlink', 'submodule']), size: z.number().int().optional() })
  .meta({ id: 'TreeEntry' });

export const diffFileSchema = z
  .object({
    path: z.string(),
    oldPath: z.string().optional(),
    change: z.enum(['added', 'modified', 'deleted', 'renamed']),
    binary: z.boolean(),
    additions: z.number().int(),
    deletions: z.number().int(),
    hunks: z.array(
      z.object({
        header: z.string(),
        oldStart: z.number().int(),
        newStart: z.number().int(),
        lines: z.array(
          z.object({
            type: z.enum(['context', 'added', 'removed']),
            old: z.number().int().optional(),
            new: z.number().int().optional(),
            text: z.string(),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'DiffFile' });

export const diffSchema = z.object({
  files: z.array(diffFileSchema),
  truncated: z.boolean().describe('The diff was longer than 1 MiB and is cut.'),
});
