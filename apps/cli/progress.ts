import type { Progress } from '@paved/client';
import { formatDuration } from '@paved/kernel';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

interface Line {
  text: string;
  state: 'running' | 'done' | 'failed';
  readonly since: number;
  /** How long it took; missing while it runs. */
  ms?: number;
}

/** Steps with their time: animated in place at a terminal, one plain line per change elsewhere. */
export function createProgress(options: { animated: boolean; silent: boolean; write?: (text: string) => void }): Progress {
  const write = options.write ?? ((text: string) => void process.stderr.write(text));
  const lines = new Map<string, Line>();
  let drawn = 0;
  let frame = 0;
  const seconds = (line: Line): string => formatDuration(line.ms ?? performance.now() - line.since);
  const draw = (): void => {
    const mark = { running: frames[frame % frames.length] ?? '', done: '✓', failed: '✗' };
    const text = [...lines.values()].map((line) => `\u001b[2K${mark[line.state]} ${line.text}  ${seconds(line)}`).join('\n');
    write(`${drawn > 0 ? `\u001b[${drawn}A\r` : ''}${text}\n`);
    drawn = lines.size;
  };
  const timer = options.animated
    ? setInterval(() => {
        frame += 1;
        if (lines.size > 0) draw();
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
    if (options.silent) return;
    if (options.animated) draw();
    else write(state === 'running' ? `… ${line.text}\n` : `${state === 'done' ? '✓' : '✗'} ${line.text} (${seconds(line)})\n`);
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
