import { describe, expect, test } from 'vitest';
import type { Column } from '@paved/client';
import { readable, renderTable, widthOf } from './table.ts';

interface Row {
  readonly id: string;
  readonly title: string;
  readonly n?: number;
}
const columns: Column<Row>[] = [
  { header: 'id', value: (row) => row.id },
  { header: 'title', value: (row) => row.title },
  { header: 'n', value: (row) => row.n, align: 'right' },
];

describe('a table', () => {
  test('has aligned columns, a dash for nothing, and no spaces at its ends', () => {
    const text = renderTable(
      [
        { id: 'a', title: 'One', n: 7 },
        { id: 'bcd', title: 'Two\n  lines' },
      ],
      columns,
      { colours: false },
    );
    expect(text).toBe(['ID   TITLE      N', 'a    One        7', 'bcd  Two lines  –'].join('\n'));
  });

  test('is printed whole where there is no terminal', () => {
    const title = 'x'.repeat(500);
    expect(renderTable([{ id: 'a', title }], columns, { colours: false })).toContain(title);
  });

  test('fits a narrow terminal: what names the row stays whole, long text is cut', () => {
    const text = renderTable([{ id: 'run_01m7zv8arswd24g6rhqe63j7g0', title: 'Build concert-alerts from main', n: 1 }], columns, {
      width: 50,
      colours: false,
    });
    for (const line of text.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(50);
    expect(text).toContain('run_01m7zv8arswd24g6rhqe63j7g0  Build conc');
    expect(text).toContain('…');
  });

  test('breaks sentences into lines where a column asks for it', () => {
    const sentence = 'The owner of this is not a group or user that the catalog knows.';
    const text = renderTable([{ id: 'a', title: sentence }], [columns[0]!, { ...columns[1]!, narrow: 'wrap' }], {
      width: 30,
      colours: false,
    });
    expect(text.split('\n').length).toBeGreaterThan(2);
    expect(text.replaceAll(/\s+/g, ' ')).toContain(sentence);
  });

  test('that cannot fit is printed whole rather than mutilated', () => {
    const row = { id: 'run_01m7zv8arswd24g6rhqe63j7g0', title: 'Build concert-alerts' };
    expect(renderTable([row], columns, { width: 20, colours: false })).toContain('Build concert-alerts');
  });

  test('has colours only when asked for them', () => {
    const toned: Column<Row>[] = [{ header: 'id', value: (row) => row.id, tone: () => 'bad' }];
    expect(renderTable([{ id: 'a', title: '' }], toned, { colours: false })).toBe('ID\na');
    expect(renderTable([{ id: 'a', title: '' }], toned, { colours: true })).toContain('\u001b[31ma');
  });

  test('counts what a terminal shows, not characters', () => {
    expect(widthOf('é–…')).toBe(3);
    expect(widthOf('日本')).toBe(4);
    expect(widthOf('🚀')).toBe(2);
  });
});

test('a point in time is shown without its fractions, other text as it is', () => {
  expect(readable('2026-11-21T20:02:40.024Z')).toMatch(/^2026-11-2[12] \d\d:02:40$/);
  expect(readable('v2026-11-21T20:02:40Z')).toBe('v2026-11-21T20:02:40Z');
});
