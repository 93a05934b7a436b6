import type { Command } from 'commander';
import type { CliContext } from '@paved/client';
import { addressOf } from './repository-commands.ts';

interface PullRequest {
  readonly slug: string;
  readonly number: number;
  readonly title: string;
  readonly head: string;
  readonly base: string;
  readonly state: string;
  readonly author: { readonly name: string };
  readonly updatedAt: string;
}

interface Opened {
  readonly pullRequest: PullRequest;
  readonly checks: readonly { readonly name: string; readonly status: string }[];
  readonly mergeability: { readonly mergeable: boolean; readonly blockers: readonly { readonly sentence: string }[] };
}

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
  const at = (repository: string, number: string): string => `${addressOf(repository)}/pull-requests/${encodeURIComponent(number)}`;

  pr.command('list')
    .description('pull requests, latest change first')
    .argument('[repository]', 'project/name; all when left out')
    .option('--state <state>', 'open, merged, closed or all', 'open')
    .action(async (repository: string | undefined, options: { state: string }) => {
      const address = repository === undefined ? '/api/repositories/pull-requests' : `${addressOf(repository)}/pull-requests`;
      const { items } = await cli.api.get<{ items: PullRequest[] }>(address, {
        limit: 200,
        state: options.state === 'all' ? undefined : options.state,
      });
      cli.list(items, [
        { header: 'pull request', value: (r) => `${r.slug} #${r.number}` },
        { header: 'title', value: (r) => r.title },
        { header: 'from', value: (r) => r.head },
        { header: 'to', value: (r) => r.base },
        { header: 'state', value: (r) => r.state },
        { header: 'author', value: (r) => r.author.name },
        { header: 'changed', value: (r) => r.updatedAt },
      ]);
    });
  pr.command('get')
    .description('one pull request, and what stands in the way of merging')
    .argument('<repository>', 'project/name')
    .argument('<number>')
    .action(async (repository: string, number: string) => {
      const found = await cli.api.get<Opened>(at(repository, number));
      if (cli.format !== 'table') return cli.show(found);
      show(found.pullRequest, [
        ['checks', found.checks.map((c) => `${c.name} ${c.status}`).join(', ') || 'none'],
        ['mergeable', found.mergeability.mergeable ? 'yes' : found.mergeability.blockers.map((b) => b.sentence).join(' ')],
      ]);
    });
  pr.command('open')
    .description('ask to merge a branch')
    .argument('<repository>', 'project/name')
    .requiredOption('--head <branch>', 'branch with the change')
    .option('--base <branch>', 'where it goes; default, the default branch')
    .requiredOption('--title <text>', 'what it does')
    .option('--body <markdown>', 'why', '')
    .action(async (repository: string, options: { head: string; base?: string; title: string; body: string }) =>
      show(await cli.api.post<PullRequest>(`${addressOf(repository)}/pull-requests`, options)),
    );
  pr.command('merge')
    .description('merge a pull request')
    .argument('<repository>', 'project/name')
    .argument('<number>')
    .option('--squash', 'one commit instead of a merge commit')
    .option('--delete-branch', 'delete the merged branch')
    .option('--override <reason>', 'merge although a check failed or runs, or changes were asked for')
    .action(async (repository: string, number: string, options: { squash?: boolean; deleteBranch?: boolean; override?: string }) => {
      const { sha, pullRequest } = await cli.api.post<{ sha: string; pullRequest: PullRequest }>(`${at(repository, number)}/merge`, {
        method: options.squash === true ? 'squash' : 'merge',
        deleteBranch: options.deleteBranch,
        overrideReason: options.override,
      });
      show(pullRequest, [['commit', sha]]);
    });
  pr.command('close')
    .description('close a pull request without merging')
    .argument('<repository>', 'project/name')
    .argument('<number>')
    .action(async (repository: string, number: string) => show(await cli.api.post<PullRequest>(`${at(repository, number)}/close`)));
}
