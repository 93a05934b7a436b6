import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandLimits } from '@paved/pipelines';

/** Limits of one command, kept by the kernel. */
export interface CommandGroup {
  /** Files into which a process writes its id to join. */
  readonly joinFiles: readonly string[];
  /** Was a process ended because memory ran out? */
  outOfMemory(): boolean;
  cpuMs(): number | undefined;
  kill(): void;
  remove(): Promise<void>;
}

export type CgroupVersion = 'v1' | 'v2';

/** Processes and threads a command may have. */
export const PROCESS_LIMIT = 1024;

const ROOT = '/sys/fs/cgroup';
const PERIOD_US = 100_000;

/** Makes the groups; undefined when this machine does not let us. */
export function openCgroup(name: string, limits: CommandLimits): { group: CommandGroup; version: CgroupVersion } | undefined {
  const v2 = tryOpen(() => openV2(name, limits));
  if (v2 !== undefined) return { group: v2, version: 'v2' };
  const v1 = tryOpen(() => openV1(name, limits));
  return v1 === undefined ? undefined : { group: v1, version: 'v1' };
}

function tryOpen(open: () => CommandGroup | undefined): CommandGroup | undefined {
  try {
    return open();
  } catch {
    // Not writable, a controller is missing, or the parent may not have children: the watchdog does it then.
    return undefined;
  }
}

function openV2(name: string, limits: CommandLimits): CommandGroup | undefined {
  if (!existsSync(path.join(ROOT, 'cgroup.controllers'))) return undefined;
  // Beside our own group, which has processes and so cannot have limited children; at the root when we are there.
  const own = ownPath('') ?? '/';
  const parent = path.join(ROOT, own === '/' ? '' : path.dirname(own));
  const wanted = ['memory', 'pids', 'cpu'];
  const enabled = readFileSync(path.join(parent, 'cgroup.subtree_control'), 'utf8').split(/\s+/);
  const missing = wanted.filter((controller) => !enabled.includes(controller));
  if (missing.length > 0) writeFileSync(path.join(parent, 'cgroup.subtree_control'), missing.map((one) => `+${one}`).join(' '));
  const folder = path.join(parent, name);
  mkdirSync(folder);
  return finish(
    [folder],
    () => {
      write(folder, 'memory.max', limits.memoryMb * 1024 * 1024);
      if (existsSync(path.join(folder, 'memory.swap.max'))) write(folder, 'memory.swap.max', 0);
      write(folder, 'pids.max', PROCESS_LIMIT);
      write(folder, 'cpu.max', `${Math.round(limits.cpus * PERIOD_US)} ${PERIOD_US}`);
    },
    {
      outOfMemory: () => counter(folder, 'memory.events', 'oom_kill') > 0,
      cpuMs: () => counter(folder, 'cpu.stat', 'usage_usec') / 1000,
    },
  );
}

function openV1(name: string, limits: CommandLimits): CommandGroup | undefined {
  const folders: Record<string, string> = {};
  for (const controller of ['memory', 'pids', 'cpu', 'cpuacct']) {
    const own = ownPath(controller);
    if (own === undefined) return undefined;
    const folder = path.join(ROOT, controller, own, name);
    folders[controller] = folder;
  }
  const { memory = '', pids = '', cpu = '', cpuacct = '' } = folders;
  const all = [...new Set([memory, pids, cpu, cpuacct])];
  const made: string[] = [];
  try {
    for (const folder of all) {
      mkdirSync(folder);
      made.push(folder);
    }
  } catch (error) {
    for (const folder of made) rmdirSync(folder);
    throw error;
  }
  return finish(
    all,
    () => {
      write(memory, 'memory.limit_in_bytes', limits.memoryMb * 1024 * 1024);
      if (existsSync(path.join(memory, 'memory.memsw.limit_in_bytes')))
        write(memory, 'memory.memsw.limit_in_bytes', limits.memoryMb * 1024 * 1024);
      write(pids, 'pids.max', PROCESS_LIMIT);
      write(cpu, 'cpu.cfs_period_us', PERIOD_US);
      write(cpu, 'cpu.cfs_quota_us', Math.round(limits.cpus * PERIOD_US));
    },
    {
      outOfMemory: () => counter(memory, 'memory.oom_control', 'oom_kill') > 0,
      cpuMs: () => Number(readFileSync(path.join(cpuacct, 'cpuacct.usage'), 'utf8')) / 1e6,
    },
  );
}

function finish(folders: string[], limit: () => void, ask: { outOfMemory(): boolean; cpuMs(): number }): CommandGroup {
  const removeAll = (): boolean =>
    folders.every((folder) => {
      try {
        rmdirSync(folder);
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'ENOENT';
      }
      return true;
    });
  try {
    limit();
  } catch (error) {
    removeAll();
    throw error;
  }
  const kill = (): void => {
    for (const folder of folders) {
      for (const pid of readFileSync(path.join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean)) {
        try {
          process.kill(Number(pid), 'SIGKILL');
        } catch {
          // It ended meanwhile.
        }
      }
    }
  };
  return {
    joinFiles: folders.map((folder) => path.join(folder, 'cgroup.procs')),
    outOfMemory: () => quietly(ask.outOfMemory) ?? false,
    cpuMs: () => quietly(ask.cpuMs),
    kill: () => void quietly(kill),
    async remove() {
      for (let attempt = 0; attempt < 100 && !removeAll(); attempt++) {
        quietly(kill);
        await sleep(20);
      }
    },
  };
}

/** Groups of commands whose server was killed; empty ones are removed, others belong to living servers. */
export function removeStale(prefix: string): void {
  for (const controller of ['', 'memory', 'pids', 'cpu', 'cpuacct']) {
    const own = ownPath(controller);
    if (own === undefined) continue;
    const parent = path.join(ROOT, controller, controller === '' && own !== '/' ? path.dirname(own) : own);
    for (const name of quietly(() => readdirSync(parent)) ?? []) {
      if (name.startsWith(prefix)) quietly(() => rmdirSync(path.join(parent, name)));
    }
  }
}

/** Our own place in the hierarchy of a controller (v1) or the unified one (empty name). */
function ownPath(controller: string): string | undefined {
  for (const line of (quietly(() => readFileSync('/proc/self/cgroup', 'utf8')) ?? '').split('\n')) {
    const [, controllers = '', place] = line.split(':');
    if (controller === '' ? line.startsWith('0::') : controllers.split(',').includes(controller)) return place;
  }
  return undefined;
}

function write(folder: string, file: string, value: string | number): void {
  writeFileSync(path.join(folder, file), String(value));
}

function counter(folder: string, file: string, name: string): number {
  const line = readFileSync(path.join(folder, file), 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${name} `));
  return Number(line?.split(' ')[1] ?? 0);
}

function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
