import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Command } from 'commander';
import {
  createRepository,
  deleteRepository,
  getRepository,
  importRepository,
  listRepositories,
  type CliContext,
  type Repository,
} from '@paved/client';
import { PavedError } from '@paved/kernel';

/** `paved repo list|get|create|import|clone|delete`. */
export function registerRepositories(program: Command, cli: CliContext): void {
  const repo = program.command('repo').description('Git repositories hosted here');
  const show = (repository: Repository): void =>
    cli.show(repository, [
      ['repository', repository.slug],
      ['owner', repository.ownerRef],
      ['default branch', repository.defaultBranch],
      ['clone', repository.cloneUrl],
      ['description', repository.description === '' ? undefined : repository.description],
    ]);

  repo
    .command('list')
    .description('repositories by name')
    .option('--text <text>', 'in name or description')
    .option('--owner <ref>', 'of this owner')
    .action(async (options: { text?: string; owner?: string }) => {
      const rows: Repository[] = [];
      let cursor: string | undefined;
      do {
        const page = await cli.api.call(listRepositories, {
          query: { text: options.text, owner: options.owner, limit: 500, cursor },
        });
        rows.push(...page.items);
        cursor = page.pageInfo.nextCursor;
      } while (cursor !== undefined);
      cli.list(rows, [
        { header: 'repository', value: (r) => r.slug },
        { header: 'owner', value: (r) => r.ownerRef },
        { header: 'branch', value: (r) => r.defaultBranch },
        { header: 'description', value: (r) => r.description },
      ]);
    });
  repo
    .command('get')
    .description('one repository')
    .argument('<repository>', 'project/name')
    .action(async (slug: string) => show(await cli.api.call(getRepository, { path: partsOf(slug) })));
  repo
    .command('create')
    .description('an empty repository')
    .argument('<repository>', 'project/name')
    .requiredOption('--owner <ref>', 'who owns it, for example group:default/playback')
    .option('--description <text>', 'one sentence', '')
    .option('--default-branch <name>', 'default, main')
    .action(async (slug: string, options: { owner: string; description: string; defaultBranch?: string }) =>
      show(
        await cli.api.call(createRepository, {
          body: { slug, ownerRef: options.owner, description: options.description, defaultBranch: options.defaultBranch },
        }),
      ),
    );
  repo
    .command('import')
    .description('copy a repository, all branches and tags')
    .argument('<source>', 'path on the server, or https URL')
    .argument('<repository>', 'project/name it gets')
    .requiredOption('--owner <ref>', 'who owns it')
    .option('--description <text>', 'one sentence', '')
    .action(async (source: string, slug: string, options: { owner: string; description: string }) => {
      const from = /^[a-z][a-z0-9+.-]*:\/\//i.test(source) ? source : path.resolve(source);
      show(
        await cli.api.call(importRepository, {
          body: { source: from, slug, ownerRef: options.owner, description: options.description },
        }),
      );
    });
  repo
    .command('clone')
    .description('clone with git; `paved login` has set up the password')
    .argument('<repository>', 'project/name')
    .argument('[folder]', 'default, the name')
    .action(async (slug: string, folder: string | undefined) => {
      const { cloneUrl } = await cli.api.call(getRepository, { path: partsOf(slug) });
      await runGit(['clone', cloneUrl, ...(folder === undefined ? [] : [folder])], cli.signal);
    });
  repo
    .command('delete')
    .description('show what goes; with --yes, delete')
    .argument('<repository>', 'project/name')
    .option('--yes', 'delete it')
    .action(async (slug: string, options: { yes?: boolean }) => {
      const going = await cli.api.call(deleteRepository, {
        path: partsOf(slug),
        query: { preview: options.yes === true ? 'false' : 'true' },
      });
      cli.show(going, [
        [going.deleted ? 'deleted' : 'would delete', going.slug],
        ['branches', going.branches],
        ['open pull requests', going.openPullRequests],
        ['size', `${(going.bytes / 1024 ** 2).toFixed(1)} MB`],
        ['catalog sources', going.catalogSources.join(', ') || 'none'],
      ]);
      if (!going.deleted) cli.say('\nNothing was deleted. Add --yes to delete it.');
    });
}

/** The parts of a repository's name as people write it. */
export function partsOf(slug: string): { project: string; name: string } {
  const [project = '', name = '', ...rest] = slug.replace(/\.git$/, '').split('/');
  if (name === '' || rest.length > 0)
    throw new PavedError('invalid', `"${slug}" is not a repository.`, { fix: 'Write it as project/name.' });
  return { project, name };
}

function runGit(args: readonly string[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, { stdio: 'inherit', signal });
    child.on('error', (error) =>
      reject((error as NodeJS.ErrnoException).code === 'ENOENT' ? new Error('git is not installed on this machine.') : error),
    );
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`git ended with exit code ${code ?? 'none'}.`))));
  });
}
