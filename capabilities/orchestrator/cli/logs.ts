import { getWorkloadLogs, type CliContext } from '@paved/client';
import { PavedError, parseRef, formatRef } from '@paved/kernel';
import { WORKLOAD_LOGGED, type LogLine } from '../index.ts';

export interface LogsOptions {
  readonly env: string;
  readonly follow?: boolean;
  readonly tail: string;
  readonly instance?: string;
}

/** Prints what a service said, and with `follow` what it says until Ctrl-C. */
export async function printLogs(cli: CliContext, text: string, options: LogsOptions): Promise<void> {
  const component = formatRef(parseRef(text, { kind: 'component' }));
  const tail = Number(options.tail);
  if (!Number.isInteger(tail) || tail < 1)
    throw new PavedError('invalid', `--tail ${options.tail} is not a number of lines.`, { fix: 'Write --tail 200.' });
  const query = { component, environment: options.env, tail, instance: options.instance };
  const seen = new Map<string, number>();
  const print = (line: LogLine): void => {
    if (line.n <= (seen.get(line.instance) ?? 0)) return;
    seen.set(line.instance, line.n);
    if (cli.format === 'table') process.stdout.write(`${line.instance}  ${line.text}\n`);
    else process.stdout.write(`${JSON.stringify(line)}\n`);
  };
  const look = async (): Promise<void> => {
    for (const line of await cli.api.call(getWorkloadLogs, { query })) print(line);
  };
  await look();
  if (options.follow !== true) return;
  let behind = look();
  await cli.api.events(
    { types: [WORKLOAD_LOGGED], subject: component },
    ({ data }) => {
      const { environment, instance, lines } = data as { environment: string; instance: string; lines: Omit<LogLine, 'instance'>[] };
      if (environment !== options.env || (options.instance !== undefined && options.instance !== instance)) return;
      // What was said between reading and listening is read once more, in order, before the first live line.
      behind = behind.then(() => lines.forEach((line) => print({ ...line, instance })));
    },
    cli.signal,
  );
}
