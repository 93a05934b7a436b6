import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** A Paved server as a process of its own, the way people start it. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  readonly dataDir: string;
  /** From the start of the process to an answer of /readyz with 200, in ms. */
  readonly readyMs: number;
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

export const temporaryFolder = (): string => mkdtempSync(path.join(os.tmpdir(), 'paved-server-'));
export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });

export interface ServerOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** With Acme's catalog and sign-in as its people. */
  readonly acme?: boolean;
  /** Told each line the server prints. */
  readonly onOutput?: (text: string) => void;
}

export async function startServer(dataDir: string, options: ServerOptions = {}): Promise<ServerProcess> {
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [
      path.join(root, 'apps/server/main.ts'),
      '--data',
      dataDir,
      '--port',
      '0',
      ...(options.acme === true ? ['--config', path.join(root, 'examples/acme/paved.yaml')] : []),
    ],
    {
      cwd: root,
      env: {
        ...process.env,
        PAVED_SERVER_INGRESS_PORT: '0',
        PAVED_LOG_LEVEL: 'warn',
        ...options.environment,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      options.onOutput?.(chunk.toString());
      const found = /Paved is ready at (http:\S+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`The server ended with code ${code} before it was ready: ${text}`)));
  });
  while (
    !(await fetch(`${url}/readyz`).then(
      (r) => r.ok,
      () => false,
    ))
  )
    await sleep(5);
  const readyMs = performance.now() - started;
  return {
    url,
    pid: child.pid ?? 0,
    dataDir,
    readyMs,
    child,
    async stop() {
      if (child.exitCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** An administrator's token made from the data directory. */
export function localToken(dataDir: string, environment: NodeJS.ProcessEnv = {}): string {
  const made = execFileSync(
    process.execPath,
    [path.join(root, 'apps/cli/main.ts'), 'token', 'create', '--local', '--admin', '--data', dataDir, '-o', 'json'],
    { cwd: root, encoding: 'utf8', env: { ...process.env, ...environment } },
  );
  return (JSON.parse(made) as { token: string }).token;
}

/** A process with all its descendants. */
export function processTree(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It ended meanwhile.
    }
  }
  const tree = [pid];
  for (const at of tree) for (const [child, parent] of parents) if (parent === at) tree.push(child);
  return tree;
}

/** Proportional set size in MB: shared pages are counted once over all processes. */
export function pssMb(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    try {
      return sum + Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024;
    } catch {
      return sum;
    }
  }, 0);
}

/** CPU time used so far by processes, in ms (100 clock ticks a second). */
export function cpuMs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return sum + (Number(fields[11]) + Number(fields[12])) * 10;
    } catch {
      return sum;
    }
  }, 0);
}

/** The platform's own PostgreSQL: its postmaster is no child of the server, its number stands in postmaster.pid. */
export function postgresPids(dataDir: string): number[] {
  const pid = Number(readFileSync(path.join(dataDir, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
  return processTree(pid);
}
