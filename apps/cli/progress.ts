import { styleText } from 'node:util';
import type { Progress } from '@paved/client';
import { formatDuration } from '@paved/kernel';
import { shorten } from './table.ts';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

const marks = { done: '✓', failed: '✗' } as const;

interface Line {
  text: string;
  state: 'running' | 'done' | 'failed';
  readonly since: number;
  /** How long it took; missing while it runs. */
  ms?: number;
}

/** Steps with their time: animated in place at a terminal, one plain line per change elsewhere. */
export function createProgress(options: {
  animated: boolean;
  silent: boolean;
  write?: (text: string) => void;
  /** Columns of the terminal now: an animated line never takes two, or it could not be drawn over. */
  width?: () => number;
  colours?: boolean;
}): Progress {
  const write = options.write ?? ((text: string) => void process.stderr.write(text));
  // Some terminals do not know their size and say 0.
  const width = (): number => (options.width?.() ?? process.stderr.columns) || 80;
  const colours = options.colours ?? process.stderr.hasColors?.() === true;
  const lines = new Map<string, Line>();
  // Lines that are drawn over. One that is over, with none before it still open, stays where it is: many steps scroll by.
  const live = new Set<string>();
  let drawn = 0;
  let frame = 0;
  const seconds = (line: Line): string => formatDuration(line.ms ?? performance.now() - line.since);
  const paint = (state: Line['state'], mark: string): string =>
    colours && state !== 'running' ? styleText(state === 'done' ? 'green' : 'red', mark, { validateStream: false }) : mark;
  const quiet = (text: string): string => (colours ? styleText('dim', text, { validateStream: false }) : text);
  const draw = (): void => {
    const text = [...live]
      .map((id) => {
        const line = lines.get(id)!;
        const mark = line.state === 'running' ? (frames[frame % frames.length] ?? '') : marks[line.state];
        return `\u001b[2K${paint(line.state, mark)} ${shorten(line.text, width() - seconds(line).length - 5)}  ${quiet(seconds(line))}`;
      })
      .join('\n');
    write(`${drawn > 0 ? `\u001b[${drawn}A\r` : ''}${text}\n`);
    for (const id of live) {
      if (lines.get(id)?.state === 'running') break;
      live.delete(id);
    }
    drawn = live.size;
  };
  const timer = options.animated
    ? setInterval(() => {
        frame += 1;
        if (live.size > 0) draw();
      }, 100)
    : undefined;
  timer?.unref();
  const change = (id: string, state: Line['state'], text?: string, ms?: number): void => {
    const before = lines.get(id);
    const since = before?.since ?? performance.now();
    const line: Line = {
      since,
      state,
      text: text ?? before?.text ?? id,
      ...(state === 'running' ? {} : { ms: ms ?? performance.now() - since }),
    };
    if (before?.state === state && before.text === line.text) return;
    lines.set(id, line);
    live.add(id);
    if (options.silent) return;
    if (options.animated) draw();
    else write(state === 'running' ? `… ${line.text}\n` : `${marks[state]} ${line.text} (${seconds(line)})\n`);
  };
  return {
    step: (id, text) => change(id, 'running', text),
    done: (id, text, ms) => change(id, 'done', text, ms),
    failed: (id, text, ms) => change(id, 'failed', text, ms),
    note(text) {
      if (options.silent) return;
      write(`${text}\n`);
      drawn = 0;
    },
    end() {
      clearInterval(timer);
    },
  };
}
