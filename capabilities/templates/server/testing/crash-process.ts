/**
 * A server with golden paths, started by crash.db.test.ts. DIE_AT (`<method>:before|after`, or `step`) names the moment in which
 * it kills itself; START runs the template in TEMPLATE. Deployments are noted in the file DEPLOYMENTS, so that they survive.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { auditCapability } from '@paved/audit/server';
import { catalog } from '@paved/catalog';
import { catalogCapability } from '@paved/catalog/server';
import { defineCapability } from '@paved/host';
import { systemActor } from '@paved/kernel';
import { orchestrator } from '@paved/orchestrator';
import { pipelines } from '@paved/pipelines';
import { repositoriesCapability } from '@paved/repositories/server';
import { runsCapability } from '@paved/runs/server';
import { die, mortal, mortalCapability, mortalServer, setting } from '@paved/testing';
import { templates } from '../../index.ts';
import { templatesCapability } from '../index.ts';

const deployments = (): string[] => readFileSync(setting('DEPLOYMENTS'), 'utf8').split('\n').filter(Boolean);
const deployment = (id: string) => ({
  id,
  component: 'component:default/lyrics',
  environment: 'dev',
  version: '1',
  status: 'succeeded',
  runId: 'run_x',
});
const fakeOrchestrator = mortal({
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

const platform = await mortalServer({
  capabilities: [
    auditCapability,
    runsCapability,
    mortalCapability(catalogCapability),
    mortalCapability(repositoriesCapability),
    templatesCapability,
    crashAction,
  ],
  provide: [
    [orchestrator, fakeOrchestrator],
    [pipelines, { artifactOf: async () => undefined, runOf: async () => undefined }],
  ],
});
// The template is read by a server that does not die in addLocation.
if (setting('REGISTER') !== '') await platform.service(catalog).addLocation({ type: 'file', target: setting('TEMPLATE') }, systemActor);
const started =
  setting('START') === ''
    ? undefined
    : await platform.app.inject({ method: 'POST', url: '/api/templates/default/whole/execute', payload: { values: { name: 'lyrics' } } });
process.stdout.write(`${started?.body ?? 'ready'}\n`);
