import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { canonicalJson, messageOf } from '@paved/kernel';
import type { Logger } from '@paved/host';
import type { DriverInput, LogLine, Observation, WorkloadInputs, WorkloadOutputs } from '@paved/orchestrator';
import { becomeReady } from './become-ready.ts';
import type { Reveal } from './environment.ts';
import type { Guards } from './guards.ts';
import type { Ingress } from './ingress.ts';
import type { Instance } from './instance.ts';
import { createJobRuns } from './job.ts';
import { observeWorkload } from './observe-workload.ts';
import type { PortPool } from './port.ts';
import type { Records, RevisionRecord, WorkloadRecord } from './record.ts';
import type { Releases } from './release.ts';
import { createRevisions, type Running } from './revisions.ts';
import { createTraffic } from './traffic.ts';
import { createWorkloadGuard } from './workload-guard.ts';
import { createWorkloadLog } from './workload-log.ts';

interface WorkloadDeps {
  readonly record: WorkloadRecord;
  readonly records: Records;
  readonly logFolder: string;
  readonly releases: Releases;
  readonly ports: PortPool;
  readonly ingress: Ingress;
  readonly markerPrefix: string;
  readonly reveal: Reveal;
  readonly guards: Guards;
  readonly now: () => Date;
  readonly log: Logger;
  readonly limits: WorkloadLimits;
  changed(): void;
  lines(lines: readonly LogLine[]): void;
}

export interface WorkloadLimits {
  /** Longest time for a new version to become ready. */
  readonly readyMs: number;
  /** Longest time an old version may take to finish what it had begun. */
  readonly drainMs: number;
  /** Between SIGTERM and SIGKILL. */
  readonly graceMs: number;
  /** Between two health checks of an instance that is well. */
  readonly steadyProbeMs: number;
}

/** One workload: its current version, the one being brought up, and those on their way out. */
export interface Workload {
  readonly record: WorkloadRecord;
  apply(input: DriverInput, signal: AbortSignal): Promise<WorkloadOutputs>;
  observe(): Observation;
  tail(count: number, instance?: string): LogLine[];
  /** Takes over what still runs from an earlier server; what should run and does not is started only by `resume`. */
  adopt(): Promise<void>;
  resume(): void;
  destroy(): Promise<void>;
  /** Stops everything; the next server starts it again. */
  stop(): Promise<void>;
  /** Leaves everything running to the next server. */
  release(): void;
}

const SAVE_AGAIN_MS = 2_000;

export function createWorkload(deps: WorkloadDeps): Workload {
  const { record, limits, releases } = deps;
  const uid = record.input.uid;
  const folder = deps.records.folder(uid);
  const log = createWorkloadLog({
    folder: deps.logFolder,
    now: deps.now,
    lines: deps.lines,
    onLost: (error) => deps.log.warn({ err: error, uid }, 'Lines of a workload’s log could not be kept.'),
  });
  const name = (): string => (record.current ?? record.next)?.inputs.name ?? record.input.id;
  const leaving = new Map<Running, Promise<void>>();
  let current: Running | undefined;
  let next: Running | undefined;
  let closed = false;
  let stopping = false;
  let queue: Promise<unknown> = Promise.resolve();

  let saveAgain: NodeJS.Timeout | undefined;
  /** A full disk must not end supervision: what is in memory goes on, and is written when there is room. */
  const save = (): void => {
    clearTimeout(saveAgain);
    if (closed) return;
    try {
      deps.records.save(record);
    } catch (error) {
      deps.log.error({ err: error, uid }, 'The record of a workload could not be written; trying again.');
      saveAgain = setTimeout(save, SAVE_AGAIN_MS);
      saveAgain.unref();
    }
  };
  const traffic = createTraffic({
    record,
    ingress: deps.ingress,
    ports: deps.ports,
    releases,
    current: () => (stopping ? undefined : current?.instances),
    name,
    say: log.say,
    save,
  });
  const exclusive = <T>(work: () => Promise<T>): Promise<T> => {
    const result = queue.then(work, work);
    queue = result.catch(() => {});
    return result;
  };

  const guard = createWorkloadGuard({ guards: deps.guards, record, folder, save });
  const revisions = createRevisions({
    record,
    folder,
    markerPrefix: `${deps.markerPrefix}${uid}:`,
    ports: deps.ports,
    graceMs: limits.graceMs,
    steadyProbeMs: limits.steadyProbeMs,
    reveal: deps.reveal,
    cage: guard.cage,
    releases,
    log: log.keep,
    now: deps.now,
    save,
    changed: deps.changed,
  });
  const jobs = createJobRuns({
    record,
    now: deps.now,
    async newRun(revision) {
      const time = deps.now().toISOString().slice(0, 19).replaceAll(/\D/g, '');
      const instance = await revisions.newInstance(revision.inputs, `r${revision.number}-${time}`);
      revision.instances = [instance];
      save();
      return revisions.instanceOf(revision, instance);
    },
    again: revisions.instanceOf,
    log,
    save,
    changed: deps.changed,
  });

  const ready = ({ instances }: Running, signal: AbortSignal): Promise<void> =>
    becomeReady({
      name: name(),
      instances,
      readyMs: limits.readyMs,
      signal,
      log,
      stopping: () => stopping,
      served: () => current !== undefined,
    });

  /** Lets an old version finish what it had begun, then stops it. */
  const leave = (running: Running): void => {
    const gone = (async () => {
      await Promise.all(running.instances.map((instance) => instance.drain(limits.drainMs)));
      await Promise.all(running.instances.map((instance) => instance.stop()));
      record.old = record.old.filter((revision) => revision !== running.revision);
      leaving.delete(running);
      save();
      deps.changed();
    })();
    gone.catch((error: unknown) => deps.log.error({ err: error, uid }, 'An old version could not be stopped.'));
    leaving.set(running, gone);
  };

  /** From here on the revision is what the workload is; the one before is on its way out. */
  const become = (revision: RevisionRecord, input: DriverInput, before: Running | undefined): void => {
    delete record.next;
    if (record.current !== undefined) record.old.push(record.current);
    record.current = revision;
    record.input = input;
    record.restarts = 0;
    save();
    if (before === undefined) record.old = [...leaving.keys()].map((running) => running.revision);
    else leave(before);
  };

  const replace = async (input: DriverInput, inputs: WorkloadInputs, digest: string, signal: AbortSignal): Promise<void> => {
    const revision = await revisions.newRevision(inputs, digest);
    record.next = revision;
    save();
    const coming = revisions.runningOf(revision);
    next = coming;
    log.say(`Version ${inputs.version} starts.`);
    const before = current;
    try {
      for (const instance of coming.instances) instance.start();
      await ready(coming, signal);
      current = coming;
      await traffic.open(inputs);
    } catch (error) {
      current = before;
      await Promise.all(coming.instances.map((instance) => instance.stop()));
      delete record.next;
      save();
      log.say(`Version ${inputs.version} did not start: ${messageOf(error).split('\n')[0]}`);
      throw error;
    } finally {
      next = undefined;
    }
    become(revision, input, before);
    log.say(`Version ${inputs.version} is ready and takes traffic.`);
    deps.changed();
  };

  const runJob = async (input: DriverInput, inputs: WorkloadInputs, digest: string, signal: AbortSignal): Promise<void> => {
    if (record.current?.digest !== digest) {
      await jobs.cancel();
      const before = current;
      const revision = await revisions.newRevision(inputs, digest);
      current = undefined;
      await traffic.open(inputs);
      become(revision, input, before);
    }
    if (record.current !== undefined) await jobs.deploy(record.current, signal);
  };

  const apply = async (input: DriverInput, signal: AbortSignal): Promise<WorkloadOutputs> => {
    const inputs = input.inputs as unknown as WorkloadInputs;
    const digest = createHash('sha256').update(canonicalJson(inputs)).digest('hex');
    if (inputs.artifact !== undefined) await releases.unpack(inputs.artifact);
    if (inputs.class === 'job') await runJob(input, inputs, digest, signal);
    else if (record.current?.digest === digest && current !== undefined) await ready(current, signal);
    else {
      await jobs.cancel();
      await replace(input, inputs, digest, signal);
    }
    return traffic.outputs(inputs);
  };

  const everyInstance = (): Instance[] => [current, next, ...leaving.keys()].flatMap((running) => running?.instances ?? []);
  const stopAll = async (keep: boolean): Promise<void> => {
    stopping = true;
    traffic.close();
    await Promise.all([...everyInstance().map((instance) => instance.stop({ keep })), jobs.cancel()]);
    await Promise.allSettled(leaving.values());
    guard.endStragglers();
  };

  return {
    record,
    apply: (input, signal) => exclusive(() => apply(input, signal)),
    observe: () =>
      record.current?.inputs.class === 'job' ? jobs.observe() : observeWorkload(record, current?.instances, next !== undefined),
    tail: log.tail,
    async adopt() {
      revisions.sweep();
      const { current: revision } = record;
      if (revision?.inputs.class === 'job') jobs.adopt();
      else if (revision !== undefined) {
        current = revisions.runningOf(revision);
        for (const instance of current.instances) instance.adopt();
        await traffic.open(revision.inputs).catch((error: unknown) => log.say(`Not reachable: ${messageOf(error)}`));
      }
      // A deployment that the last server did not finish is begun anew by its run; what it had started goes, like old versions.
      if (record.next !== undefined) record.old.push(record.next);
      delete record.next;
      for (const old of [...record.old]) {
        const left = revisions.runningOf(old);
        for (const instance of left.instances) instance.adopt();
        leave(left);
      }
      save();
    },
    resume() {
      if (record.current?.inputs.class === 'job') jobs.resume();
      for (const instance of current?.instances ?? []) instance.startMissing();
    },
    async destroy() {
      stopping = true;
      await exclusive(async () => {
        deps.ingress.release(uid);
        await stopAll(false);
        closed = true;
        log.close();
        for (const port of Object.values(record.fixedPorts)) deps.ports.release(port);
        guard.release();
        deps.records.remove(uid);
        rmSync(deps.logFolder, { recursive: true, force: true });
      });
    },
    async stop() {
      await stopAll(true);
      // A deployment under way ends by itself now, and takes its instances with it.
      await queue;
      closed = true;
      log.close();
    },
    release() {
      stopping = true;
      closed = true;
      traffic.close();
      for (const instance of everyInstance()) instance.release();
      jobs.release();
      log.close();
    },
  };
}
