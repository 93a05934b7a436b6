/**
 * A server with services, started by crash.db.test.ts. DIE_AT (`<method>:before|after`) names the moment in which it kills itself;
 * START is the path and BODY the body of the request it sends itself. What the stand-in orchestrator removed is noted in the file
 * REMOVED, so that it survives.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { auditCapability } from '@paved/audit/server';
import { catalog } from '@paved/catalog';
import { catalogCapability } from '@paved/catalog/server';
import { configSchema, createLogger, createPlatform, type Capability } from '@paved/host';
import { systemActor } from '@paved/kernel';
import { orchestrator } from '@paved/orchestrator';
import { pipelines } from '@paved/pipelines';
import { repositoriesCapability } from '@paved/repositories/server';
import { runsCapability } from '@paved/runs/server';
import { secretsCapability } from '@paved/secrets/server';
import { servicesCapability } from '../index.ts';

const setting = (name: string): string => process.env[name] ?? '';
const die = (): void => void process.kill(process.pid, 'SIGKILL');

/** The service, dying before or after the method that DIE_AT names. */
function sabotaged<T extends object>(service: T): T {
  const [method, moment] = setting('DIE_AT').split(':');
  return new Proxy(service, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (key !== method || typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        if (moment === 'before') die();
        const result: unknown = await (value.apply(target, args) as Promise<unknown>);
        if (moment === 'after') die();
        return result;
      };
    },
  });
}

// oxlint-disable-next-line typescript/no-explicit-any -- any capability
const sabotage = (capability: Capability<any, any>): Capability<any, any> => ({
  ...capability,
  async create(context) {
    const instance = await capability.create(context);
    return { ...instance, service: sabotaged(instance.service as object) };
  },
});

const lyrics = 'component:default/lyrics';
const removed = (): string[] => readFileSync(setting('REMOVED'), 'utf8').split('\n').filter(Boolean);
const deployment = { id: 'dep_1', runId: 'run_x', status: 'succeeded' };
const resource = (type: string, stateful: boolean) => ({
  uid: type,
  key: type,
  type,
  class: 'default',
  id: `workloads.lyrics.${type}`,
  component: lyrics,
  environment: 'dev',
  status: removed().length === 0 ? 'active' : 'orphaned',
  stateful,
  consumers: removed().length === 0 ? [lyrics] : [],
  createdAt: new Date(0).toISOString(),
  updatedAt: new Date(0).toISOString(),
});
const standIn = sabotaged({
  workloads: async () => [],
  resources: async () =>
    setting('RUNS') === '' ? [] : [resource('postgres', true), ...(removed().length === 0 ? [resource('workload', false)] : [])],
  planRemoval: async () => ({
    nodes: [
      { ...resource('workload', false), action: 'delete' },
      { ...resource('postgres', true), action: 'orphan' },
    ],
  }),
  async remove(_component: string, _environment: string, _actor: unknown, options: { idempotencyKey: string }) {
    if (!removed().includes(options.idempotencyKey)) appendFileSync(setting('REMOVED'), `${options.idempotencyKey}\n`);
    return deployment;
  },
  settled: async () => deployment,
});

const platform = await createPlatform({
  config: configSchema.parse({
    server: { port: 0 },
    data: { directory: setting('DATA'), minimumFreeMb: 0 },
    database: { url: setting('DATABASE_URL'), poolSize: 8 },
  }),
  log: createLogger({ level: process.env['PAVED_TEST_LOG'] ?? 'silent' }),
  version: '0.0.0-test',
  capabilities: [
    auditCapability,
    runsCapability,
    sabotage(catalogCapability),
    sabotage(repositoriesCapability),
    sabotage(secretsCapability),
    servicesCapability,
  ],
  provide: [
    [orchestrator, standIn],
    [pipelines, { artifactOf: async () => undefined, runOf: async () => undefined }],
  ],
  authenticate: async () => systemActor,
  authorize: () => ({ allowed: true }),
});
await platform.listen();
process.on('SIGTERM', () => void platform.stop().then(() => process.exit(0)));
const group = { apiVersion: 'backstage.io/v1alpha1', kind: 'Group', metadata: { name: 'playback' }, spec: { type: 'team', children: [] } };
await platform.service(catalog).put([group], 'test', systemActor);
const send = async (url: string, body: string, method: 'POST' | 'PUT' = 'POST') =>
  platform.app.inject({ method, url, payload: body, headers: { 'content-type': 'application/json' } });
if (setting('VARIABLE') !== '') {
  await send(
    '/api/secrets/variables',
    JSON.stringify({ component: 'lyrics', environment: 'dev', name: 'KEY', value: 'x', secret: true }),
    'PUT',
  );
}
const started = setting('START') === '' ? undefined : await send(setting('START'), setting('BODY'));
process.stdout.write(`${started?.body ?? 'ready'}\n`);
