import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { access } from '@paved/access';
import { catalog } from '@paved/catalog';
import { createApiClient, type ApiClient } from '@paved/client';
import { createLogger, loadConfig } from '@paved/host';
import { isPavedError, messageOf, systemActor } from '@paved/kernel';
import type { Run } from '@paved/runs';
import { composePlatform, stopOnSignal } from '@paved/server';
import { createProgress } from '@paved/cli';
import { prepare } from './prepare.ts';
import { root } from './setup.mjs';

const SERVICE = 'concert-alerts';
const OWNER = 'group:default/playback';
const DEVELOPER = 'user:default/mira.voss';

const { values: flags } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== '--'),
  options: { data: { type: 'string' }, port: { type: 'string' }, once: { type: 'boolean' } },
});

/** Starts the platform as Acme would run it, creates a service by the golden path, and stays up. */
async function demo(): Promise<void> {
  const started = performance.now();
  const progress = createProgress({ animated: process.stderr.isTTY === true && process.env['CI'] === undefined, silent: false });
  progress.step('prepare', 'Prepare the portal and packages');
  await prepare((text) => progress.step('prepare', text));
  progress.done('prepare', 'Portal and packages are ready');

  progress.step('start', 'Start the platform');
  const { config, sources: settings } = loadConfig({
    file: path.join(root, 'examples/acme/paved.yaml'),
    environment: process.env,
    flags: {
      'data.directory': { flag: '--data', value: flags.data ?? '.paved-demo' },
      'server.port': { flag: '--port', value: flags.port === undefined ? undefined : Number(flags.port) },
    },
  });
  const platform = await composePlatform({
    config,
    settings,
    log: createLogger({ level: process.env['PAVED_LOG_LEVEL'] ?? 'error', pretty: true }),
  });
  stopOnSignal(platform);
  const url = await platform.listen();
  progress.done('start', `The platform runs at ${url}`);

  progress.step('catalog', 'Read Acme’s catalog');
  await until(
    60_000,
    async () => (await platform.service(catalog).get(DEVELOPER)) && platform.service(catalog).get('template:default/http-service'),
  );
  const { token } = await platform.service(access).createToken({ userRef: DEVELOPER, name: 'demo', expiresInMs: 3_600_000 }, systemActor);
  const api = createApiClient({ server: url, token });
  const { totalItems } = await api.get<{ totalItems: number }>('/api/catalog/entities/by-query', { limit: 0 });
  progress.done('catalog', `Acme’s catalog has ${totalItems} entities`);

  const isNew = !(await exists(api, 'component', SERVICE));
  const creating = performance.now();
  if (isNew) await create(api, progress);
  progress.step('answer', 'Wait for an answer of the service');
  const serviceUrl = await until(60_000, () => urlOf(api));
  const answer = await until(30_000, () => ask(serviceUrl));
  progress.done('answer', `${SERVICE} answers with rows from its own database`);
  progress.end();
  const seconds = (from: number): string => ((performance.now() - from) / 1000).toFixed(1);
  console.log(`
${isNew ? `${SERVICE} went from “create” to healthy in ${seconds(creating)} s` : `${SERVICE} is there from the last time`}, all in ${seconds(started)} s.

  Service      ${serviceUrl}
  Its rows     ${serviceUrl}${answer.path}
               ${answer.text.slice(0, 160)}${answer.text.length > 160 ? ' …' : ''}
  Portal       ${url}
               Sign in as one of Acme’s people, no password needed in this demo.
  Repository   git clone ${url}/git/playback/${SERVICE}.git

Ctrl-C stops everything; the next run goes on with the same data.`);
  console.log(`Paved is ready at ${url}`);
  if (flags.once === true) {
    await platform.stop();
    process.exit(0);
  }
}

async function exists(api: ApiClient, kind: string, name: string): Promise<boolean> {
  return api.get(`/api/catalog/entities/by-name/${kind}/default/${name}`).then(
    () => true,
    () => false,
  );
}

/** The golden path, the way the portal does it. */
async function create(api: ApiClient, progress: ReturnType<typeof createProgress>): Promise<void> {
  const { id } = await api.post<{ id: string }>('/api/scaffolder/v2/tasks', {
    templateRef: 'template:default/http-service',
    values: {
      name: SERVICE,
      description: 'Tells listeners when an artist plays nearby.',
      owner: OWNER,
      system: 'system:default/streaming',
      database: 'postgres',
    },
  });
  for (;;) {
    const run = await api.get<Run>(`/api/runs/${id}`);
    for (const step of run.steps) {
      if (step.status === 'running') progress.step(step.id, step.title);
      if (step.status === 'succeeded') progress.done(step.id, step.title);
      if (step.status === 'failed') progress.failed(step.id, step.title);
    }
    if (run.status === 'succeeded') return;
    if (run.status === 'failed' || run.status === 'cancelled')
      throw new Error(`Creating ${SERVICE} ${run.status}: ${run.error?.message ?? ''} ${run.error?.fix ?? ''} See run ${id}.`);
    await sleep(100);
  }
}

async function urlOf(api: ApiClient): Promise<string | undefined> {
  const items = await api.get<{ environment: string; url?: string; health: string }[]>('/api/orchestrator/workloads', {
    component: `component:default/${SERVICE}`,
  });
  return items.find((workload) => workload.environment === 'dev' && workload.health === 'healthy')?.url;
}

/** Node does not resolve *.localhost: ask 127.0.0.1 with the Host header. */
async function ask(serviceUrl: string): Promise<{ path: string; text: string } | undefined> {
  const { host, port } = new URL(serviceUrl);
  const path = '/api/tracks';
  const text = await new Promise<string | undefined>((resolve) => {
    http
      .get({ hostname: '127.0.0.1', port, path, headers: { host } }, (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (body += chunk));
        response.on('end', () => resolve(response.statusCode === 200 ? body.trim() : undefined));
      })
      .once('error', () => resolve(undefined));
  });
  return text === undefined ? undefined : { path, text };
}

async function until<T>(waitMs: number, look: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + waitMs; ; await sleep(100)) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`Nothing happened for ${waitMs / 1000} s.`);
  }
}

try {
  await demo();
} catch (error) {
  console.error(messageOf(error));
  if (isPavedError(error) && error.fix !== undefined) console.error(error.fix);
  if (process.env['PAVED_DEBUG'] !== undefined) console.error(error);
  process.exit(1);
}
