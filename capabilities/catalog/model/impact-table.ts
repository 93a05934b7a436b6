import { wayTo, type Impact } from './impact.ts';
import { csvLine } from './list/csv.ts';

interface Row extends Impact {
  readonly kind: string;
  readonly title: string;
  readonly owner?: string;
  readonly lifecycle?: string;
  readonly tier?: string;
}

const columns: readonly (readonly [head: string, value: (row: Row, way: readonly string[]) => string])[] = [
  ['tier', (row) => row.tier ?? ''],
  ['ref', (row) => row.ref],
  ['title', (row) => row.title],
  ['kind', (row) => row.kind],
  ['owner', (row) => row.owner ?? ''],
  ['lifecycle', (row) => row.lifecycle ?? ''],
  ['hops', (row) => `${row.distance}`],
  ['reason', (row) => row.reason],
  ['by', (row) => row.by],
  ['way', (_row, way) => way.join(' > ')],
];

/** Who is affected, as CSV: a line each, the way from the root to it in the last column. */
export function impactTable(rows: readonly Row[]): string {
  const by = new Map(rows.map((row) => [row.ref, row.by]));
  const lines = rows.map((row) => {
    const way = wayTo(row.ref, by);
    return csvLine(columns.map(([, value]) => value(row, way)));
  });
  // Excel takes a file for UTF-8 only when it begins with this mark.
  return `\uFEFF${csvLine(columns.map(([head]) => head))}${lines.join('')}`;
}
