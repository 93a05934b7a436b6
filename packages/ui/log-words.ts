import { plainText, spansOf, type Span } from './ansi.ts';

/** A log line, read: what to draw, what to search, and whether it speaks of trouble. */
export interface ReadLine {
  readonly spans: readonly Span[];
  readonly text: string;
  readonly level: 'error' | 'warn' | undefined;
}

const read = new WeakMap<object, ReadLine>();

/** Reads a line once; lines keep their identity while a log grows. */
export function readLine(line: { readonly text: string }): ReadLine {
  const known = read.get(line);
  if (known) return known;
  const fresh = readStructured(line.text) ?? readPlain(line.text);
  read.set(line, fresh);
  return fresh;
}

function readPlain(text: string): ReadLine {
  const plain = plainText(text);
  return { spans: spansOf(text), text: plain, level: levelOfText(plain) };
}

/** Whether words speak of trouble; "0 errors" does not. */
export function levelOfText(text: string): ReadLine['level'] {
  if (/\b(error|fatal|failed|exception|panic)\b/i.test(text) && !/\b(0|no) (errors?|failed)\b/i.test(text)) return 'error';
  if (/\b(warn|warning)\b/i.test(text)) return 'warn';
  return undefined;
}

const numbered: Record<number, string> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };
const hidden = new Set([
  'level',
  'severity',
  'message',
  'msg',
  'time',
  'timestamp',
  'ts',
  '@timestamp',
  'pid',
  'hostname',
  'v',
  'name',
  'service',
]);

/** A JSON line as people read it: level, message, then the other fields in grey. */
function readStructured(text: string): ReadLine | undefined {
  if (!text.startsWith('{') || !text.endsWith('}')) return undefined;
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const message = fields['message'] ?? fields['msg'];
  if (typeof message !== 'string') return undefined;
  const raw = fields['level'] ?? fields['severity'];
  const level = (typeof raw === 'number' ? numbered[raw] : typeof raw === 'string' ? raw : 'info')?.toLowerCase() ?? 'info';
  const rest = Object.entries(fields)
    .filter(([key]) => !hidden.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  const bad = ['error', 'fatal', 'critical', 'err'].includes(level);
  const warn = ['warn', 'warning'].includes(level);
  const className = bad ? 'a-red a-bold' : warn ? 'a-yellow a-bold' : 'a-dim';
  return {
    spans: [
      { text: `${level.padEnd(5)} `, className },
      { text: message },
      ...(rest === '' ? [] : [{ text: `  ${rest}`, className: 'a-dim' }]),
    ],
    text: `${level} ${message} ${rest}`,
    level: bad ? 'error' : warn ? 'warn' : undefined,
  };
}
