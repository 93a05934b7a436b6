import type { Command } from 'commander';
import type { CliContext } from '@paved/client';
import { PavedError, type Page } from '@paved/kernel';
import { danglingRelations, type Dangling } from './dangling.ts';

/** One thing the doctor looked at. */
interface Finding {
  readonly verdict: 'ok' | 'look' | 'wrong';
  readonly what: string;
  readonly found: string;
  /** The command or page that helps. */
  readonly help: string;
}

interface Statistics {
  readonly entities: number;
  readonly relations: number;
  readonly stale: number;
  /** Absent where no capability says what has a living owner. */
  readonly unowned?: number;
  readonly dangling: number;
  readonly problems: Readonly<Record<string, number>>;
  readonly sources: { readonly total: number; readonly failing: number };
}

/** `doctor`. */
export function registerDoctor(command: Command, cli: CliContext): void {
  command
    .command('doctor')
    .description('look the whole catalog over: sources, documents, owners, references; ends with 1 when something is wrong')
    .action(async () => {
      const [numbers, orphans] = await Promise.all([
        cli.api.get<Statistics>('/api/catalog/statistics'),
        cli.api.get<Page<unknown>>('/api/catalog/orphans', { limit: 1 }),
      ]);
      const dangling = numbers.dangling === 0 ? [] : await danglingRelations(cli, numbers.entities);
      const findings = examine(numbers, orphans.totalItems, dangling);
      cli.list(findings, [
        {
          header: '',
          value: ({ verdict }) => ({ ok: '✓', look: '!', wrong: '✗' })[verdict],
          tone: ({ verdict }) => ({ ok: 'good', look: 'look', wrong: 'bad' } as const)[verdict],
        },
        { header: 'WHAT', value: ({ what }) => what, narrow: 'whole' },
        { header: 'FOUND', value: ({ found }) => found, narrow: 'wrap' },
        { header: 'HELP', value: ({ verdict, help }) => (verdict === 'ok' ? undefined : help), narrow: 'wrap' },
      ]);
      const wrong = findings.filter(({ verdict }) => verdict === 'wrong').length;
      if (wrong > 0) throw new PavedError('invalid', `${wrong} ${wrong === 1 ? 'thing is' : 'things are'} wrong.`);
    });
}

function examine(numbers: Statistics, orphans: number, dangling: readonly Dangling[] | undefined): Finding[] {
  const problem = (kind: string): number => numbers.problems[kind] ?? 0;
  const finding = (what: string, n: number, bad: Finding['verdict'], words: (n: number) => string, help: string): Finding => ({
    verdict: n === 0 ? 'ok' : bad,
    what,
    found: n === 0 ? 'none' : words(n),
    help,
  });
  const { total, failing } = numbers.sources;
  return [
    { verdict: 'ok', what: 'Entities', found: `${numbers.entities}, with ${numbers.relations} relations`, help: '' },
    {
      verdict: failing > 0 ? 'wrong' : 'ok',
      what: 'Sources',
      found: failing > 0 ? `${failing} of ${total} cannot be read` : `${total}, all readable`,
      help: 'paved catalog sources --state failing',
    },
    finding(
      'Removals that wait',
      problem('removal'),
      'wrong',
      (n) => `${n} ${n === 1 ? 'source' : 'sources'}`,
      'paved catalog locations confirm-removal',
    ),
    finding('Broken documents', problem('broken'), 'wrong', (n) => `${n}`, 'paved catalog problems'),
    finding('Names claimed twice', problem('conflict'), 'wrong', (n) => `${n}`, 'paved catalog problems'),
    finding('Missing files', problem('missing'), 'wrong', (n) => `${n}`, 'paved catalog problems'),
    finding(
      'Old versions kept',
      numbers.stale,
      'look',
      (n) => `${n} ${n === 1 ? 'entity' : 'entities'}`,
      'paved catalog list --ingestion stale',
    ),
    finding('Orphans', orphans, 'look', (n) => `${n}`, 'paved catalog orphans'),
    ...(numbers.unowned === undefined
      ? []
      : [finding('Without a living owner', numbers.unowned, 'look', (n) => `${n}`, 'paved ownership unowned')]),
    finding('Relations to nothing', numbers.dangling, 'look', (n) => named(n, dangling), 'correct the references, or add what they name'),
  ];
}

/** How many, and which: the first few by name. */
function named(n: number, dangling: readonly Dangling[] | undefined): string {
  if (dangling === undefined || dangling.length === 0) return `${n}`;
  const shown = dangling.slice(0, 5).map(({ from, type, to }) => `${from} ${type} ${to}`);
  return `${n}: ${shown.join('; ')}${dangling.length > shown.length ? `; and ${dangling.length - shown.length} more` : ''}`;
}
