import { execFileSync } from 'node:child_process';
import http from 'node:http';
import path from 'node:path';
import { readdirSync, readFileSync } from 'node:fs';
import type { ApiClient } from '@paved/client';
import type { Run } from '@paved/runs';
import type { Deployment, WorkloadState } from '@paved/orchestrator';
import { until } from './acme.ts';

export const OWNER = 'group:default/playback';

/** Starts the golden path of an HTTP service with PostgreSQL; gives the run's id. */
export async function createService(api: ApiClient, name: string): Promise<string> {
  const { id } = await api.post<{ id: string }>('/api/scaffolder/v2/tasks', {
    templateRef: 'template:default/http-service',
    values: { name, description: 'Is tested.', owner: OWNER, system: 'system:default/playback', database: 'postgres' },
  });
  return id;
}

/** The run when it has ended well; throws with its reason when it failed. */
export async function succeeded(api: ApiClient, id: string, waitMs = 90_000): Promise<Run> {
  return until(waitMs, `the end of run ${id}`, async () => {
    const run = await api.get<Run>(`/api/runs/${id}`);
    if (run.status === 'failed' || run.status === 'cancelled')
      throw new Error(`${run.title}: ${run.status} at ${run.error?.step}: ${run.error?.message} ${run.error?.fix ?? ''}`);
    return run.status === 'succeeded' ? run : undefined;
  });
}

export async function workload(api: ApiClient, name: string): Promise<WorkloadState | undefined> {
  const answer = await api.get<WorkloadState[] | { items: WorkloadState[] }>('/api/orchestrator/workloads', { component: name });
  return (Array.isArray(answer) ? answer : answer.items).find((state) => state.environment === 'dev');
}

/** Where the service answers, once it is healthy in dev. */
export async function urlOf(api: ApiClient, name: string, waitMs = 30_000): Promise<string> {
  return until(waitMs, `${name} to be healthy`, async () => {
    const state = await workload(api, name);
    return state?.health === 'healthy' ? state.url : undefined;
  });
}

export const deployments = async (api: ApiClient, name: string): Promise<readonly Deployment[]> =>
  (await api.get<{ items: Deployment[] }>('/api/orchestrator/deployments', { component: name, limit: 100 })).items;

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Node does not resolve *.localhost: ask 127.0.0.1 with the Host header. */
export function ask(url: string, agent?: http.Agent, timeoutMs = 10_000): Promise<Answer> {
  const { hostname, host, port, pathname } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = http.get(
      {
        hostname: hostname === '127.0.0.1' ? hostname : '127.0.0.1',
        port,
        path: pathname,
        headers: { host },
        timeout: timeoutMs,
        ...(agent === undefined ? {} : { agent }),
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (body += chunk));
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
        response.once('error', reject);
      },
    );
    request.once('timeout', () => request.destroy(new Error(`No answer within ${timeoutMs} ms.`)));
    request.once('error', reject);
  });
}

/** Rows of the service's own database, as it answers them. */
export async function rowsOf(url: string): Promise<unknown[]> {
  const { status, body } = await ask(`${url}/api/tracks`);
  if (status !== 200) throw new Error(`${url}/api/tracks answers ${status}: ${body}`);
  const parsed = JSON.parse(body) as unknown[] | { items: unknown[] };
  return Array.isArray(parsed) ? parsed : parsed.items;
}

/** Environment of a living process. */
export function environmentOf(pid: number): Record<string, string> {
  try {
    const pairs = readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .filter((pair) => pair.includes('='));
    return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
  } catch {
    return {};
  }
}

/** Processes of a service of this data directory: they carry the platform's marker and its database's name. */
export function instancesOf(folder: string, name: string): { pid: number; environment: Record<string, string> }[] {
  const database = new RegExp(`^dev_${name.replaceAll('-', '_')}_`);
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((entry) => ({ pid: Number(entry), environment: environmentOf(Number(entry)) }))
    .filter(
      ({ environment }) =>
        environment['PAVED_INSTANCE'] !== undefined &&
        database.test(environment['PGDATABASE'] ?? '') &&
        Object.values(environment).some((value) => value.includes(path.basename(folder))),
    );
}

export const bareRepository = (folder: string, name: string): string =>
  execFileSync('find', [folder, '-type', 'd', '-name', `${name}.git`], { encoding: 'utf8' })
    .trim()
    .split('\n')[0] ?? '';

export const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      GIT_TERMINAL_PROMPT: '0',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_NAME: 'T',
      GIT_AUTHOR_EMAIL: 't@example.com',
      GIT_COMMITTER_NAME: 'T',
      GIT_COMMITTER_EMAIL: 't@example.com',
    },
  }).trim();
