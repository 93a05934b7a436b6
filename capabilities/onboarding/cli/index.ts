import type { Command } from 'commander';
import type { CliContext } from '@paved/client';
import { readFileSync } from 'node:fs';
import { messageOf, PavedError } from '@paved/kernel';
import type { ScanOutcome } from '../index.ts';

interface Proposal {
  readonly id: string;
  readonly label: string;
  readonly text: string;
  readonly refs: readonly string[];
  readonly ownerRef?: string;
  readonly confidence: string;
  readonly state: string;
  readonly pullRequest?: { readonly href: string };
  readonly error?: string;
}

interface Run {
  readonly status: string;
  readonly output?: unknown;
  readonly error?: { readonly message: string; readonly fix?: string };
}

const PAUSE_MS = 500;

function read(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new PavedError('invalid', `${file} cannot be read: ${messageOf(error)}`, { fix: 'Name a YAML file.' });
  }
}

/** `paved onboard scan|list|show|edit|owner|open|dismiss`. */
export function register(program: Command, cli: CliContext): void {
  const onboard = program.command('onboard').description('describe repositories that the catalog does not know yet');
  const list = async (state: string): Promise<Proposal[]> => {
    const found: Proposal[] = [];
    for (;;) {
      const page = await cli.api.get<{ items: Proposal[]; totalItems: number }>('/api/onboarding/proposals', {
        state,
        limit: 200,
        offset: found.length,
      });
      found.push(...page.items);
      if (page.items.length === 0 || found.length >= page.totalItems) return found;
    }
  };
  const ended = async (runId: string): Promise<Run> => {
    for (;;) {
      const run = await cli.api.get<Run>(`/api/runs/${runId}`);
      if (['succeeded', 'failed', 'cancelled'].includes(run.status)) {
        if (run.status === 'succeeded') return run;
        throw new PavedError(
          'unavailable',
          run.error?.message ?? `The run was ${run.status}.`,
          run.error?.fix === undefined ? {} : { fix: run.error.fix },
        );
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
  const show = (proposals: readonly Proposal[]): void =>
    cli.list(
      proposals,
      [
        { header: 'repository', value: (p) => p.label },
        { header: 'describes', value: (p) => p.refs.join(' ') },
        { header: 'owner', value: (p) => p.ownerRef ?? 'nobody found' },
        { header: 'sure', value: (p) => p.confidence },
        { header: 'state', value: (p) => p.pullRequest?.href ?? p.error ?? p.state },
      ],
      'Nothing is proposed. Look through repositories with: paved onboard scan',
    );
  /** Proposals that are meant by repository or id. */
  const chosen = async (names: readonly string[], all: boolean): Promise<Proposal[]> => {
    const proposals = await list('proposed');
    if (all) return proposals;
    return names.map((name) => {
      const found = proposals.find((one) => one.label === name || one.id === name);
      if (found !== undefined) return found;
      throw new PavedError('not_found', `Nothing is proposed for ${name}.`, { fix: '`paved onboard list` shows what is.' });
    });
  };

  onboard
    .command('scan')
    .description('look through repositories: all hosted ones, or those named')
    .argument('[addresses...]', 'repositories, for example https://github.com/acme/api')
    .option('--forge <host>', 'a connected forge, for example github.com')
    .option('--owner <owner>', 'its organisation, group, workspace or user')
    .action(async (addresses: string[], options: { forge?: string; owner?: string }) => {
      if ((options.forge === undefined) !== (options.owner === undefined))
        throw new PavedError('invalid', 'A forge is looked through with --forge and --owner.', { fix: 'Name both.' });
      const input =
        options.forge !== undefined
          ? { of: 'forge', integration: options.forge, owner: options.owner }
          : addresses.length > 0
            ? { of: 'list', addresses }
            : { of: 'hosted' };
      const { runId } = await cli.api.post<{ runId: string }>('/api/onboarding/scans', input);
      const run = await ended(runId);
      const { repositories, proposed, known, failed, failures } = run.output as ScanOutcome;
      cli.show({ runId, repositories, proposed, known, failed, failures }, [
        ['repositories', String(repositories)],
        ['proposed', String(proposed)],
        ['known already', String(known)],
        ['failed', String(failed)],
        ['run', runId],
      ]);
      if (cli.format === 'table') for (const { label, reason } of failures) cli.say(`${label}: ${reason}`);
    });

  onboard
    .command('list')
    .description('proposed descriptions, surest first')
    .option('--state <state>', 'proposed, opened, merged or dismissed', 'proposed')
    .action(async (options: { state: string }) => show(await list(options.state)));

  onboard
    .command('show')
    .description('the text of a proposal')
    .argument('<repository>', 'as `paved onboard list` names it')
    .action(async (name: string) => {
      const [proposal] = await chosen([name], false);
      if (proposal === undefined) return;
      if (cli.format === 'table') cli.say(proposal.text.trimEnd());
      else cli.show(proposal);
    });

  onboard
    .command('edit')
    .description('replace the text of a proposal; the next scan leaves it as it is')
    .argument('<repository>', 'as `paved onboard list` names it')
    .requiredOption('-f, --file <file>', 'YAML file, `-` for standard input')
    .action(async (name: string, { file }: { file: string }) => {
      const [proposal] = await chosen([name], false);
      if (proposal === undefined) return;
      const path = `/api/onboarding/proposals/${proposal.id}`;
      const text = read(file);
      const { problems } = await cli.api.post<{ problems: { line: number; message: string; fix?: string }[] }>(`${path}/check`, { text });
      const [problem] = problems;
      if (problem !== undefined)
        throw new PavedError(
          'invalid',
          `${file}:${problem.line}: ${problem.message}`,
          problem.fix === undefined ? {} : { fix: problem.fix },
        );
      show([await cli.api.put<Proposal>(path, { text })]);
    });

  onboard
    .command('owner')
    .description('write an owner into proposals')
    .argument('<owner>', 'a group or user, for example group:default/shop')
    .argument('[repositories...]', 'as `paved onboard list` names them')
    .option('--all', 'into every proposal without an owner')
    .action(async (ownerRef: string, names: string[], options: { all?: boolean }) => {
      const proposals = (await chosen(names, options.all === true)).filter((one) => options.all !== true || one.ownerRef === undefined);
      if (proposals.length === 0)
        throw new PavedError('invalid', 'There is no proposal to write it into.', { fix: 'Name repositories, or write --all.' });
      show((await cli.api.post<{ items: Proposal[] }>('/api/onboarding/owner', { ids: proposals.map((one) => one.id), ownerRef })).items);
    });

  onboard
    .command('open')
    .description('open pull requests for proposals')
    .argument('[repositories...]', 'as `paved onboard list` names them')
    .option('--all', 'for everything that is proposed')
    .action(async (names: string[], options: { all?: boolean }) => {
      const proposals = await chosen(names, options.all === true);
      if (proposals.length === 0)
        throw new PavedError('invalid', 'There is nothing to open.', { fix: 'Name repositories, or write --all.' });
      const { runId } = await cli.api.post<{ runId: string }>('/api/onboarding/pull-requests', { ids: proposals.map((one) => one.id) });
      await ended(runId);
      const ids = new Set(proposals.map((one) => one.id));
      const after = [...(await list('opened')), ...(await list('proposed')), ...(await list('merged'))].filter((one) => ids.has(one.id));
      show(after);
      if (after.some((one) => one.error !== undefined)) process.exitCode = 1;
    });

  onboard
    .command('dismiss')
    .description('put proposals aside; scans leave them there')
    .argument('<repositories...>')
    .action(async (names: string[]) => {
      const proposals = await chosen(names, false);
      for (const { id } of proposals) await cli.api.put(`/api/onboarding/proposals/${id}`, { state: 'dismissed' });
      cli.say(`${proposals.length} dismissed`);
    });
}
