import type { CliContext } from '@paved/client';
import type { ImportLine } from '../model/import-line.ts';

const order: readonly ImportLine['outcome'][] = ['left out', 'adjusted', 'imported', 'unchanged'];
/** More lines of one sort than this are told as a number; `-o json` has them all. */
const SHOWN = 25;

/** What came over, what did not, and why. */
export function report(cli: CliContext, lines: readonly ImportLine[]): void {
  if (cli.format !== 'table') return cli.show({ lines, counts: countsOf(lines) });
  const sorts = Map.groupBy(lines, (line) => `${line.area} ${line.outcome}`);
  const shown = [...sorts.values()]
    .flatMap((sort) => (sort.length <= SHOWN ? sort : [...sort.slice(0, SHOWN - 1), more(sort)]))
    .toSorted((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome) || a.area.localeCompare(b.area));
  cli.list(shown, [
    { header: 'OUTCOME', value: (line) => line.outcome },
    { header: 'AREA', value: (line) => line.area },
    { header: 'WHAT', value: (line) => line.what },
    { header: 'WHY', value: (line) => line.why },
  ]);
  const counts = countsOf(lines);
  cli.say(order.map((outcome) => `${counts[outcome] ?? 0} ${outcome}`).join(', '));
}

const more = (sort: readonly ImportLine[]): ImportLine => ({
  area: sort[0]?.area ?? 'entities',
  outcome: sort[0]?.outcome ?? 'imported',
  what: `and ${sort.length - SHOWN + 1} more`,
  why: 'See them all with -o json.',
});

const countsOf = (lines: readonly ImportLine[]): Partial<Record<ImportLine['outcome'], number>> =>
  Object.fromEntries(order.map((outcome) => [outcome, lines.filter((line) => line.outcome === outcome).length]));
