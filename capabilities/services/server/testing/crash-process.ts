/**
 * A server with services, started by crash.db.test.ts. DIE_AT (`<method>:before|after`) names the moment in which it kills itself;
 * START is the path and BODY the body of the request it sends itself. What the stand-in orchestrator removed is noted in the file
 * REMOVED, so that it survives.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { auditCapability } from '@paved/audit/server';
import { catalog } from '@paved/catalog';
import { catalogCapability } from '@paved/catalog/server';
import { systemActor } from '@paved/kernel';
import { orchestrator } from '@paved/orchestrator';
import { pipelines } from '@paved/pipelines';
import { repositoriesCapability } from '@paved/repositories/server';
import { runsCapability } from '@paved/runs/server';
import { secretsCapability } from '@paved/secrets/server';
import { mortal, mortalCapability, mortalServer, setting } from '@paved/testing';
import { servicesCapability } from '../index.ts';

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
const standIn = mortal({
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

const platform = await mortalServer({
  capabilities: [
    auditCapability,
    runsCapability,
    mortalCapability(catalogCapability),
    mortalCapability(repositoriesCapability),
    mortalCapability(secretsCapability),
    servicesCapability,
  ],
  provide: [
    [orchestrator, standIn],
    [pipelines, { artifactOf: async () => undefined, runOf: async () => undefined }],
  ],
});
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
