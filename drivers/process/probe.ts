import { spawn } from 'node:child_process';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import type { WorkloadProbe } from '@paved/orchestrator';
import type { Launch } from './cage.ts';
import { sendEnvironment } from './child.ts';

/** `undefined` when the check passed, else what was wrong, as the end of a sentence: "GET /readyz answered 503". */
export type Finding = string | undefined;

interface ProbeTarget {
  /** The real port behind a Score target port. */
  port(targetPort: number): number;
  /** How a program of the workload's own is started, with its environment and rights. */
  launch(argv: readonly string[]): Promise<Launch>;
}

const HTTP_TIMEOUT_MS = 2_000;
const EXEC_TIMEOUT_MS = 5_000;

/** Runs every check of a Score probe. */
export async function runProbe(probe: WorkloadProbe, target: ProbeTarget): Promise<Finding> {
  const finding = probe.httpGet === undefined ? undefined : await probeHttp(probe.httpGet, target.port(probe.httpGet.port));
  if (finding !== undefined || probe.exec === undefined) return finding;
  return probeExec(probe.exec.command, target);
}

function probeHttp(get: NonNullable<WorkloadProbe['httpGet']>, port: number): Promise<Finding> {
  const headers = Object.fromEntries((get.httpHeaders ?? []).map(({ name, value }) => [name, value]));
  const options = {
    // Never through DNS: `host` is only what the request says.
    host: '127.0.0.1',
    port,
    path: get.path,
    headers: { 'user-agent': 'paved-probe', ...(get.host === undefined ? {} : { host: get.host }), ...headers },
    agent: false as const,
    timeout: HTTP_TIMEOUT_MS,
    rejectUnauthorized: false,
  };
  return new Promise((resolve) => {
    const request = (get.scheme === 'HTTPS' ? https : http).get(options, (response) => {
      response.resume();
      const status = response.statusCode ?? 0;
      resolve(status >= 200 && status < 400 ? undefined : `GET ${get.path} answered ${status}`);
    });
    request.on('timeout', () => {
      resolve(`GET ${get.path} gave no answer within ${HTTP_TIMEOUT_MS / 1000} s`);
      request.destroy();
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'ECONNREFUSED' ? `nothing listens on port ${port} yet` : `GET ${get.path} failed: ${error.message}`);
    });
  });
}

async function probeExec(command: readonly string[], target: ProbeTarget): Promise<Finding> {
  const said = `"${command.join(' ')}"`;
  const [program = '', ...args] = command;
  const launch = await target.launch([program === 'node' ? process.execPath : program, ...args]);
  return new Promise((resolve) => {
    const [first = '', ...rest] = launch.argv;
    const child = spawn(first, rest, {
      cwd: launch.cwd,
      env: { ...launch.environment },
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', ...(launch.sent === undefined ? [] : (['pipe'] as const))],
    });
    sendEnvironment(child, launch.sent);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It ended at this moment.
      }
    }, EXEC_TIMEOUT_MS);
    const end = (finding: Finding): void => {
      clearTimeout(timer);
      resolve(finding);
    };
    child.once('error', (error) => end(`${said} ended with ${error.message}`));
    child.once('exit', (code, signal) => {
      if (late) end(`${said} did not end within ${EXEC_TIMEOUT_MS / 1000} s`);
      else end(code === 0 ? undefined : `${said} ended with ${code === null ? signal : `code ${code}`}`);
    });
  });
}

/** Whether something accepts connections on the port. */
export function probeTcp(port: number): Promise<Finding> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port });
    socket.setTimeout(HTTP_TIMEOUT_MS);
    const end = (finding: Finding): void => {
      socket.destroy();
      resolve(finding);
    };
    socket.once('connect', () => end(undefined));
    socket.once('timeout', () => end(`port ${port} accepts no connection`));
    socket.once('error', () => end(`nothing listens on port ${port} yet`));
  });
}
