import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, PavedError } from '@paved/kernel';
import type { Observation } from '@paved/orchestrator';
import { nextRun, parseCron } from './cron.ts';
import { exitText } from './exit-reason.ts';
import type { Instance } from './instance.ts';
import type { InstanceRecord, RevisionRecord, WorkloadRecord } from './record.ts';
import type { WorkloadLog } from './workload-log.ts';

interface JobDeps {
  readonly record: WorkloadRecord;
  readonly now: () => Date;
  readonly log: WorkloadLog;
  /** A new instance, written down before it starts. */
  newRun(revision: RevisionRecord): Promise<Instance>;
  /** The instance of a run that an earlier server began. */
  again(revision: RevisionRecord, instance: InstanceRecord): Instance;
  save(): void;
  changed(): void;
}

/** Runs a job: once per deployment, or at each tick of its schedule (never twice at the same time). */
interface JobRuns {
  /** Without schedule: resolves when the run of this revision ended with code 0, throws when not. With one: resolves at once. */
  deploy(revision: RevisionRecord, signal: AbortSignal): Promise<void>;
  observe(): Observation;
  adopt(): void;
  resume(): void;
  cancel(): Promise<void>;
  release(): void;
}

/** Timers cannot wait longer than 2^31 ms. */
const LONGEST_TIMER_MS = 2_000_000_000;

export function createJobRuns(deps: JobDeps): JobRuns {
  const { record } = deps;
  let timer: NodeJS.Timeout | undefined;
  let running: { instance: Instance; result: Promise<void> } | undefined;

  const begin = (revision: RevisionRecord, instance: Instance, adopted: boolean): void => {
    const startedAt = deps.now().toISOString();
    const result = (async () => {
      if (adopted) instance.adopt();
      else instance.start();
      while (instance.state() !== 'done' && instance.state() !== 'failed') {
        if (instance.state() === 'stopped') return;
        await sleep(25);
      }
      const lastLine = deps.log.lastLine();
      record.lastJob = {
        digest: revision.digest,
        startedAt,
        endedAt: deps.now().toISOString(),
        ...(instance.state() === 'done' ? { code: 0 } : endOf(record)),
        ...(lastLine === undefined ? {} : { lastLine }),
      };
      await instance.stop();
      revision.instances = [];
      running = undefined;
      deps.save();
      deps.changed();
    })();
    // Nobody waits for a scheduled run.
    result.catch((error: unknown) => deps.log.say(`The run could not be finished: ${messageOf(error)}`));
    running = { instance, result };
    deps.changed();
  };

  const start = async (revision: RevisionRecord): Promise<void> => begin(revision, await deps.newRun(revision), false);

  const plan = (): void => {
    clearTimeout(timer);
    const schedule = record.current?.inputs.schedule;
    if (schedule === undefined) return;
    const at = nextRun(parseCron(schedule), deps.now());
    if (at === undefined) return;
    const wait = at.getTime() - deps.now().getTime();
    timer = setTimeout(
      () => {
        if (wait <= LONGEST_TIMER_MS) tick().catch((error: unknown) => deps.log.say(`The run could not be started: ${messageOf(error)}`));
        plan();
      },
      Math.min(wait, LONGEST_TIMER_MS),
    );
    timer.unref();
  };
  const tick = async (): Promise<void> => {
    const revision = record.current;
    if (revision === undefined) return;
    if (running !== undefined) return deps.log.say('The run before has not ended; this one is left out.');
    await start(revision);
  };

  const adopt = (): void => {
    const revision = record.current;
    const instance = revision?.instances[0];
    if (revision === undefined || instance === undefined || running !== undefined) return;
    // Ended between its last step and our writing it down: its containers say so.
    const ended = instance.done.length === Object.keys(revision.inputs.containers).length;
    if (ended || Object.keys(instance.processes).length > 0) begin(revision, deps.again(revision, instance), true);
  };

  return {
    async deploy(revision, signal) {
      if (revision.inputs.schedule !== undefined) {
        plan();
        deps.changed();
        return;
      }
      const done = (): boolean => record.lastJob?.digest === revision.digest && record.lastJob.code === 0;
      if (done()) return;
      adopt();
      if (running === undefined) await start(revision);
      const current = running as typeof running | undefined;
      const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      await Promise.race([current?.result, aborted]);
      if (signal.aborted) {
        await current?.instance.stop();
        signal.throwIfAborted();
      }
      if (done()) return;
      const last = record.lastJob;
      throw new PavedError(
        'unavailable',
        `${revision.inputs.name} failed: ${exitText(last ?? {})}${deps.log.lastLines(current?.instance.id)}`,
        {
          fix: 'Correct it and deploy again.',
        },
      );
    },
    observe: () => observeJob(record, running !== undefined),
    adopt,
    resume: plan,
    async cancel() {
      clearTimeout(timer);
      await running?.instance.stop();
      running = undefined;
    },
    release() {
      clearTimeout(timer);
      running?.instance.release();
    },
  };
}

function endOf(record: WorkloadRecord): { code?: number; signal?: string } {
  const { code, signal } = record.lastExit ?? {};
  return { ...(code === undefined ? {} : { code }), ...(signal === undefined ? {} : { signal }) };
}

function observeJob(record: WorkloadRecord, running: boolean): Observation {
  const last = record.lastJob;
  const scheduled = record.current?.inputs.schedule !== undefined;
  const facts = {
    instances: { ready: running || last?.code === 0 || (scheduled && last === undefined) ? 1 : 0, wanted: 1 },
    restarts: 0,
    ...(record.lastExit === undefined ? {} : { lastExit: JSON.parse(JSON.stringify(record.lastExit)) }),
    ...(last === undefined ? {} : { lastRun: { startedAt: last.startedAt, endedAt: last.endedAt } }),
  };
  if (running) return { health: scheduled ? 'healthy' : 'progressing', reason: 'It is running now.', facts };
  if (last === undefined)
    return { health: scheduled ? 'healthy' : 'unknown', reason: scheduled ? 'It waits for its first run.' : 'It has not run yet.', facts };
  if (last.code === 0) return { health: 'healthy', facts };
  const reason = `${exitText(last)} at ${last.endedAt}${last.lastLine === undefined ? '' : `; last line: ${last.lastLine.slice(0, 200)}`}`;
  return { health: scheduled ? 'degraded' : 'failed', reason, facts };
}
