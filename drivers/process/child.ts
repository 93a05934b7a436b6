import { spawn, type ChildProcess } from 'node:child_process';
import { chownSync, closeSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isAlive, type ProcessIdentity } from '@paved/host';
import type { Launch } from './cage.ts';
import { followLogPipe, makeLogPipe, openWriteEnd } from './log-pipe.ts';
import type { WorkloadUser } from './workload-user.ts';

export interface Exit {
  readonly code?: number;
  readonly signal?: string;
}

/** One operating-system process with its group, started by us or by an earlier server. */
export interface Child {
  readonly identity: ProcessIdentity;
  /** Resolves once when the process is gone; `{}` when it was adopted and its exit code is not known. */
  readonly exited: Promise<Exit>;
  /** SIGTERM to the group, SIGKILL after the grace. Resolves when it is gone. */
  stop(graceMs: number): Promise<void>;
  /** Stops watching, leaves it running. */
  release(): void;
}

export interface ChildSpec {
  readonly launch: Launch;
  /** Whose process it will be: its output and exit file are given to that user. */
  readonly user?: WorkloadUser;
  /** Folder of the log pipes and the exit file; `key` tells this start from others of the same container. */
  readonly folder: string;
  readonly key: string;
  onLines(stream: 'stdout' | 'stderr', lines: string[]): void;
}

/** Environment variable by which a process is found again, whatever became of its parent: `<driver folder hash>:<uid>:<instance>:<container>`. */
export const MARKER = 'PAVED_INSTANCE';

const POLL_MS = 200;
/** After the process: how long others of its group may hold the log pipe open before we stop reading. */
const LINGER_MS = 300;

const pipesOf = (spec: { folder: string; key: string }): { out: string; err: string; exit: string } => ({
  out: path.join(spec.folder, `${spec.key}.stdout`),
  err: path.join(spec.folder, `${spec.key}.stderr`),
  exit: path.join(spec.folder, `${spec.key}.exit`),
});

/** Starts the program in a session and group of its own. Throws when it cannot be started. */
export async function startChild(spec: ChildSpec): Promise<Child> {
  const { out, err } = pipesOf(spec);
  makeLogPipe(out, spec.user);
  makeLogPipe(err, spec.user);
  const readers = follow(spec);
  const fds = [openWriteEnd(out), openWriteEnd(err)] as const;
  const { launch } = spec;
  const [program = '', ...args] = launch.argv;
  try {
    const child = spawn(program, args, {
      cwd: launch.cwd,
      env: { ...launch.environment },
      detached: true,
      stdio: ['ignore', ...fds, ...(launch.sent === undefined ? [] : (['pipe'] as const))],
    });
    child.unref();
    sendEnvironment(child, launch.sent);
    const ended = new Promise<Exit>((resolve) => {
      child.once('exit', (code, signal) => resolve({ ...(code === null ? {} : { code }), ...(signal === null ? {} : { signal }) }));
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    const pid = child.pid ?? 0;
    // Gone already: its exit event follows.
    const identity = identify(pid) ?? { pid, started: 'ended' };
    return handle(spec, identity, ended, readers);
  } catch (error) {
    for (const reader of readers) reader.close();
    rmSync(out, { force: true });
    rmSync(err, { force: true });
    throw error;
  } finally {
    for (const fd of fds) closeSync(fd);
  }
}

/**
 * The program, run so that a later server finds its exit code (jobs). The file is made by us, because the workload may write into it but not
 * beside it.
 */
export function rememberingExit(spec: { folder: string; key: string; user?: WorkloadUser }, argv: readonly string[]): string[] {
  const { exit } = pipesOf(spec);
  rmSync(exit, { force: true });
  writeFileSync(exit, '', { mode: 0o600, flag: 'wx' });
  if (spec.user !== undefined) chownSync(exit, spec.user.uid, spec.user.gid);
  return ['/bin/sh', '-c', '"$@"; code=$?; echo $code >"$0"; exit $code', exit, ...argv];
}

export function sendEnvironment(child: ChildProcess, sent: string | undefined): void {
  const pipe = child.stdio[3] as net.Socket | null | undefined;
  if (sent === undefined || pipe === null || pipe === undefined) return;
  // A program that ends before it has read its environment is no error of ours.
  pipe.on('error', () => {});
  pipe.end(sent);
  pipe.unref();
}

/** Watches a process that an earlier server started. */
export function adoptChild(spec: Omit<ChildSpec, 'launch'>, identity: ProcessIdentity): Child {
  const readers = existsSync(pipesOf(spec).out) ? follow(spec) : [];
  let timer: NodeJS.Timeout | undefined;
  const ended = new Promise<Exit>((resolve) => {
    timer = setInterval(() => {
      if (isAlive(identity)) return;
      clearInterval(timer);
      resolve(exitOf(spec));
    }, POLL_MS);
  });
  const child = handle(spec, identity, ended, readers);
  return { ...child, release: () => (clearInterval(timer), child.release()) };
}

/** What the exit file of a job says. */
function exitOf(spec: { folder: string; key: string }): Exit {
  try {
    const text = readFileSync(pipesOf(spec).exit, 'utf8').trim();
    return /^\d{1,3}$/.test(text) ? { code: Number(text) } : {};
  } catch {
    return {};
  }
}

function follow(spec: Omit<ChildSpec, 'launch'>): { close(): void }[] {
  const { out, err } = pipesOf(spec);
  return [followLogPipe(out, (lines) => spec.onLines('stdout', lines)), followLogPipe(err, (lines) => spec.onLines('stderr', lines))];
}

function handle(
  spec: { folder: string; key: string },
  identity: ProcessIdentity,
  ended: Promise<Exit>,
  readers: readonly { close(): void }[],
): Child {
  let released = false;
  const exited = ended.then(async (exit) => {
    if (released) return exit;
    // What is left of the group must not hold ports of the next start.
    killGroup(identity.pid, 'SIGKILL');
    await sleep(readers.length === 0 ? 0 : LINGER_MS / 10);
    for (const reader of readers) reader.close();
    const { out, err } = pipesOf(spec);
    rmSync(out, { force: true });
    rmSync(err, { force: true });
    return exit;
  });
  return {
    identity,
    exited,
    async stop(graceMs) {
      if (!isAlive(identity)) return;
      killGroup(identity.pid, 'SIGTERM');
      // This timer keeps the server alive until its children are gone; their own handles do not.
      const late = setTimeout(() => killGroup(identity.pid, 'SIGKILL'), graceMs);
      await exited;
      clearTimeout(late);
    },
    release() {
      released = true;
      for (const reader of readers) reader.close();
    },
  };
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody of the group is left.
  }
}

/** The environment a living process was started with; undefined where the system does not tell. */
export function environmentOf(pid: number): Record<string, string> | undefined {
  try {
    const pairs = readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .filter((pair) => pair.includes('='));
    return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
  } catch {
    return undefined;
  }
}

/** Group leaders whose marker begins with `prefix` (Linux): also those whose start was never recorded. */
export function findMarked(prefix: string): { identity: ProcessIdentity; marker: string }[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const marker = environmentOf(Number(name))?.[MARKER];
    if (marker === undefined || !marker.startsWith(prefix) || groupOf(Number(name)) !== Number(name)) return [];
    const identity = identify(Number(name));
    return identity === undefined ? [] : [{ identity, marker }];
  });
}

function groupOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
  } catch {
    return undefined;
  }
}
