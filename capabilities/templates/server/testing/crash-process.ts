/**
 * A server with golden paths, started by crash.db.test.ts. DIE_AT (`<method>:before|after`, or `step`) names the moment in which
 * it kills itself; START runs the template in TEMPLATE. Deployments are noted in the file DEPLOYMENTS, so that they survive.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { auditCapability } from '@paved/audit/server';
import { catalog } from '@paved/catalog';
import { catalogCapability } from '@paved/catalog/server';
import { configSchema, createLogger, createPlatform, defineCapability, type Capability } from '@paved/host';
import { systemActor } from '@paved/kernel';
import { orchestrator } from '@paved/orchestrator';
import { pipelines } from '@paved/pipelines';
import { repositoriesCapability } from '@paved/repositories/server';
import { runsCapability } from '@paved/runs/server';
import { templates } from '../../index.ts';
import { templatesCapability } from '../index.ts';

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

const deployments = (): string[] => readFileSync(setting('DEPLOYMENTS'), 'utf8').split('\n').filter(Boolean);
const deployment = (id: string) => ({
  id,
  component: 'component:default/lyrics',
  environment: 'dev',
  version: '1',
  status: 'succeeded',
  runId: 'run_x',
});
const fakeOrchestrator = sabotaged({
  async deploy(request: { idempotencyKey?: string }) {
    const id = request.idempotencyKey ?? 'none';
    if (!deployments().includes(id)) appendFileSync(setting('DEPLOYMENTS'), `${id}\n`);
    return deployment(id);
  },
  settled: async (id: string) => deployment(id),
  deployment: async (id: string) => deployment(id),
  workloads: async () =>
    deployments().map((id) => ({
      component: 'component:default/lyrics',
      environment: 'dev',
      health: 'healthy',
      url: 'http://lyrics.dev.localhost',
      deploymentId: id,
    })),
});

const crashAction = defineCapability({
  name: 'crashes',
  needs: { templates },
  create({ needs }) {
    needs.templates.defineAction({
      id: 'test:crash',
      description: 'Dies in the middle of its step.',
      input: z.object({}),
      execute: async () => {
        if (setting('DIE_AT') === 'step') die();
      },
    });
    return { service: {} };
  },
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
    templatesCapability,
    crashAction,
  ],
  provide: [
    [orchestrator, fakeOrchestrator],
    [pipelines, { artifactOf: async () => undefined, runOf: async () => undefined }],
  ],
  authenticate: async () => systemActor,
  authorize: () => ({ allowed: true }),
});
await platform.listen();
process.on('SIGTERM', () => void platform.stop().then(() => process.exit(0)));
// The template is read by a server that does not die in addLocation.
if (setting('REGISTER') !== '') await platform.service(catalog).addLocation({ type: 'file', target: setting('TEMPLATE') }, systemActor);
const started =
  setting('START') === ''
    ? undefined
    : await platform.app.inject({ method: 'POST', url: '/api/templates/default/whole/execute', payload: { values: { name: 'lyrics' } } });
process.stdout.write(`${started?.body ?? 'ready'}\n`);
