import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { PavedError } from '@paved/kernel';
import type { Command, CommandResult, CommandRunner } from '@paved/pipelines';
import { openCgroup, PROCESS_LIMIT, type CommandGroup } from './cgroup.ts';
import { giveFolder, openWay, shareFolder } from './hand-over.ts';
import { GROUP_PREFIX, probeIsolation, type Isolation, type IsolationKind } from './isolation.ts';
import { environmentScript, launchArguments, wrapperEnvironment } from './launch.ts';
import { watchFamily, type Family } from './process-table.ts';
import { makeScratchFolder, removeStaleScratch } from './scratch.ts';
import { takeSandboxUser, type SandboxUser } from './sandbox-user.ts';

export interface SandboxOptions {
  /** Folders no command may see, above all the platform's data directory. */
  readonly hidden?: readonly string[];
  /** Use a weaker isolation than this machine offers (tests of each kind). */
  readonly only?: IsolationKind;
  /** Do without cgroups (tests of the watchdog). */
  readonly withoutCgroups?: boolean;
}

const WATCH_MS = 200;
/** Output may still be in the pipes when the last process has ended. */
const LAST_OUTPUT_MS = 500;

/** Runs commands as isolated as this machine allows. */
export function createSandboxRunner(options: SandboxOptions = {}): CommandRunner {
  // Found out once, when first asked: it does not change while we run.
  let probed: Isolation | undefined;
  const isolation = (): Isolation => {
    if (probed === undefined) removeStaleScratch();
    return (probed ??= probeIsolation(options.only));
  };
  return {
    get isolation() {
      return isolation().sentence;
    },
    run: (command) => runCommand(command, isolation(), options),
  };
}

async function runCommand(command: Command, isolation: Isolation, options: SandboxOptions): Promise<CommandResult> {
  const startedAt = performance.now();
  const { kind } = isolation;
  if (command.signal.aborted) return { exitCode: 137, stopped: 'cancelled', durationMs: 0 };
  const ownUser = kind === 'root-namespaces' || kind === 'own-user';
  const user = ownUser ? takeSandboxUser(command.folder) : undefined;
  const cutOff = command.network === 'none' && isolation.cutsOff;
  if (command.network === 'none' && !cutOff)
    command.onOutput('This machine permits no network namespace: the step keeps the network.\n', 'stderr');
  const scratch = makeScratchFolder();
  const group =
    options.withoutCgroups === true || isolation.cgroups === undefined
      ? undefined
      : openCgroup(`${GROUP_PREFIX}${randomBytes(6).toString('hex')}`, command.limits)?.group;
  try {
    const hidden = [...(options.hidden ?? []), ...dataDirectoryAbove(command.folder)];
    if (user !== undefined) {
      // What a command of a killed server may have left under this number.
      if (kind === 'own-user') endUser(user);
      await handOver(command, user, kind, hidden);
    }
    makeScratch(scratch, user);
    const [program = '', ...args] = launchArguments({
      kind,
      command,
      ...(user === undefined ? {} : { user }),
      hidden,
      scratch,
      joinFiles: group?.joinFiles ?? [],
      processes: PROCESS_LIMIT,
      cutOff,
    });
    const child = spawn(program, args, {
      cwd: '/',
      env: wrapperEnvironment,
      // A group of its own: Ctrl-C at the server's terminal must not reach it before the run is handed over.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    const family = watchFamily(child.pid ?? -1, user?.uid);
    const stop = (): void => endAll(child, kind, user, group, family);
    const result = await supervise(command, child, scratch, kind, group, family, stop);
    return { ...result, durationMs: Math.round(performance.now() - startedAt) };
  } finally {
    await group?.remove();
    rmSync(scratch, { recursive: true, force: true });
    user?.release();
  }
}

type Ended = Omit<CommandResult, 'durationMs'>;

function supervise(
  command: Command,
  child: ChildProcess,
  scratch: string,
  kind: IsolationKind,
  group: CommandGroup | undefined,
  family: Family,
  stop: () => void,
): Promise<Ended> {
  const { limits } = command;
  let stopped: CommandResult['stopped'];
  let printed = 0;
  const cpu = new Map<string, number>();
  const end = (why: NonNullable<CommandResult['stopped']>): void => {
    stopped ??= why;
    stop();
  };
  const onAbort = (): void => end('cancelled');
  command.signal.addEventListener('abort', onAbort, { once: true });
  const timeout = setTimeout(() => end('timeout'), limits.timeoutMs);
  // Where the kernel counts, asking it is enough; looking through the process table costs more. Without any isolation the table is also how
  // the command's processes are remembered.
  const watch = setInterval(() => {
    if (group?.outOfMemory() === true) return end('memory');
    if (group !== undefined && kind !== 'none') return;
    const members = family.members();
    for (const row of members) cpu.set(`${row.pid} ${row.started}`, row.cpuMs);
    const bytes = members.reduce((sum, row) => sum + row.bytes, 0);
    const threads = members.reduce((sum, row) => sum + row.threads, 0);
    if (bytes > limits.memoryMb * 1024 * 1024 || threads > 2 * PROCESS_LIMIT) end('memory');
  }, WATCH_MS);
  for (const stream of ['stdout', 'stderr'] as const) {
    const decoder = new StringDecoder('utf8');
    child[stream]?.on('data', (chunk: Buffer) => {
      if (stopped === 'output') return;
      const room = limits.outputBytes - printed;
      printed += chunk.length;
      const text = decoder.write(chunk.length > room ? chunk.subarray(0, Math.max(0, room)) : chunk);
      if (text !== '') command.onOutput(text, stream);
      if (printed > limits.outputBytes) end('output');
    });
    child[stream]?.on('error', () => {});
  }
  const temporary = temporaryFolder(kind, scratch);
  sendEnvironment(child, { TMPDIR: temporary, HOME: temporary, ...environmentOf(command) });
  return new Promise<Ended>((resolve, reject) => {
    const tidy = (): void => {
      clearTimeout(timeout);
      clearInterval(watch);
      command.signal.removeEventListener('abort', onAbort);
    };
    child.once('error', (error) => {
      tidy();
      reject(new PavedError('unavailable', `The command could not be started: ${error.message}.`, { cause: error }));
    });
    let code = 0;
    child.once('exit', (exitCode, signal) => {
      code = exitCode ?? 128 + (signal === null ? 0 : os.constants.signals[signal]);
      // The command is over: whatever it left in the background is, too.
      stop();
      const late = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, LAST_OUTPUT_MS);
      child.once('close', () => clearTimeout(late));
    });
    child.once('close', () => {
      tidy();
      stop();
      if (stopped === undefined && group?.outOfMemory() === true && code !== 0) stopped = 'memory';
      const measured = group?.cpuMs() ?? [...cpu.values()].reduce((sum, ms) => sum + ms, 0);
      resolve({ exitCode: code, cpuMs: Math.round(measured), ...(stopped === undefined ? {} : { stopped }) });
    });
  });
}

/** Ends everything that belongs to the command, however it tried to get away. */
function endAll(
  child: ChildProcess,
  kind: IsolationKind,
  user: SandboxUser | undefined,
  group: CommandGroup | undefined,
  family: Family,
): void {
  const kill = (pid: number): void => {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended already.
    }
  };
  // The first process of a PID namespace takes all others with it; it dies with `unshare`.
  if (child.pid !== undefined && child.exitCode === null) kill(-child.pid);
  if (kind === 'own-user' && user !== undefined) endUser(user);
  if (kind === 'none') for (let round = 0; round < 5; round++) for (const row of family.members()) kill(row.pid);
  group?.kill();
}

/** As that user, so that one call reaches all its processes at once: nothing can fork out of it. */
function endUser(user: SandboxUser): void {
  const drop = ['--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups', 'sh', '-c', 'kill -9 -1'];
  spawnSync('setpriv', drop, { env: wrapperEnvironment, stdio: 'ignore', timeout: 5_000 });
}

function sendEnvironment(child: ChildProcess, environment: Readonly<Record<string, string>>): void {
  const pipe = child.stdio[3] as (Writable & Partial<Readable>) | null | undefined;
  // A command that ends before it has read its environment is no error of ours.
  pipe?.on('error', () => {});
  pipe?.end(environmentScript(environment));
}

/** The declared environment; Node 24 comes first on PATH. */
function environmentOf(command: Command): Record<string, string> {
  const rest = (command.environment['PATH'] ?? '/usr/local/bin:/usr/bin:/bin').split(':').filter((folder) => path.isAbsolute(folder));
  const node = path.dirname(process.execPath);
  return { ...command.environment, PATH: [node, ...rest.filter((folder) => folder !== node)].join(':') };
}

function temporaryFolder(kind: IsolationKind, scratch: string): string {
  return kind === 'root-namespaces' || kind === 'user-namespaces' ? '/tmp' : path.join(scratch, 'tmp');
}

function makeScratch(scratch: string, user: SandboxUser | undefined): void {
  const tmp = path.join(scratch, 'tmp');
  mkdirSync(tmp, { mode: 0o700 });
  if (user === undefined) return;
  chmodSync(scratch, 0o711);
  chownSync(tmp, user.uid, user.gid);
  const others = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8') : '';
  writeFileSync(path.join(scratch, 'passwd'), `${others.trimEnd()}\nbuild:x:${user.uid}:${user.gid}:Paved build:/tmp:/bin/sh\n`, {
    mode: 0o644,
  });
}

async function handOver(command: Command, user: SandboxUser, kind: IsolationKind, hidden: readonly string[]): Promise<void> {
  await giveFolder(command.folder, user);
  for (const folder of command.writable ?? []) {
    const inside = folder === command.folder || folder.startsWith(`${command.folder}${path.sep}`);
    if (!inside) await shareFolder(folder, user);
  }
  if (kind === 'own-user') for (const folder of [command.folder, ...(command.writable ?? [])]) openWay(folder, hidden);
}

/** The platform's data directory is known by its key, also when nobody named it. */
function dataDirectoryAbove(folder: string): string[] {
  for (let at = path.dirname(path.resolve(folder)); at !== path.dirname(at); at = path.dirname(at)) {
    if (existsSync(path.join(at, 'master.key')) || existsSync(path.join(at, 'keys', 'master.key'))) return [at];
  }
  return [];
}
