import { z } from 'zod';
import { formatRef, parseRef } from '@paved/kernel';
import { sourceAddress, type Scm } from '@paved/repositories';
import type { TemplateAction } from '../../index.ts';
import { inside } from '../inside.ts';
import { ownSlug } from '../own-repository.ts';

const input = z.object({
  repoUrl: z.string().describe('paved?owner=<project>&repo=<name>'),
  description: z.string().optional(),
  owner: z.string().optional().describe('Entity that owns the repository. Default, whoever runs the template.'),
  defaultBranch: z.string().optional().describe('Default, main.'),
  gitCommitMessage: z.string().optional().describe('Message of the first commit.'),
  sourcePath: z.string().optional().describe('Folder of the workspace to publish. Default, all of it.'),
});

/** `publish:git`: one repository with one commit, however often the step is tried. */
export function publishGit(deps: { scm: Scm; baseUrl: () => string }): TemplateAction<z.infer<typeof input>> {
  return {
    id: 'publish:git',
    description: 'Creates a repository on the platform and pushes the workspace as its first commit.',
    input,
    output: z.object({
      remoteUrl: z.string(),
      repoContentsUrl: z.string(),
      commitHash: z.string(),
      slug: z.string(),
      created: z.boolean(),
    }),
    examples: [
      { description: 'Publish the workspace', input: { repoUrl: 'paved?owner=playback&repo=lyrics', owner: 'group:default/playback' } },
    ],
    async execute(given, context) {
      const slug = ownSlug(given.repoUrl, deps.baseUrl());
      const ownerRef = given.owner === undefined ? context.actor.ref : formatRef(parseRef(given.owner, { kind: 'group' }));
      const branch = given.defaultBranch ?? 'main';
      const key = context.step.idempotencyKey;
      const repository = await deps.scm.create(
        { slug, description: given.description ?? '', ownerRef, defaultBranch: branch, idempotencyKey: key },
        context.actor,
      );
      context.step.log(`repository ${slug}`);
      const { sha } = await deps.scm.commitFolder(
        slug,
        {
          branch,
          folder: await inside(context.workspace, given.sourcePath ?? '.', 'The source path'),
          message: given.gitCommitMessage ?? 'Initial commit',
          idempotencyKey: key,
        },
        context.actor,
      );
      context.step.log(`commit ${sha.slice(0, 8)} on ${branch}`);
      return { remoteUrl: repository.cloneUrl, repoContentsUrl: sourceAddress(slug), commitHash: sha, slug, created: true };
    },
    async undo(output, context) {
      const slug = output['slug'];
      if (typeof slug !== 'string' || (await deps.scm.get(slug)) === undefined) return;
      await deps.scm.delete(slug, context.actor);
      context.step.log(`deleted repository ${slug}`);
    },
  };
}
