import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { LogLine } from '@paved/orchestrator';

/** Keeps a workload's lines: numbered, in files of bounded size and number, each named after its first line's number. */
interface LogFile {
  /** Numbers and keeps the lines; gives them back numbered. A full disk loses lines, never the workload: `onLost` is told. */
  append(lines: readonly Omit<LogLine, 'n'>[]): LogLine[];
  tail(count: number, instance?: string): LogLine[];
}

interface LogLimits {
  readonly bytesPerFile: number;
  readonly files: number;
}

const defaults: LogLimits = { bytesPerFile: 2 * 1024 * 1024, files: 5 };

export function openLogFile(folder: string, limits: LogLimits = defaults, onLost: (error: unknown) => void = () => {}): LogFile {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const nameOf = (first: number): string => path.join(folder, `${String(first).padStart(12, '0')}.log`);
  let files = readdirSync(folder)
    .filter((name) => /^\d{12}\.log$/.test(name))
    .sort()
    .map((name) => path.join(folder, name));
  let last = files.at(-1);
  // A torn last line (power loss) is skipped when reading; numbers go on after the newest readable one.
  let n = last === undefined ? 0 : (read(last).at(-1)?.n ?? Number(path.basename(last, '.log')) - 1);
  let size = last === undefined ? 0 : statSync(last).size;
  const rotate = (first: number): string => {
    last = nameOf(first);
    size = 0;
    files.push(last);
    for (const old of files.slice(0, Math.max(0, files.length - limits.files))) rmSync(old, { force: true });
    files = files.slice(-limits.files);
    return last;
  };
  return {
    append(lines) {
      const numbered = lines.map((line) => ({ n: ++n, ...line }));
      let text = '';
      try {
        let file = last ?? rotate(numbered[0]?.n ?? n);
        for (const line of numbered) {
          if (size >= limits.bytesPerFile) {
            write(file, text);
            text = '';
            file = rotate(line.n);
          }
          const row = `${JSON.stringify(line)}\n`;
          size += Buffer.byteLength(row);
          text += row;
        }
        write(file, text);
      } catch (error) {
        onLost(error);
      }
      return numbered;
    },
    tail(count, instance) {
      let found: LogLine[] = [];
      for (const file of files.toReversed()) {
        const lines = instance === undefined ? read(file) : read(file).filter((line) => line.instance === instance);
        found = [...lines, ...found];
        if (found.length >= count) break;
      }
      return count <= 0 ? [] : found.slice(-count);
    },
  };
}

function write(file: string, text: string): void {
  if (text !== '') appendFileSync(file, text, { mode: 0o600 });
}

function read(file: string): LogLine[] {
  if (!existsSync(file)) return [];
  const lines: LogLine[] = [];
  for (const row of readFileSync(file, 'utf8').split('\n')) {
    if (row === '') continue;
    try {
      lines.push(JSON.parse(row) as LogLine);
    } catch {
      // Half a line from a crash: the rest of the file is good.
    }
  }
  return lines;
}
