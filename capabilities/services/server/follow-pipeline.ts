import { setTimeout as wait } from 'node:timers/promises';
import { PavedError } from '@paved/kernel';
import { hasEnded, type Runs, type StepContext } from '@paved/runs';

const LOOK_MS = 300;

/** Shows a pipeline's steps until its end; throws when it did not succeed. */
export async function followPipeline(runs: Runs, id: string, step: StepContext): Promise<void> {
  const shown = new Map<string, string>();
  for (;;) {
    const pipeline = await runs.get(id);
    if (pipeline === undefined) throw new PavedError('not_found', `The pipeline run ${id} is gone.`);
    for (const part of pipeline.steps) {
      if (part.status !== 'pending' && shown.get(part.id) !== part.status) step.log(`  ${part.title}: ${part.status}`);
      shown.set(part.id, part.status);
    }
    if (pipeline.status === 'succeeded') return;
    if (hasEnded(pipeline.status)) {
      throw new PavedError(
        'unavailable',
        `The pipeline ${pipeline.status}${pipeline.error === undefined ? '.' : `: ${pipeline.error.message}`}`,
        {
          fix: `Open /runs/${id}, correct the cause and push.`,
          facts: { runId: id },
        },
      );
    }
    await wait(LOOK_MS, undefined, { signal: step.signal });
  }
}
