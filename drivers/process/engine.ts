import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { SecretRef } from '@paved/secrets';
import type { DriverInput, DriverContext, LogLine, Observation, WorkloadOutputs } from '@paved/orchestrator';
import { findMarked } from './child.ts';
import type { Reveal } from './environment.ts';
import { createGuards, type GuardOptions } from './guards.ts';
import { openIngress } from './ingress.ts';
import { createPortPool } from './port.ts';
import { openRecords, safeName, type WorkloadRecord } from './record.ts';
import { openReleases } from './release.ts';
import { createWorkload, type Workload, type WorkloadLimits } from './workload.ts';

/** What the driver asks of whoever supervises: this process, or the server on the same data directory that came first. */
export interface Supervisor {
  ingressPort(): number;
  apply(input: DriverInput, options: ApplyOptions): Promise<WorkloadOutputs>;
  observe(input: DriverInput): Promise<Observation>;
  destroy(input: DriverInput): Promise<void>;
  logs(input: DriverInput, query: { tail: number; instance?: string }): Promise<LogLine[]>;
  /** Secrets can be revealed from now on: start what should run and does not. */
  resume(inputs: readonly DriverInput[]): Promise<void>;
}

interface ApplyOptions {
  readonly signal: AbortSignal;
  /** How this call reveals secrets; without it the way of the supervisor's own context. */
  readonly reveal?: Reveal;
}

export interface Engine extends Supervisor {
  listenAlso(port: number): Promise<number>;
  /** Stops everything it started (`stop`), or leaves it to the next server (`leave`). */
  close(how: 'stop' | 'leave'): Promise<void>;
}

export interface EngineOptions {
  readonly context: DriverContext;
  readonly limits: WorkloadLimits;
  readonly guard: GuardOptions;
}

/** Supervises every workload of a data directory. Only one process does so at a time. */
export async function startEngine({ context, limits, guard }: EngineOptions): Promise<Engine> {
  const { dataDir, log } = context;
  const records = openRecords(path.join(dataDir, 'workloads'));
  const releases = openReleases(path.join(dataDir, 'releases'));
  const ports = createPortPool();
  const guards = createGuards(dataDir, guard);
  const markerPrefix = `${createHash('sha256').update(path.resolve(dataDir)).digest('hex').slice(0, 12)}:`;
  const workloads = new Map<string, Workload>();
  // What a call may reveal right now; outside calls the context's own way is used.
  const revealers = new Map<string, Reveal>();
  const ingress = await openIngress({
    host: context.config.host,
    port: context.config.ingressPort,
    portFile: path.join(dataDir, 'ingress.json'),
    log,
  });
  const add = (record: WorkloadRecord): Workload => {
    const uid = record.input.uid;
    const workload = createWorkload({
      record,
      records,
      releases,
      ports,
      ingress,
      markerPrefix,
      guards,
      limits,
      log,
      now: context.now,
      logFolder: path.join(dataDir, 'logs', safeName(uid)),
      reveal: (ref) => (revealers.get(uid) ?? ((one: SecretRef) => context.reveal(one, uid)))(ref),
      changed: () => context.changed(uid),
      lines: (lines) => context.lines(uid, lines),
    });
    workloads.set(uid, workload);
    return workload;
  };
  mkdirSync(path.join(dataDir, 'logs'), { recursive: true, mode: 0o700 });
  const known = records.all();
  for (const record of known) claimPorts(record, ports.claim);
  completeFromProcessTable(known, markerPrefix);
  for (const record of known) await add(record).adopt();

  const workloadOf = (input: DriverInput): Workload =>
    workloads.get(input.uid) ?? add({ input, lastRevision: 0, old: [], fixedPorts: {}, restarts: 0 });
  const apply = async (input: DriverInput, options: ApplyOptions): Promise<WorkloadOutputs> => {
    if (options.reveal !== undefined) revealers.set(input.uid, options.reveal);
    try {
      return await workloadOf(input).apply(input, options.signal);
    } finally {
      revealers.delete(input.uid);
      releases.prune(usedReleases(workloads.values()));
    }
  };
  return {
    ingressPort: () => ingress.port,
    listenAlso: (port) => ingress.listen(port),
    apply,
    observe: async (input) => workloads.get(input.uid)?.observe() ?? { health: 'unknown', reason: 'It does not run on this host.' },
    async destroy(input) {
      await workloads.get(input.uid)?.destroy();
      workloads.delete(input.uid);
    },
    logs: async (input, query) => workloads.get(input.uid)?.tail(query.tail, query.instance) ?? [],
    async resume(inputs) {
      for (const workload of workloads.values()) workload.resume();
      for (const input of inputs) {
        if (workloads.get(input.uid)?.record.current !== undefined) continue;
        // The data directory was lost or never written: what the database knows is enough to start it again.
        log.info({ uid: input.uid, component: input.component }, 'Starting a workload that is not in the data directory.');
        apply(input, { signal: new AbortController().signal }).catch((error: unknown) =>
          log.error({ err: error, uid: input.uid }, 'A workload could not be started again.'),
        );
      }
    },
    async close(how) {
      const everything = [...workloads.values()];
      if (how === 'leave') for (const workload of everything) workload.release();
      await Promise.all([ingress.close(), ...(how === 'stop' ? everything.map((workload) => workload.stop()) : [])]);
    },
  };
}

function claimPorts(record: WorkloadRecord, claim: (port: number) => void): void {
  for (const port of Object.values(record.fixedPorts)) claim(port);
  for (const revision of [record.current, record.next, ...record.old]) {
    for (const instance of revision?.instances ?? []) for (const port of Object.values(instance.ports)) claim(port);
  }
}

/**
 * A server may die between starting a process and writing it down. Such processes carry our marker: those of a known instance are put into
 * its record, the others are ended.
 */
function completeFromProcessTable(records: readonly WorkloadRecord[], markerPrefix: string): void {
  const known = new Map(
    records.flatMap((record) =>
      [record.current, record.next, ...record.old].flatMap((revision) =>
        (revision?.instances ?? []).map((instance) => [`${record.input.uid}:${instance.id}`, instance] as const),
      ),
    ),
  );
  for (const { identity, marker } of findMarked(markerPrefix)) {
    const [uid = '', id = '', container = ''] = marker.slice(markerPrefix.length).split(':');
    const instance = known.get(`${uid}:${id}`);
    const recorded = instance?.processes[container];
    if (recorded?.pid === identity.pid && recorded.started === identity.started) continue;
    // Its log pipe has no known name, so it cannot be adopted with its output: end it, the supervisor starts another.
    try {
      process.kill(-identity.pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
}

function usedReleases(workloads: Iterable<Workload>): Set<string> {
  const used = new Set<string>();
  for (const { record } of workloads) {
    for (const revision of [record.current, record.next])
      if (revision?.inputs.artifact !== undefined) used.add(revision.inputs.artifact.digest);
  }
  return used;
}
