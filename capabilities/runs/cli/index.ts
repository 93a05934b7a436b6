import { InvalidArgumentError, type Command } from 'commander';
import { cancelRun, getRun, listRuns, retryRun, took, type CliContext, type Run, type Tone } from '@paved/client';
import { runStatuses } from '../index.ts';
import { causeWords } from '../model/cause-words.ts';
import { endOfLogs, followLogs, printLogs } from './logs.ts';

interface ListOptions {
  readonly kind?: string;
  readonly subject?: string;
  readonly status?: string;
  readonly actor?: string;
  readonly limit: number;
}

/** `paved runs list|get|logs|cancel|retry`. */
export function register(program: Command, cli: CliContext): void {
  const runs = program.command('runs').description('everything that happened and happens');

  runs
    .command('list')
    .description('runs, newest first')
    .option('--kind <kind>', 'only this kind, such as templates.template.execute')
    .option('--subject <ref>', 'only what is about this, such as component:default/checkout')
    .option('--status <list>', `only these, comma separated: ${runStatuses.join(', ')}`)
    .option('--actor <ref>', 'only what this person started, such as user:default/mira')
    .option('--limit <n>', 'how many, at most 200', count, 30)
    .action(async (options: ListOptions) => {
      const page = await cli.api.call(listRuns, {
        query: { kind: options.kind, subject: options.subject, status: options.status, actor: options.actor, limit: options.limit },
      });
      cli.list(
        page.items,
        [
          { header: 'id', value: (run) => run.id },
          { header: 'status', value: (run) => run.status, narrow: 'whole', tone: (run) => toneOf(run.status) },
          { header: 'title', value: (run) => run.title },
          { header: 'by', value: (run) => run.actor.displayName },
          { header: 'created', value: (run) => run.createdAt },
          { header: 'took', value: took, align: 'right' },
        ],
        'No run fits.',
      );
      if (page.totalItems > page.items.length) cli.say(`${page.totalItems - page.items.length} more; see them with --limit.`);
    });

  runs
    .command('get <id>')
    .description('one run with its steps')
    .action(async (id: string) => show(cli, await cli.api.call(getRun, { path: { id } })));

  runs
    .command('logs <id>')
    .description('what a run says')
    .option('-f, --follow', 'go on until it ends; fails when the run fails')
    .option('--step <id>', 'only this step')
    .action(async (id: string, options: { follow?: boolean; step?: string }) => {
      if (options.follow === true) await followLogs(cli, id, options.step);
      else await printLogs(cli, id, options.step);
    });

  runs
    .command('cancel <id>')
    .description('stop a run; what it made is taken back if its kind says so')
    .option('--reason <text>', 'shown in the run')
    .action(async (id: string, options: { reason?: string }) => {
      const run = await cli.api.call(cancelRun, { path: { id }, body: { reason: options.reason }, query: { wait: 15 } });
      if (cli.format !== 'table') show(cli, run);
      cli.say(run.status === 'cancelled' ? `${run.id} is cancelled.` : `${run.id} is being cancelled.`);
    });

  runs
    .command('retry <id>')
    .description('run it again from its first unfinished step')
    .option('-f, --follow', 'show what it says until it ends')
    .action(async (id: string, options: { follow?: boolean }) => {
      const before = options.follow === true ? await endOfLogs(cli, id) : undefined;
      const run = await cli.api.call(retryRun, { path: { id } });
      if (options.follow === true) return followLogs(cli, run.id, undefined, before);
      if (cli.format !== 'table') show(cli, run);
      cli.say(`${run.id} goes on. Follow it with: paved runs logs -f ${run.id}`);
    });
}

const toneOf = (status: Run['status']): Tone | undefined =>
  status === 'succeeded' ? 'good' : status === 'failed' ? 'bad' : status === 'cancelled' ? 'quiet' : 'look';

function show(cli: CliContext, run: Run): void {
  cli.show(run, [
    ['run', run.id],
    ['title', run.title],
    ['kind', run.kind],
    ['status', run.status],
    ['by', `${run.actor.displayName} (${run.actor.ref})`],
    ['cause', [causeWords[run.cause.type], run.cause.ref].filter((part) => part !== undefined).join(', ')],
    ['about', run.subjects.join(', ') || undefined],
    ['created', run.createdAt],
    ['took', took(run)],
    ['error', run.error?.message],
    ['fix', run.error?.fix],
    ...run.steps.map(
      (step) => [`  ${step.title}`, [step.status, took(step), step.error].filter((part) => part !== undefined).join(', ')] as const,
    ),
  ]);
}

function count(text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1 || n > 200) throw new InvalidArgumentError('It is a number from 1 to 200.');
  return n;
}
