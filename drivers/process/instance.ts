import http from 'node:http';
import path from 'node:path';
import { mkdirSync, existsSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '@paved/host';
import type { LogLine, WorkloadContainer, WorkloadInputs } from '@paved/orchestrator';
import { commandOf } from './artifact-command.ts';
import type { Seat } from './backend.ts';
import type { Cage, InstanceFolders } from './cage.ts';
import { environmentOf, rememberingExit } from './child.ts';
import { createContainer, type Container, type ContainerState } from './container.ts';
import { environmentFor, realPort, recoverVariables, resolveVariables, type Resolved, type Reveal } from './environment.ts';
import type { PastExit } from './exit-reason.ts';
import { createMasker } from './mask.ts';
import { filesInPlace, placeFiles, removeFilesInMemory } from './place-files.ts';
import { isPortFree, type PortPool } from './port.ts';
import { probeTcp, runProbe, type Finding } from './probe.ts';
import type { InstanceRecord } from './record.ts';

export interface InstanceDeps {
  readonly record: InstanceRecord;
  readonly inputs: WorkloadInputs;
  /** The instance's own folder. */
  readonly folder: string;
  readonly markerPrefix: string;
  readonly ports: PortPool;
  readonly graceMs: number;
  readonly steadyProbeMs: number;
  readonly reveal: Reveal;
  /** What is put around its processes. */
  cage(folders: InstanceFolders): Cage;
  /** Makes the private copy of the artifact when it is not there. */
  provideApp(folder: string): Promise<void>;
  log(lines: Omit<LogLine, 'n' | 'at'>[]): void;
  save(): void;
  onChange(): void;
  onExit(exit: PastExit, wanted: boolean): void;
}

/** One running copy of a workload's version: its containers, their ports, folder and connections. */
export interface Instance {
  readonly id: string;
  readonly state: () => 'starting' | 'ready' | 'unready' | 'done' | 'failed' | 'stopped';
  /** Why it is not ready; `brief` without anything it printed (for visitors). */
  readonly reason: (brief?: boolean) => string | undefined;
  readonly crashes: () => number;
  readonly pids: () => number[];
  start(): void;
  /** Takes over what still runs of it; starts nothing. */
  adopt(): void;
  /** Starts what should run and does not. */
  startMissing(): void;
  port(portName: string): number | undefined;
  seat(portName: string): Seat;
  /** Waits for what is under way, then closes idle connections. */
  drain(limitMs: number): Promise<void>;
  /** `keep` leaves folder and ports for the next start of the same instance. */
  stop(options?: { keep: boolean }): Promise<void>;
  release(): void;
}

/** How long a container without ports and probes must have lived to count as ready. */
const LIVED_MS = 2_000;

export function createInstance(deps: InstanceDeps): Instance {
  const { record, inputs } = deps;
  const folders: InstanceFolders = {
    root: deps.folder,
    app: path.join(deps.folder, 'app'),
    files: path.join(deps.folder, 'files'),
    home: path.join(deps.folder, 'home'),
    temporary: path.join(deps.folder, 'tmp'),
    run: path.join(deps.folder, 'run'),
  };
  const { home, run } = folders;
  const places = { app: folders.app, filesRoot: folders.files };
  for (const folder of [home, run, folders.temporary, folders.files]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const names = Object.keys(inputs.containers);
  const job = inputs.class === 'job';
  const agent = new http.Agent({ keepAlive: true, maxFreeSockets: 64 });
  const resolved = new Map<string, Resolved>();
  const secrets = new Set<string>();
  let mask = createMasker([]);
  let active = 0;
  let idle: (() => void)[] = [];
  let stopped = false;

  const remember = (name: string, values: Resolved): Resolved => {
    resolved.set(name, values);
    learn(values.secrets);
    return values;
  };
  const learn = (more: readonly string[]): void => {
    for (const secret of more) secrets.add(secret);
    mask = createMasker(secrets);
  };

  const environmentOfContainer = (name: string, values: Resolved): Record<string, string> =>
    environmentFor({
      resolved: values,
      ports: record.ports,
      home,
      temporary: folders.temporary,
      filesRoot: places.filesRoot,
      marker: `${deps.markerPrefix}${record.id}:${name}`,
    });

  /** Ports are kept, but another program may have taken one while nothing listened. */
  const checkPorts = async (): Promise<void> => {
    if (Object.keys(record.processes).length > 0) return;
    for (const [name, port] of Object.entries(record.ports)) {
      if (await isPortFree(port)) continue;
      record.ports[name] = await deps.ports.allocate();
      deps.ports.release(port);
      deps.save();
      deps.log([
        {
          stream: 'platform',
          text: `Port ${port} is used by another program; ${name} moves to ${record.ports[name]}.`,
          instance: record.id,
        },
      ]);
      deps.onChange();
    }
  };

  let provided: Promise<void> | undefined;
  /** One copy, however many containers start at once. */
  const provideApp = (): Promise<void> => {
    provided ??= deps.provideApp(places.app).finally(() => (provided = undefined));
    return provided;
  };

  const containers = new Map<string, Container>();
  for (const [name, spec] of Object.entries(inputs.containers)) {
    const once = job || Object.values(spec.before ?? {}).some((condition) => condition.ready === 'complete');
    let startedAt = Date.now();
    const label = names.length === 1 ? record.id : `${record.id}/${name}`;
    const target = (): Parameters<typeof runProbe>[1] => ({
      port: (targetPort) => realPort(inputs, record.ports, targetPort),
      launch: async (argv) => {
        const environment = environmentOfContainer(name, resolved.get(name) ?? { variables: {}, secrets: [] });
        return deps.cage(folders).launch({ argv, cwd: places.app, environment }, spec);
      },
    });
    const checkAlive = spec.livenessProbe === undefined ? {} : { checkAlive: () => runProbe(spec.livenessProbe ?? {}, target()) };
    containers.set(
      name,
      createContainer({
        folder: run,
        once,
        giveUp: job,
        graceMs: deps.graceMs,
        steadyProbeMs: deps.steadyProbeMs,
        ...(spec.limits?.memoryBytes === undefined ? {} : { memoryBytes: spec.limits.memoryBytes }),
        ...checkAlive,
        async prepare(key) {
          await waitForOthers(name);
          await checkPorts();
          if (!existsSync(places.app)) await provideApp();
          const cage = deps.cage(folders);
          await cage.settle(spec);
          const owned = cage.user === undefined ? {} : { user: cage.user };
          const values = resolved.get(name) ?? remember(name, await resolveVariables(spec, deps.reveal));
          if (!filesInPlace(spec, places)) learn(await placeFiles(spec, { ...places, ...owned }, deps.reveal));
          startedAt = Date.now();
          const command = commandOf(spec, places.app, inputs.name);
          const argv = once ? rememberingExit({ folder: run, key, ...owned }, command) : command;
          return { launch: cage.launch({ argv, cwd: places.app, environment: environmentOfContainer(name, values) }, spec), ...owned };
        },
        checkReady: () => checkReady(spec, target(), () => startedAt),
        onLines: (stream, lines) => deps.log(lines.map((text) => ({ stream, text: mask(text), instance: label }))),
        onRecord(process) {
          if (process === undefined) delete record.processes[name];
          else record.processes[name] = process;
          deps.save();
        },
        onChange: deps.onChange,
        onExit(exit, wanted) {
          if (wanted) record.done.push(name);
          deps.onExit(exit, wanted);
        },
      }),
    );
  }

  const checkReady = async (spec: WorkloadContainer, target: Parameters<typeof runProbe>[1], since: () => number): Promise<Finding> => {
    if (spec.readinessProbe !== undefined) return runProbe(spec.readinessProbe, target);
    const ports = Object.values(record.ports);
    if (names.length === 1 && ports.length > 0) {
      for (const port of ports) {
        const finding = await probeTcp(port);
        if (finding !== undefined) return finding;
      }
      return undefined;
    }
    return Date.now() - since() >= LIVED_MS ? undefined : 'it has just started';
  };

  /** Score's `before`: who names this container there must have got that far first. */
  const waitForOthers = async (name: string): Promise<void> => {
    for (const [other, spec] of Object.entries(inputs.containers)) {
      const wanted = spec.before?.[name]?.ready;
      if (wanted === undefined) continue;
      const enough: readonly ContainerState[] =
        wanted === 'complete' ? ['done'] : wanted === 'healthy' ? ['ready', 'done'] : ['starting', 'ready', 'unready', 'done'];
      while (!stopped && !enough.includes(containers.get(other)?.state() ?? 'done')) await sleep(50);
    }
  };

  const states = (): ContainerState[] => [...containers.values()].map((container) => container.state());
  return {
    id: record.id,
    state() {
      const all = states();
      if (all.includes('failed')) return 'failed';
      if (all.every((state) => state === 'done')) return 'done';
      if (all.every((state) => state === 'ready' || state === 'done')) return 'ready';
      if (all.every((state) => state === 'stopped')) return 'stopped';
      return all.every((state) => state === 'ready' || state === 'unready' || state === 'done') ? 'unready' : 'starting';
    },
    reason(brief) {
      for (const [name, container] of containers) {
        const reason = container.reason(brief);
        if (reason !== undefined) return mask(names.length === 1 ? reason : `${name}: ${reason}`);
      }
      return undefined;
    },
    crashes: () => Math.max(0, ...[...containers.values()].map((container) => container.recentExits().length)),
    pids: () => [...containers.values()].flatMap((container) => container.pid() ?? []),
    start() {
      for (const container of containers.values()) container.start();
    },
    adopt() {
      for (const [name, spec] of Object.entries(inputs.containers)) {
        const container = containers.get(name);
        const process = record.processes[name];
        if (container === undefined) continue;
        // What ended unseen is started like new; only of a job (and of what runs once) the end itself matters.
        const gone = process !== undefined && !isAlive(process) && !container.once;
        if (gone) delete record.processes[name];
        if (record.done.includes(name)) container.skip();
        else if (process !== undefined && !gone) {
          const recovered = recoverVariables(spec, environmentOf(process.pid) ?? {});
          if (recovered !== undefined) remember(name, recovered);
          // Secrets must be known before its output is read; where the system tells no environment they are revealed first.
          const ready = recovered === undefined ? resolveVariables(spec, deps.reveal).then((values) => remember(name, values)) : undefined;
          if (ready === undefined) container.adopt(process);
          else
            ready.then(
              () => container.adopt(process),
              () => container.adopt(process),
            );
        }
      }
    },
    startMissing() {
      for (const container of containers.values()) if (container.state() === 'new') container.start();
    },
    port: (portName) => record.ports[portName],
    seat(portName) {
      active++;
      let over = false;
      return {
        port: record.ports[portName] ?? 0,
        agent,
        done() {
          if (over) return;
          over = true;
          active--;
          if (active === 0) for (const wake of idle.splice(0)) wake();
        },
      };
    },
    async drain(limitMs) {
      if (active > 0) {
        await new Promise<void>((resolve) => {
          const late = setTimeout(resolve, limitMs);
          idle.push(() => {
            clearTimeout(late);
            resolve();
          });
        });
      }
      agent.destroy();
    },
    async stop({ keep } = { keep: false }) {
      stopped = true;
      await Promise.all([...containers.values()].map((container) => container.stop()));
      agent.destroy();
      if (keep) return;
      for (const port of Object.values(record.ports)) deps.ports.release(port);
      removeFilesInMemory(places);
      rmSync(deps.folder, { recursive: true, force: true });
    },
    release() {
      stopped = true;
      for (const container of containers.values()) container.release();
      agent.destroy();
    },
  };
}
