import { pino, type Logger as PinoLogger } from 'pino';

/** Structured log, JSON lines on stdout. Secrets are redacted by field name; never put one into a message. */
export type Logger = PinoLogger;

const redact = [
  'password',
  'token',
  'secret',
  'authorization',
  'cookie',
  'databaseUrl',
  '*.password',
  '*.token',
  '*.secret',
  '*.authorization',
  '*.cookie',
  'req.headers.authorization',
  'req.headers.cookie',
];

/** The process's logger. `pretty` is for a person at a terminal: one short line per record. */
export function createLogger(options: { level: string; pretty?: boolean; write?: (line: string) => void }): Logger {
  const write = options.write ?? ((line: string) => void process.stdout.write(line));
  const destination = { write: options.pretty ? (line: string) => write(prettyLine(line)) : write };
  return pino(
    { level: options.level, redact: { paths: redact, censor: '••••' }, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    destination,
  );
}

const levels: Record<number, string> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };

function prettyLine(line: string): string {
  const { level, time, msg, err, ...rest } = JSON.parse(line) as {
    level: number;
    time: string;
    msg?: string;
    err?: { message?: string; stack?: string };
  };
  const extra = Object.keys(rest).length > 0 ? ` ${JSON.stringify(rest)}` : '';
  const trace = err?.stack === undefined ? '' : `\n${err.stack}`;
  return `${time.slice(11, 23)} ${(levels[level] ?? '').padEnd(5)} ${msg ?? ''}${extra}${trace}\n`;
}
