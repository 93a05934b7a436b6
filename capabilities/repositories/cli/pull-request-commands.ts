import type { Command } from 'commander';
import {
  closePullRequest,
  getPullRequest,
  listAllPullRequests,
  listPullRequests,
  mergePullRequest,
  openPullRequest,
  type CliContext,
  type PullRequest,
} from '@paved/client';
import { PavedError } from '@paved/kernel';
import { cloneIn } from './clone.ts';
import { partsOf } from './repository-commands.ts';

/** `paved pr list|get|open|merge|close`. */
export function registerPullRequests(program: Command, cli: CliContext): void {
  const pr = program.command('pr').description('pull requests');
  const show = (request: PullRequest, more: readonly (readonly [string, string | undefined])[] = []): void =>
    cli.show(request, [
      ['pull request', `${request.slug} #${request.number}`],
      ['title', request.title],
      ['from', request.head],
      ['to', request.base],
      ['state', request.state],
      ['page', `${cli.api.server}/repositories/${request.slug}/pull-requests/${request.number}`],
      ...more,
    ]);
  /** `project/name 7`, or in a clone `7`. */
  const at = async (first: string, second: string | undefined): Promise<{ project: string; name: string; number: number }> => {
    const number = second ?? first;
    if (!/^\d{1,9}$/.test(number))
      throw new PavedError('invalid', `"${number}" is not the number of a pull request.`, { fix: 'See them with: paved pr list' });
    const repository = second === undefined ? (await cloneIn(process.cwd())).slug : first;
    return { ...partsOf(repository), number: Number(number) };
  };

  pr.command('list')
    .description('pull requests, latest change first')
    .argument('[repository]', 'project/name; all when left out')
    .addOption(pr.createOption('--state <state>', 'in which state').choices(['open', 'merged', 'closed', 'all']).default('open'))
    .action(async (repository: string | undefined, options: { state: PullRequest['state'] | 'all' }) => {
      const query = { limit: 200, state: options.state === 'all' ? undefined : options.state };
      const { items } =
        repository === undefined
          ? await cli.api.call(listAllPullRequests, { query })
          : await cli.api.call(listPullRequests, { path: partsOf(repository), query });
      cli.list(
        items,
        [
          { header: 'pull request', value: (r) => `${r.slug} #${r.number}` },
          { header: 'title', value: (r) => r.title },
          { header: 'from', value: (r) => r.head },
          { header: 'to', value: (r) => r.base },
          { header: 'state', value: (r) => r.state },
          { header: 'author', value: (r) => r.author.name },
          { header: 'changed', value: (r) => r.updatedAt },
        ],
        options.state === 'all' ? 'There are no pull requests.' : `No pull request is ${options.state}.`,
      );
    });
  pr.command('get')
    .description('one pull request, and what stands in the way of merging')
    .argument('<repository>', 'project/name; left out in a clone')
    .argument('[number]', 'of the pull request')
    .action(async (repository: string, number: string | undefined) => {
      const found = await cli.api.call(getPullRequest, { path: await at(repository, number) });
      if (cli.format !== 'table') return cli.show(found);
      show(found.pullRequest, [
        ['checks', found.checks.map((c) => `${c.name} ${c.status}`).join(', ') || 'none'],
        ['mergeable', found.mergeability.mergeable ? 'yes' : found.mergeability.blockers.map((b) => b.sentence).join(' ')],
      ]);
    });
  pr.command('open')
    .description('ask to merge a branch; in a clone, the one you are on')
    .argument('[repository]', 'project/name; default, the one of this clone')
    .option('--head <branch>', 'branch with the change, pushed; default, the one of this clone')
    .option('--base <branch>', 'where it goes; default, the default branch')
    .option('--title <text>', 'what it does; default, what the newest commit of this clone says')
    .option('--body <markdown>', 'why')
    .action(async (repository: string | undefined, options: { head?: string; base?: string; title?: string; body?: string }) => {
      // Everything named: no clone is needed.
      const clone =
        repository === undefined || options.head === undefined || options.title === undefined ? await cloneIn(process.cwd()) : undefined;
      const head = options.head ?? clone?.branch;
      const title = options.title ?? clone?.subject;
      if (head === undefined) throw new PavedError('invalid', 'This clone is on no branch.', { fix: 'Name the branch with --head.' });
      if (title === undefined || title === '')
        throw new PavedError('invalid', 'The pull request has no title.', { fix: 'Say what it does with --title.' });
      show(
        await cli.api.call(openPullRequest, {
          path: partsOf(repository ?? clone?.slug ?? ''),
          body: { head, base: options.base, title, body: options.body ?? (options.title === undefined ? (clone?.body ?? '') : '') },
        }),
      );
    });
  pr.command('merge')
    .description('merge a pull request')
    .argument('<repository>', 'project/name; left out in a clone')
    .argument('[number]', 'of the pull request')
    .option('--squash', 'one commit instead of a merge commit')
    .option('--delete-branch', 'delete the merged branch')
    .option('--override <reason>', 'merge although a check failed or runs, or changes were asked for')
    .action(async (repository: string, number: string, options: { squash?: boolean; deleteBranch?: boolean; override?: string }) => {
      const { sha, pullRequest } = await cli.api.call(mergePullRequest, {
        path: await at(repository, number),
        body: {
          method: options.squash === true ? 'squash' : 'merge',
          deleteBranch: options.deleteBranch,
          overrideReason: options.override,
        },
      });
      show(pullRequest, [['commit', sha]]);
    });
  pr.command('close')
    .description('close a pull request without merging')
    .argument('<repository>', 'project/name; left out in a clone')
    .argument('[number]', 'of the pull request')
    .action(async (repository: string, number: string | undefined) =>
      show(await cli.api.call(closePullRequest, { path: await at(repository, number) })),
    );
}
