import { styleText } from 'node:util';
import type { Column, Tone } from '@paved/client';

export interface TableLook {
  /** Columns of the terminal; without it every cell is printed whole, for pipes and files. */
  readonly width?: number | undefined;
  readonly colours: boolean;
}

const GAP = 2;
/** A cut column keeps at least this much, or the table is printed wider than the terminal. */
const LEAST = 8;
const colourOf = { good: 'green', bad: 'red', look: 'yellow', quiet: 'dim' } as const satisfies Record<Tone, string>;

/** Plain columns without borders: reads well and pastes well. Cells are one line, except wrapped ones at a narrow terminal. */
export function renderTable<T>(rows: readonly T[], columns: readonly Column<T>[], { width, colours }: TableLook): string {
  const heads = columns.map((column) => column.header.toUpperCase());
  const cells = rows.map((row) => columns.map((column) => textOf(column.value(row))));
  const natural = columns.map((_, i) => cells.reduce((most, row) => Math.max(most, widthOf(row[i] ?? '')), widthOf(heads[i] ?? '')));
  const widths = width === undefined ? natural : fit(natural, columns, heads, width);
  const lineOf = (texts: readonly string[], paint: (text: string, i: number) => string): string =>
    texts
      .map((text, i) => {
        const room = ' '.repeat(Math.max(0, (widths[i] ?? 0) - widthOf(text)));
        return columns[i]?.align === 'right' ? room + paint(text, i) : paint(text, i) + room;
      })
      .join(' '.repeat(GAP))
      .trimEnd();
  const lines = [lineOf(heads, (text) => (colours ? styleText('dim', text, { validateStream: false }) : text))];
  rows.forEach((row, r) => {
    const parts = (cells[r] ?? []).map((text, i) =>
      columns[i]?.narrow === 'wrap' ? wrap(text, widths[i] ?? 0) : [shorten(text, widths[i] ?? 0)],
    );
    for (let line = 0; line < Math.max(1, ...parts.map((part) => part.length)); line++)
      lines.push(
        lineOf(
          parts.map((part) => part[line] ?? ''),
          (text, i) => {
            const tone = colours ? columns[i]?.tone?.(row) : undefined;
            return tone === undefined || text === '' ? text : styleText(colourOf[tone], text, { validateStream: false });
          },
        ),
      );
  });
  return lines.join('\n');
}

/** A point in time as people read it, in their own time zone; other text as it is. */
export function readable(text: string): string {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text)) return text;
  const time = new Date(text);
  const two = (n: number): string => String(n).padStart(2, '0');
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${day} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')}`;
}

function textOf(value: string | number | undefined): string {
  if (value === undefined || value === '') return '–';
  return readable(String(value))
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim();
}

/** Takes from the widest column that may give, one by one, until the line fits or nobody can give any more. */
function fit<T>(natural: readonly number[], columns: readonly Column<T>[], heads: readonly string[], width: number): readonly number[] {
  const widths = [...natural];
  const leasts = columns.map((column, i) =>
    (column.narrow ?? (i === 0 ? 'whole' : 'cut')) === 'whole' ? (natural[i] ?? 0) : Math.max(LEAST, widthOf(heads[i] ?? '')),
  );
  let over = widths.reduce((sum, one) => sum + one, 0) + GAP * (widths.length - 1) - width;
  while (over > 0) {
    const giving = widths.map((one, i) => (one > (leasts[i] ?? 0) ? one : 0));
    const widest = Math.max(...giving);
    if (widest === 0) return natural;
    const i = giving.indexOf(widest);
    const next = Math.max(leasts[i] ?? 0, ...giving.map((one, k) => (k !== i && one < widest ? one : 0)));
    const taken = Math.min(over, Math.max(1, widest - next));
    widths[i] = widest - taken;
    over -= taken;
  }
  return widths;
}

/** The beginning of a text that is too wide, with … */
export function shorten(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (widthOf(kept) + widthOf(segment) > width - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

function wrap(text: string, width: number): string[] {
  if (widthOf(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (let word of text.split(' ')) {
    while (widthOf(word) > width) {
      if (line !== '') lines.push(line);
      line = '';
      lines.push(word.slice(0, width));
      word = word.slice(width);
    }
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}

/** Cells of the terminal that a text takes. */
export function widthOf(text: string): number {
  if (/^[\u0020-\u024f\u2010-\u2027]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) width += wide.test(segment) ? 2 : 1;
  return width;
}
const wide = /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
