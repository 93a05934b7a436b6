import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { canonicalJson, messageOf, PavedError, type Health } from '@paved/kernel';
import type { Logger } from '@paved/host';
import type { DriverInput, LogLine, Observation, WorkloadFacts, WorkloadInputs, WorkloadOutputs } from '@paved/orchestrator';
import type { Backend } from './backend.ts';
import type { Reveal } from './environment.ts';
import { exitReason, type PastExit } from './exit-reason.ts';
import { openForwarder, type Forwarder } from './forwarder.ts';
import type { Ingress } from './ingress.ts';
import { createInstance, type Instance } from './instance.ts';
import { createJobRuns, type JobRuns } from './job.ts';
import { openLogFile } from './log-file.ts';
import type { PortPool } from './port.ts';
import type { InstanceRecord, Records, RevisionRecord, WorkloadRecord } from './record.ts';
import type { Releases } from './release.ts';
import { serveFolder } from './static-files.ts';
import { normalPath } from './routes.ts';
import { staticFolderOf } from './static-folder.ts';

export interface WorkloadDeps {
  readonly record: WorkloadRecord;
  readonly records: Records;
  readonly logFolder: string;
  readonly releases: Releases;
  readonly ports: PortPool;
  readonly ingress: Ingress;
  readonly markerPrefix: string;
  readonly reveal: Reveal;
  readonly now: () => Date;
  readonly log: Logger;
  readonly limits: WorkloadLimits;
  changed(): void;
  lines(lines: readonly LogLine[]): void;
}

export interface WorkloadLimits {
  /** Longest time for a new version to become ready. */
  readonly readyMs: number;
  readonly drainMs: number;
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
  stop(): Promise<void>;
  release(): void;
}

/** Ends while starting after which a new version is given up before its time is over. */
const CRASHES = 3;
const LOG_BATCH_MS = 50;
/** How long a request waits for an instance that is just starting (again), before it gets a 503. */
const SEAT_WAIT_MS = 5_000;
const SUSPECT_MS = 250;

interface Running {
  readonly revision: RevisionRecord;
  readonly instances: readonly Instance[];
}

export function createWorkload(deps: WorkloadDeps): Workload {
  const { record, limits } = deps;
  const uid = record.input.uid;
  const folder = deps.records.folder(uid);
  const logs = openLogFile(deps.logFolder);
  const name = (): string => (record.current ?? record.next)?.inputs.name ?? record.input.id;
  const forwarders = new Map<string, Forwarder>();
  const leaving = new Map<Running, Promise<void>>();
  let current: Running | undefined;
  let next: Running | undefined;
  let jobs: JobRuns | undefined;
  let closed = false;
  let queue: Promise<unknown> = Promise.resolve();
  let waiting: LogLine[] = [];
  let turn = 0;

  const save = (): void => {
    if (!closed) deps.records.save(record);
  };
  const exclusive = <T>(work: () => Promise<T>): Promise<T> => {
    const result = queue.then(work, work);
    queue = result.catch(() => {});
    return result;
  };
  const keep = (lines: readonly Omit<LogLine, 'n' | 'at'>[]): void => {
    if (closed) return;
    const at = deps.now().toISOString();
    if (waiting.length === 0) {
      setTimeout(() => {
        deps.lines(waiting);
        waiting = [];
      }, LOG_BATCH_MS).unref();
    }
    waiting.push(...logs.append(lines.map((line) => ({ at, ...line }))));
  };
  const say = (text: string): void => keep([{ stream: 'platform', text, instance: 'platform' }]);

  const onExit = (exit: PastExit, wanted: boolean): void => {
    const { at, ...how } = exit;
    record.lastExit = { ...how, at: new Date(at).toISOString() };
    if (!wanted) record.restarts++;
    save();
    deps.changed();
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
      async provideApp(app) {
        const artifact = revision.inputs.artifact;
        if (artifact === undefined) mkdirSync(app, { recursive: true, mode: 0o700 });
        else await deps.releases.copy(await deps.releases.unpack(artifact), app);
      },
      log: keep,
      save,
      onChange: deps.changed,
      onExit,
    });
  };
  const runningOf = (revision: RevisionRecord): Running => ({
    revision,
    instances: revision.instances.map((instance) => instanceOf(revision, instance)),
  });

  const newRevision = async (inputs: WorkloadInputs, digest: string): Promise<RevisionRecord> => {
    const number = ++record.lastRevision;
    const count = inputs.class === 'static' || inputs.class === 'job' ? 0 : Math.max(1, inputs.replicas);
    const instances: InstanceRecord[] = [];
    for (let replica = 1; replica <= count; replica++) instances.push(await newInstance(inputs, `r${number}-${replica}`));
    return { number, digest, inputs, deployedAt: deps.now().toISOString(), instances };
  };
  const newInstance = async (inputs: WorkloadInputs, id: string): Promise<InstanceRecord> => {
    const ports: Record<string, number> = {};
    for (const port of Object.keys(inputs.ports).sort()) ports[port] = await deps.ports.allocate();
    return { id, ports, processes: {}, done: [] };
  };

  /** Until every instance is ready; throws with the reason and the last lines. */
  const becomeReady = async (running: Running, signal: AbortSignal): Promise<void> => {
    const until = Date.now() + limits.readyMs;
    for (;;) {
      if (running.instances.every((instance) => instance.state() === 'ready' || instance.state() === 'done')) return;
      signal.throwIfAborted();
      const broken = running.instances.find((instance) => instance.crashes() >= CRASHES);
      if (broken !== undefined || Date.now() > until) {
        const slow = broken ?? running.instances.find((instance) => instance.state() !== 'ready');
        const why = slow?.reason() ?? 'it gave no sign of being ready';
        const within = broken === undefined ? ` within ${Math.round(limits.readyMs / 1000)} s` : '';
        throw new PavedError('unavailable', `${name()} did not become healthy${within}: ${why}${lastLines(slow?.id)}`, {
          fix:
            current === undefined
              ? 'Read its log, correct it and deploy again.'
              : 'The version before is still serving. Correct this one and deploy again.',
        });
      }
      await sleep(25);
    }
  };
  const lastLines = (instance?: string): string => {
    const tail = logs
      .tail(200)
      .filter((line) => line.stream !== 'platform' && (instance === undefined || line.instance.split('/')[0] === instance))
      .slice(-10);
    return tail.length === 0 ? '. It printed nothing.' : `\n${tail.map((line) => `  ${line.text}`).join('\n')}`;
  };

  const backendFor = (port: string): Backend => ({
    get name() {
      return name();
    },
    async seat(not) {
      const since = Date.now();
      for (;;) {
        const waited = Date.now() - since;
        const ready = (current?.instances ?? []).filter((instance) => instance.state() === 'ready' && instance.port(port) !== undefined);
        // One that was just found dead may come back on the same port: it is left out for a moment only.
        const usable = waited < SUSPECT_MS ? ready.filter((instance) => instance.port(port) !== not) : ready;
        const chosen = usable[turn++ % Math.max(1, usable.length)];
        if (chosen !== undefined) return chosen.seat(port);
        if (closed || current === undefined) return `${name()} is not running.`;
        if (waited > SEAT_WAIT_MS) {
          const reason = current.instances.map((instance) => instance.reason()).find((text) => text !== undefined);
          return `${name()} is not ready${reason === undefined ? '' : `: ${reason}`}.`;
        }
        await sleep(20);
      }
    },
  });

  const staticBackend = (inputs: WorkloadInputs, release: string, prefix: string): Backend => ({
    name: inputs.name,
    serve: serveFolder(staticFolderOf(release, inputs), normalPath(prefix)),
    seat: async () => 'Files are served without an instance.',
  });

  /** Points routes and fixed ports at what `current` is now. */
  const route = async (inputs: WorkloadInputs): Promise<void> => {
    const release = inputs.class === 'static' && inputs.artifact !== undefined ? await deps.releases.unpack(inputs.artifact) : undefined;
    const target = (port: string, prefix: string): Backend =>
      release === undefined ? backendFor(port) : staticBackend(inputs, release, prefix);
    deps.ingress.claim(
      uid,
      inputs.routes.map(({ host, path: prefix, port }) => ({ host, path: prefix, target: target(port, prefix) })),
    );
    for (const [port, forwarder] of forwarders) {
      if (port in inputs.ports && release === undefined) continue;
      forwarder.close();
      forwarders.delete(port);
    }
    if (inputs.class === 'job') return;
    for (const port of Object.keys(inputs.ports)) {
      if (forwarders.has(port)) continue;
      forwarders.set(port, await openFixed(port, target(port, '/')));
    }
  };
  const openFixed = async (port: string, backend: Backend): Promise<Forwarder> => {
    const before = record.fixedPorts[port];
    if (before !== undefined) {
      try {
        deps.ports.claim(before);
        return await openForwarder(before, backend);
      } catch {
        say(`Port ${before}, where other services reach ${port}, is used by another program; deploy them again to give them the new one.`);
      }
    }
    const fixed = await deps.ports.allocate();
    record.fixedPorts[port] = fixed;
    save();
    return openForwarder(fixed, backend);
  };

  const outputs = (inputs: WorkloadInputs): WorkloadOutputs => {
    const [first] = inputs.routes;
    const ports = Object.fromEntries(
      Object.keys(inputs.ports).flatMap((port) => {
        const fixed = record.fixedPorts[port];
        return fixed === undefined ? [] : [[port, { host: '127.0.0.1', port: fixed }]];
      }),
    );
    return {
      ...(first === undefined
        ? {}
        : { url: `http://${first.host}:${deps.ingress.port}${first.path === '/' ? '' : normalPath(first.path)}` }),
      ...(Object.keys(ports).length === 0 ? {} : { ports }),
    };
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

  const replace = async (input: DriverInput, inputs: WorkloadInputs, digest: string, signal: AbortSignal): Promise<void> => {
    if (inputs.artifact !== undefined) await deps.releases.unpack(inputs.artifact);
    // Refused before anything starts when another workload holds a route.
    if (inputs.class === 'static') await route(inputs);
    const revision = await newRevision(inputs, digest);
    record.next = revision;
    save();
    next = runningOf(revision);
    say(`Version ${inputs.version} starts.`);
    try {
      for (const instance of next.instances) instance.start();
      await becomeReady(next, signal);
      const before = current;
      current = next;
      await route(inputs).catch((error: unknown) => {
        current = before;
        throw error;
      });
      next = undefined;
      delete record.next;
      if (record.current !== undefined) record.old.push(record.current);
      record.current = revision;
      record.input = input;
      record.restarts = 0;
      save();
      if (before !== undefined) leave(before);
    } catch (error) {
      const failed = next;
      next = undefined;
      await Promise.all((failed?.instances ?? []).map((instance) => instance.stop()));
      delete record.next;
      save();
      say(`Version ${inputs.version} did not start: ${messageOf(error).split('\n')[0]}`);
      throw error;
    }
    say(`Version ${inputs.version} is ready and takes traffic.`);
    deps.changed();
  };

  const job = (): JobRuns =>
    (jobs ??= createJobRuns({
      record,
      now: deps.now,
      runningOf: async (revision) => {
        const instance = await newInstance(
          revision.inputs,
          `r${revision.number}-${deps.now().toISOString().slice(0, 19).replaceAll(/\D/g, '')}`,
        );
        revision.instances = [instance];
        save();
        return instanceOf(revision, instance);
      },
      again: (revision, instance) => instanceOf(revision, instance),
      lastLine: () => logs.tail(50).findLast((line) => line.stream !== 'platform')?.text,
      lastLines,
      say,
      save,
      changed: deps.changed,
    }));

  return {
    record,
    apply: (input, signal) =>
      exclusive(async () => {
        const inputs = input.inputs as unknown as WorkloadInputs;
        const digest = createHash('sha256').update(canonicalJson(inputs)).digest('hex');
        if (record.current?.digest === digest && (current !== undefined || inputs.class === 'job')) {
          record.input = input;
          if (inputs.class === 'job') await job().deploy(record.current, signal);
          else await becomeReady(current ?? runningOf(record.current), signal);
        } else if (inputs.class === 'job') {
          if (inputs.artifact !== undefined) await deps.releases.unpack(inputs.artifact);
          await job().cancel();
          record.current = await newRevision(inputs, digest);
          record.input = input;
          record.restarts = 0;
          save();
          await job().deploy(record.current, signal);
        } else {
          await job().cancel();
          await replace(input, inputs, digest, signal);
        }
        return outputs(inputs);
      }),
    observe: () => observe(record, current, next, jobs),
    tail: (count, instance) => logs.tail(count, instance),
    async adopt() {
      const running = record.current;
      sweep();
      if (running !== undefined && running.inputs.class === 'job') return job().adopt();
      if (running !== undefined) {
        current = runningOf(running);
        for (const [i, instance] of current.instances.entries()) {
          if (Object.keys(running.instances[i]?.processes ?? {}).length > 0) instance.adopt();
        }
        await route(running.inputs).catch((error: unknown) => say(`Not reachable: ${messageOf(error)}`));
      }
      // A deployment that the last server did not finish: its run starts it anew.
      const unfinished = [...(record.next === undefined ? [] : [record.next]), ...record.old];
      for (const revision of unfinished) {
        const left = runningOf(revision);
        for (const instance of left.instances) instance.adopt();
        if (revision === record.next) delete record.next;
        if (!record.old.includes(revision)) record.old.push(revision);
        leave(left);
      }
      save();
    },
    resume() {
      if (record.current?.inputs.class === 'job') return job().resume();
      for (const instance of current?.instances ?? [])
        if (instance.state() === 'starting' && instance.pids().length === 0) instance.adopt();
    },
    destroy: () =>
      exclusive(async () => {
        deps.ingress.release(uid);
        await stopAll(false);
        closed = true;
        for (const port of Object.values(record.fixedPorts)) deps.ports.release(port);
        deps.records.remove(uid);
        rmSync(deps.logFolder, { recursive: true, force: true });
      }),
    stop: () => stopAll(true).then(() => void (closed = true)),
    release() {
      for (const forwarder of forwarders.values()) forwarder.close();
      for (const running of [current, next, ...leaving.keys()]) for (const instance of running?.instances ?? []) instance.release();
      jobs?.release();
      closed = true;
    },
  };

  async function stopAll(keepFolders: boolean): Promise<void> {
    for (const forwarder of forwarders.values()) forwarder.close();
    forwarders.clear();
    const all = [current, next, ...leaving.keys()].flatMap((running) => running?.instances ?? []);
    current = keepFolders ? current : undefined;
    await Promise.all([...all.map((instance) => instance.stop({ keep: keepFolders })), jobs?.cancel()]);
    await Promise.allSettled(leaving.values());
  }

  /** Folders of instances that nobody remembers. */
  function sweep(): void {
    const known = new Set([record.current, record.next, ...record.old].flatMap((revision) => revision?.instances.map((i) => i.id) ?? []));
    if (!existsSync(folder)) return;
    for (const entry of readdirSync(folder)) {
      if (/^r\d+-\d+$/.test(entry) && !known.has(entry)) rmSync(path.join(folder, entry), { recursive: true, force: true });
    }
  }
}

function observe(record: WorkloadRecord, current: Running | undefined, next: Running | undefined, jobs: JobRuns | undefined): Observation {
  const inputs = record.current?.inputs ?? record.next?.inputs;
  if (inputs?.class === 'job') return jobs?.observe() ?? { health: 'unknown', reason: 'It has not run yet.' };
  const instances = current?.instances ?? [];
  const wanted = inputs?.class === 'static' ? 1 : Math.max(instances.length, 1);
  const ready =
    inputs?.class === 'static' && current !== undefined ? 1 : instances.filter((instance) => instance.state() === 'ready').length;
  const facts: WorkloadFacts = {
    instances: { ready, wanted },
    restarts: record.restarts,
    ...(record.lastExit === undefined ? {} : { lastExit: record.lastExit }),
  };
  const broken = instances.find((instance) => instance.state() !== 'ready');
  const reason = broken?.reason();
  let health: Health = 'healthy';
  if (current === undefined) health = next === undefined ? 'unknown' : 'progressing';
  else if (ready === 0) health = instances.some((instance) => instance.crashes() >= 2) ? 'failed' : 'progressing';
  else if (ready < wanted) health = 'degraded';
  return { health, ...(health === 'healthy' || reason === undefined ? {} : { reason }), facts: JSON.parse(JSON.stringify(facts)) };
}
