import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@paved/kernel';
import type { ProcessIdentity } from '@paved/host';
import { restartDelay, restartPolicy } from './backoff.ts';
import { adoptChild, startChild, type Child, type ChildSpec, type Exit } from './child.ts';
import { exitReason, exitText, type PastExit } from './exit-reason.ts';
import { residentBytes } from './group-memory.ts';
import type { Finding } from './probe.ts';

/** Where a container stands. `done` is a run-once container (or job) that ended with code 0. */
export type ContainerState = 'new' | 'starting' | 'ready' | 'unready' | 'backoff' | 'done' | 'failed' | 'stopped';

/** What is remembered of the running process, for the next server. */
export interface ProcessRecord extends ProcessIdentity {
  readonly key: string;
}

interface ContainerDeps {
  /** Everything needed for one start; asked again before each (ports and secrets may have changed). */
  prepare(key: string): Promise<Pick<ChildSpec, 'launch' | 'user'>>;
  readonly folder: string;
  /** Runs until it ends, instead of for ever. */
  readonly once: boolean;
  /** A job does not try again: its end is its result. */
  readonly giveUp: boolean;
  readonly graceMs: number;
  readonly steadyProbeMs: number;
  readonly memoryBytes?: number;
  checkReady(): Promise<Finding>;
  checkAlive?(): Promise<Finding>;
  onLines(stream: 'stdout' | 'stderr' | 'platform', lines: string[]): void;
  onRecord(record: ProcessRecord | undefined): void;
  onChange(): void;
  onExit(exit: PastExit, wanted: boolean): void;
}

/** One supervised program: started, watched, checked, started again. */
export interface Container {
  readonly once: boolean;
  readonly state: () => ContainerState;
  /** Why it is not ready; `brief` without anything it printed (for visitors). */
  readonly reason: (brief?: boolean) => string | undefined;
  /** Ends since the last settled run. */
  readonly recentExits: () => readonly PastExit[];
  readonly pid: () => number | undefined;
  start(): void;
  adopt(record: ProcessRecord): void;
  /** It ran to its end earlier. */
  skip(): void;
  stop(): Promise<void>;
  /** Leaves the process running and stops watching. */
  release(): void;
}

/** How often health is asked: quickly until ready, calmly (`steadyMs`, by default 5 s) afterwards. */
const PROBE = { startingMs: 50, slowStartMs: 500, slowAfterMs: 5_000, failures: 3 } as const;

export function createContainer(deps: ContainerDeps): Container {
  let state: ContainerState = 'new';
  let finding: string | undefined;
  let lastLine: string | undefined;
  let child: Child | undefined;
  let exits: PastExit[] = [];
  let life = new AbortController();
  let loop: Promise<void> = Promise.resolve();
  let starts = 0;

  const set = (next: ContainerState): void => {
    if (state === next) return;
    state = next;
    deps.onChange();
  };
  const keep = (stream: 'stdout' | 'stderr' | 'platform', lines: string[]): void => {
    if (stream !== 'platform') lastLine = lines.findLast((line) => line.trim() !== '') ?? lastLine;
    deps.onLines(stream, lines);
  };
  const onLines = (stream: 'stdout' | 'stderr', lines: string[]): void => keep(stream, lines);

  const run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      set('starting');
      const startedAt = Date.now();
      const exit = await startOnce(signal);
      if (signal.aborted) return;
      await ended(exit, startedAt, signal);
      if (state === 'done' || state === 'failed') return;
    }
  };

  const startOnce = async (signal: AbortSignal): Promise<Exit> => {
    try {
      const key = `${Date.now().toString(36)}-${++starts}`;
      const prepared = await deps.prepare(key);
      if (signal.aborted) return {};
      const started = await startChild({ ...prepared, folder: deps.folder, key, onLines });
      if (signal.aborted) {
        await started.stop(0);
        return {};
      }
      child = started;
      deps.onRecord({ ...child.identity, key });
      return await watch(child, signal);
    } catch (error) {
      keep('platform', [`Could not be started: ${messageOf(error)}`]);
      finding = messageOf(error);
      return { code: 127 };
    }
  };

  /** Until the process ends: asks for readiness, liveness and memory. */
  const watch = async (current: Child, signal: AbortSignal): Promise<Exit> => {
    const over = new AbortController();
    const stop = (): void => over.abort();
    signal.addEventListener('abort', stop);
    void current.exited.then(stop);
    if (!deps.once)
      void probe(current, over.signal).catch((error: unknown) => keep('platform', [`Health check failed: ${messageOf(error)}`]));
    const exit = await current.exited;
    signal.removeEventListener('abort', stop);
    return exit;
  };

  const probe = async (current: Child, over: AbortSignal): Promise<void> => {
    const since = Date.now();
    let misses = 0;
    let deaths = 0;
    while (!over.aborted) {
      finding = await deps.checkReady();
      if (over.aborted) return;
      misses = finding === undefined ? 0 : misses + 1;
      if (finding === undefined) set('ready');
      else if (state === 'ready' && misses >= PROBE.failures) set('unready');
      if (state === 'ready' || state === 'unready') {
        const dead = await deps.checkAlive?.();
        deaths = dead === undefined ? 0 : deaths + 1;
        if (deaths >= PROBE.failures && !over.aborted) return kill(current, `Not alive: ${dead}. It is started again.`);
        const bytes = deps.memoryBytes === undefined ? 0 : residentBytes(current.identity.pid);
        if (deps.memoryBytes !== undefined && bytes > deps.memoryBytes) {
          return kill(current, `Uses ${mib(bytes)} MiB, more than its limit of ${mib(deps.memoryBytes)} MiB. It is started again.`);
        }
        if (Date.now() - since > restartPolicy.settledAfterMs) exits = [];
      }
      const settled = state === 'ready' && misses === 0;
      const starting = Date.now() - since < PROBE.slowAfterMs ? PROBE.startingMs : PROBE.slowStartMs;
      await sleep(settled ? deps.steadyProbeMs : starting, undefined, { signal: over, ref: false }).catch(() => {});
    }
  };

  const kill = async (current: Child, why: string): Promise<void> => {
    keep('platform', [why]);
    // No request is sent to it any more.
    set('unready');
    await current.stop(deps.graceMs);
  };

  const ended = async (exit: Exit, startedAt: number, signal: AbortSignal): Promise<void> => {
    child = undefined;
    deps.onRecord(undefined);
    const past = { ...exit, at: Date.now() };
    const wanted = deps.once && exit.code === 0;
    deps.onExit(past, wanted);
    keep('platform', [`${exitText(exit)}.`]);
    if (wanted) return set('done');
    if (past.at - startedAt > restartPolicy.settledAfterMs) exits = [];
    exits = [...exits, past].slice(-20);
    if (deps.giveUp) return set('failed');
    const delay = restartDelay(exits.length - 1);
    set('backoff');
    deps.onChange();
    await sleep(delay, undefined, { signal, ref: false }).catch(() => {});
  };

  const begin = (first: (signal: AbortSignal) => Promise<void>): void => {
    life = new AbortController();
    loop = first(life.signal);
  };

  return {
    once: deps.once,
    state: () => state,
    reason(brief = false) {
      if (state === 'ready' || state === 'done') return undefined;
      return exits.length > 0 ? exitReason(exits, Date.now(), brief ? undefined : lastLine) : finding;
    },
    recentExits: () => exits,
    pid: () => child?.identity.pid,
    start: () => begin(run),
    adopt(record) {
      begin(async (signal) => {
        set('starting');
        const adopted = adoptChild({ folder: deps.folder, key: record.key, onLines }, record);
        child = adopted;
        const startedAt = Date.now();
        const exit = await watch(adopted, signal);
        if (signal.aborted) return;
        await ended(exit, startedAt, signal);
        if (state !== 'done' && state !== 'failed') await run(signal);
      });
    },
    skip: () => set('done'),
    async stop() {
      life.abort();
      const current = child;
      child = undefined;
      if (current !== undefined) await current.stop(deps.graceMs);
      await loop;
      deps.onRecord(undefined);
      set('stopped');
    },
    release() {
      life.abort();
      child?.release();
    },
  };
}

const mib = (bytes: number): number => Math.round(bytes / 1024 / 1024);
