import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { canonicalJson, messageOf, PavedError } from '@paved/kernel';
import type { Logger } from '@paved/host';
import type { DriverInput, LogLine, Observation, WorkloadInputs, WorkloadOutputs } from '@paved/orchestrator';
import type { Reveal } from './environment.ts';
import type { Guards } from './guards.ts';
import type { Ingress } from './ingress.ts';
import { createInstance, type Instance } from './instance.ts';
import { createJobRuns } from './job.ts';
import { observeWorkload } from './observe-workload.ts';
import type { PortPool } from './port.ts';
import type { InstanceRecord, Records, RevisionRecord, WorkloadRecord } from './record.ts';
import type { Releases } from './release.ts';
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

/** Ends while starting after which a new version is given up before its time is over. */
const CRASHES = 3;
const SAVE_AGAIN_MS = 2_000;

interface Running {
  readonly revision: RevisionRecord;
  readonly instances: readonly Instance[];
}

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
  const newInstance = async (inputs: WorkloadInputs, id: string): Promise<InstanceRecord> => {
    const ports: Record<string, number> = {};
    for (const port of Object.keys(inputs.ports).sort()) ports[port] = await deps.ports.allocate();
    return { id, ports, processes: {}, done: [] };
  };
  const newRevision = async (inputs: WorkloadInputs, digest: string): Promise<RevisionRecord> => {
    const number = ++record.lastRevision;
    const count = inputs.class === 'static' || inputs.class === 'job' ? 0 : Math.max(1, inputs.replicas);
    const instances: InstanceRecord[] = [];
    for (let replica = 1; replica <= count; replica++) instances.push(await newInstance(inputs, `r${number}-${replica}`));
    return { number, digest, inputs, deployedAt: deps.now().toISOString(), instances };
  };
  const instanceOf = (revision: RevisionRecord, instance: InstanceRecord): Instance => {
    for (const port of Object.values(instance.ports)) deps.ports.claim(port);
    return createInstance({
      record: instance,
      inputs: revision.inputs,
      folder: path.join(folder, instance.id),
      markerPrefix: `${deps.markerPrefix}${uid}:`,
      ports: deps.ports,
      graceMs: limits.graceMs,
      steadyProbeMs: limits.steadyProbeMs,
      reveal: deps.reveal,
      cage: guard.cage,
      async provideApp(app) {
        const { artifact } = revision.inputs;
        if (artifact === undefined) mkdirSync(app, { recursive: true, mode: 0o700 });
        else await releases.copy(await releases.unpack(artifact), app);
      },
      log: log.keep,
      save,
      onChange: deps.changed,
      onExit({ at, ...how }, wanted) {
        // A version that is only being tried says nothing about the one that serves.
        if (revision === record.current) {
          record.lastExit = { ...how, at: new Date(at).toISOString() };
          if (!wanted) record.restarts++;
        }
        save();
        deps.changed();
      },
    });
  };
  const runningOf = (revision: RevisionRecord): Running => ({
    revision,
    instances: revision.instances.map((instance) => instanceOf(revision, instance)),
  });
  const jobs = createJobRuns({
    record,
    now: deps.now,
    async newRun(revision) {
      const time = deps.now().toISOString().slice(0, 19).replaceAll(/\D/g, '');
      const instance = await newInstance(revision.inputs, `r${revision.number}-${time}`);
      revision.instances = [instance];
      save();
      return instanceOf(revision, instance);
    },
    again: instanceOf,
    log,
    save,
    changed: deps.changed,
  });

  /** Until every instance is ready; throws with the reason and the last lines. */
  const becomeReady = async (running: Running, signal: AbortSignal): Promise<void> => {
    const until = Date.now() + limits.readyMs;
    for (;;) {
      if (running.instances.every((instance) => instance.state() === 'ready' || instance.state() === 'done')) return;
      signal.throwIfAborted();
      if (stopping) throw new PavedError('cancelled', 'The server stops.', { fix: 'The deployment goes on when it is back.' });
      const broken = running.instances.find((instance) => instance.crashes() >= CRASHES);
      if (broken !== undefined || Date.now() > until) throw unhealthy(running, broken);
      await sleep(25);
    }
  };
  const unhealthy = (running: Running, broken: Instance | undefined): PavedError => {
    const culprit = broken ?? running.instances.find((instance) => instance.state() !== 'ready');
    const why = culprit?.reason() ?? 'it gave no sign of being ready';
    const within = broken === undefined ? ` within ${Math.round(limits.readyMs / 1000)} s` : '';
    return new PavedError('unavailable', `${name()} did not become healthy${within}: ${why}${log.lastLines(culprit?.id)}`, {
      fix:
        current === undefined
          ? 'Read its log, correct it and deploy again.'
          : 'The version before is still serving. Correct this one and deploy again.',
    });
  };

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
    const revision = await newRevision(inputs, digest);
    record.next = revision;
    save();
    const coming = runningOf(revision);
    next = coming;
    log.say(`Version ${inputs.version} starts.`);
    const before = current;
    try {
      for (const instance of coming.instances) instance.start();
      await becomeReady(coming, signal);
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
      const revision = await newRevision(inputs, digest);
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
    else if (record.current?.digest === digest && current !== undefined) await becomeReady(current, signal);
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

  /** Folders of instances that nobody remembers. */
  const sweep = (): void => {
    const known = new Set([record.current, record.next, ...record.old].flatMap((revision) => revision?.instances.map((i) => i.id) ?? []));
    for (const entry of existsSync(folder) ? readdirSync(folder) : []) {
      if (/^r\d+-\d+$/.test(entry) && !known.has(entry)) rmSync(path.join(folder, entry), { recursive: true, force: true });
    }
  };

  return {
    record,
    apply: (input, signal) => exclusive(() => apply(input, signal)),
    observe: () =>
      record.current?.inputs.class === 'job' ? jobs.observe() : observeWorkload(record, current?.instances, next !== undefined),
    tail: log.tail,
    async adopt() {
      sweep();
      const { current: revision } = record;
      if (revision?.inputs.class === 'job') jobs.adopt();
      else if (revision !== undefined) {
        current = runningOf(revision);
        for (const instance of current.instances) instance.adopt();
        await traffic.open(revision.inputs).catch((error: unknown) => log.say(`Not reachable: ${messageOf(error)}`));
      }
      // A deployment that the last server did not finish is begun anew by its run; what it had started goes, like old versions.
      if (record.next !== undefined) record.old.push(record.next);
      delete record.next;
      for (const old of [...record.old]) {
        const left = runningOf(old);
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
