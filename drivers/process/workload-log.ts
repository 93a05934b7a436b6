import type { LogLine } from '@paved/orchestrator';
import { openLogFile } from './log-file.ts';

type NewLine = Omit<LogLine, 'n' | 'at'>;

/** A workload's log: kept in files, and given to live followers a few times a second. */
export interface WorkloadLog {
  keep(lines: readonly NewLine[]): void;
  /** A line of the platform's own. */
  say(text: string): void;
  tail(count: number, instance?: string): LogLine[];
  /** What the workload itself printed last. */
  lastLine(): string | undefined;
  /** The end of an instance's output, for an error message. */
  lastLines(instance?: string): string;
  close(): void;
}

const BATCH_MS = 50;
const QUOTED = 10;

export function createWorkloadLog(options: {
  folder: string;
  now: () => Date;
  lines(lines: readonly LogLine[]): void;
  onLost(error: unknown): void;
}): WorkloadLog {
  const file = openLogFile(options.folder, undefined, options.onLost);
  let waiting: LogLine[] = [];
  let closed = false;
  const keep = (lines: readonly NewLine[]): void => {
    if (closed) return;
    const at = options.now().toISOString();
    if (waiting.length === 0) {
      setTimeout(() => {
        options.lines(waiting);
        waiting = [];
      }, BATCH_MS).unref();
    }
    waiting.push(...file.append(lines.map((line) => ({ at, ...line }))));
  };
  const printed = (instance?: string): LogLine[] =>
    file.tail(200).filter((line) => line.stream !== 'platform' && (instance === undefined || line.instance.split('/')[0] === instance));
  return {
    keep,
    say: (text) => keep([{ stream: 'platform', text, instance: 'platform' }]),
    tail: file.tail,
    lastLine: () => printed().at(-1)?.text,
    lastLines(instance) {
      const tail = printed(instance).slice(-QUOTED);
      return tail.length === 0 ? '. It printed nothing.' : `\n${tail.map((line) => `  ${line.text}`).join('\n')}`;
    },
    close: () => void (closed = true),
  };
}
