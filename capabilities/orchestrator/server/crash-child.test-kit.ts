import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemActor } from '@paved/kernel';
import { repositories } from '@paved/repositories';
import { testPlatform } from '@paved/testing';
import { auditCapability } from '@paved/audit/server';
import { catalog } from '@paved/catalog';
import { catalogCapability } from '@paved/catalog/server';
import { deliveryCapability } from '@paved/delivery/server';
import { runsCapability } from '@paved/runs/server';
import { secretsCapability } from '@paved/secrets/server';
import { orchestrator, type DriverFactory } from '../index.ts';
import { orchestratorCapability } from './index.ts';
import { recordingDriver } from './recording-driver.test-kit.ts';

/*
 * A whole platform in a process that can be killed: deploys one service (always with the same idempotency key) and, at the place named
 * by PAVED_DIE_AT, kills itself. Prints the deployment when it ended.
 */
const {
  PAVED_DIE_AT: dieAt = '',
  PAVED_DATABASE: databaseUrl = '',
  PAVED_DATA: dataDir = '',
  PAVED_FOLDER: folder = '',
  PAVED_SCORE: score = '',
} = process.env;

const die = (place: string): void => {
  if (place !== dieAt) return;
  writeFileSync(path.join(folder, `died-${place.replaceAll(' ', '-')}`), '');
  process.kill(process.pid, 'SIGKILL');
};

const mortal =
  (name: string): DriverFactory =>
  async (context) => {
    const driver = await recordingDriver(name, folder)(context);
    return {
      ...driver,
      async apply(input, state, call) {
        die(`before ${input.type}`);
        const result = await driver.apply(input, state, call);
        die(`after ${input.type}`);
        return result;
      },
    };
  };

const platform = await testPlatform({
  capabilities: [
    auditCapability,
    runsCapability,
    catalogCapability,
    deliveryCapability,
    secretsCapability,
    orchestratorCapability({ drivers: { process: mortal('process'), postgres: mortal('postgres') } }),
  ],
  provide: [
    [
      repositories,
      {
        get: async () => undefined,
        setCheck: async (_slug: string, _sha: string, check: { status: string }) =>
          die(check.status === 'running' ? 'in read' : 'in finish'),
      },
    ],
  ],
  beside: { databaseUrl, dataDir },
  listen: true,
});
await platform.service(catalog).put(
  [
    {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: { name: 'shop', annotations: { 'paved.dev/repository': 'payments/shop' } },
      spec: { type: 'service', lifecycle: 'production', owner: 'payments' },
    },
  ],
  'test',
  systemActor,
);
const service = platform.service(orchestrator);
const started = await service.deploy(
  {
    component: 'component:default/shop',
    environment: 'dev',
    score,
    artifact: { digest: 'sha256:1', type: 'archive', location: '/a', version: '1' },
    commit: '1'.repeat(40),
    idempotencyKey: 'once',
  },
  systemActor,
);
const ended = await service.settled(started.id, 60_000);
process.stdout.write(`${JSON.stringify(ended)}\n`);
await platform[Symbol.asyncDispose]();
process.exit(0);
