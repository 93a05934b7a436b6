import { getRun, getRunLogs, pause, type CliContext, type RunLogPage } from '@paved/client';
import { PavedError } from '@paved/kernel';
import { hasEnded, LOG_APPENDED, RUN_CHANGED } from '../index.ts';

type LogLine = RunLogPage['items'][number];

/** Events wake the reader; without any it looks again after this long. */
const LOOK_MS = 2_000;

/** Prints the whole log. */
export async function printLogs(cli: CliContext, id: string, step?: string): Promise<void> {
  await readOn(cli, id, step, undefined, printer(cli, step));
}

/** The position behind what is stored now. */
export const endOfLogs = (cli: CliContext, id: string): Promise<string> => readOn(cli, id, undefined, undefined, () => {});

/** Prints the log (from a position) and what is added, until the run ends. Throws when the run did not succeed. */
export async function followLogs(cli: CliContext, id: string, step?: string, from?: string): Promise<void> {
  const print = printer(cli, step);
  let run = await cli.api.call(getRun, { path: { id } });
  let position = from;
  const ended = new AbortController();
  const signal = AbortSignal.any([cli.signal, ended.signal]);
  let wake = (): void => {};
  let woken = false;
  const stream = cli.api.events({ types: [LOG_APPENDED, RUN_CHANGED], subject: id }, () => ((woken = true), wake()), signal);
  // The log can be read without the stream too, only later.
  stream.catch(() => {});
  try {
    for (;;) {
      woken = false;
      run = await cli.api.call(getRun, { path: { id } });
      position = await readOn(cli, id, step, position, print);
      if (hasEnded(run.status) || cli.signal.aborted) break;
      if (!woken) await pause((resolve) => (wake = resolve), LOOK_MS, signal);
    }
  } finally {
    ended.abort();
  }
  if (cli.signal.aborted) throw new PavedError('cancelled', 'Interrupted; the run goes on.');
  if (run.status === 'succeeded') return;
  const why = run.error?.message ?? '';
  throw new PavedError(
    run.status === 'cancelled' ? 'cancelled' : 'internal',
    `The run ${run.status === 'cancelled' ? 'was cancelled' : 'failed'}: ${why}`,
    run.error?.fix === undefined ? {} : { fix: run.error.fix },
  );
}

/** Reads everything behind a position; gives the new position. */
async function readOn(
  cli: CliContext,
  id: string,
  step: string | undefined,
  from: string | undefined,
  print: (line: LogLine) => void,
): Promise<string> {
  for (let cursor = from; ;) {
    const page = await cli.api.call(getRunLogs, { path: { id }, query: { step, cursor, limit: 5000 } });
    for (const line of page.items) print(line);
    cursor = page.pageInfo.nextCursor;
    if (cursor === undefined) return page.position;
  }
}

/** Plain lines for people, one JSON object per line for scripts. */
function printer(cli: CliContext, step: string | undefined): (line: LogLine) => void {
  if (cli.format === 'json') return (line) => void process.stdout.write(`${JSON.stringify(line)}\n`);
  return (line) => void process.stdout.write(step === undefined ? `${line.step} | ${line.text}\n` : `${line.text}\n`);
}
