import { execFile } from 'node:child_process';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import type { WorkloadProbe } from '@paved/orchestrator';

/** `undefined` when the check passed, else what was wrong, as the end of a sentence: "GET /readyz answered 503". */
export type Finding = string | undefined;

interface ProbeTarget {
  /** The real port behind a Score target port. */
  port(targetPort: number): number;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
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

function probeExec(command: readonly string[], target: ProbeTarget): Promise<Finding> {
  const [program = '', ...args] = command;
  return new Promise((resolve) => {
    execFile(
      program === 'node' ? process.execPath : program,
      args,
      { cwd: target.cwd, env: { ...target.environment }, timeout: EXEC_TIMEOUT_MS, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 },
      (error) => {
        if (error === null) resolve(undefined);
        else if (error.killed === true) resolve(`"${command.join(' ')}" did not end within ${EXEC_TIMEOUT_MS / 1000} s`);
        else resolve(`"${command.join(' ')}" ended with ${typeof error.code === 'number' ? `code ${error.code}` : error.message}`);
      },
    );
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
