import { setTimeout as sleep } from 'node:timers/promises';
import { failureOf } from '../model/failure.ts';
import { never, type Execution } from './execution.ts';
import { bounded } from './step-runner.ts';

const TRIES = 3;
const UNDO_TIMEOUT_MS = 5 * 60_000;

/** Takes back finished steps, the last one first. Gives the titles of those that could not be taken back. */
export async function undoSteps(run: Execution, now: () => Date, again: AbortSignal): Promise<string[]> {
  const left: string[] = [];
  for (const entry of run.undos.toReversed()) {
    const { step } = entry;
    // An earlier worker may have got this far before it died.
    if (step.status === 'undone') continue;
    if (run.draining) return never();
    const log = run.logOf(step.id);
    let undone = false;
    for (let tried = 1; tried <= TRIES && !undone; tried++) {
      try {
        await bounded(again, entry.timeoutMs ?? UNDO_TIMEOUT_MS, (signal) =>
          entry.undo(entry.output as never, {
            idempotencyKey: `${run.row.id}/${step.id}/undo`,
            attempt: tried,
            signal,
            log: (text, stream) => log.write(text, stream),
          }),
        );
        undone = true;
      } catch (error) {
        if (run.parked) throw error;
        // The stop of the server may be why: another one tries again.
        if (run.draining) return await never();
        log.write(`Taking it back failed: ${failureOf(error, run.masker).message}\n`, 'stderr');
        if (tried < TRIES) await sleep(500 * tried);
      }
    }
    await log.end();
    if (undone) {
      step.status = 'undone';
      step.endedAt = now();
    } else {
      step.error = 'It could not be taken back; see its log.';
      left.push(step.title);
    }
    await run.writer.save(step);
  }
  return left;
}
