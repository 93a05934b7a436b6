import { describe, expect, test, vi } from 'vitest';
import { systemActor } from '@paved/kernel';
import { facts } from '@paved/delivery';
import { runs } from '@paved/runs';
import { secrets } from '@paved/secrets';
import { orchestrator } from '../index.ts';
import { bench, score, shop } from './platform.test-kit.ts';

describe('deploying', () => {
  test('makes everything a Score file asks for, wired by reference, and records it', async () => {
    await using b = await bench();
    const done = await b.ship('1.0.0');
    expect(done).toMatchObject({ status: 'succeeded', version: '1.0.0', mode: 'deploy', setId: expect.stringMatching(/^sha256:/) });
    const applied = b.calls().filter((c) => c.call === 'apply');
    expect(applied.map((c) => c.type)).toEqual(['dns', 'postgres', 'route', 'workload']);
    const ref = { secretRef: { path: expect.stringMatching(/^resources\/res_.*\/password$/), version: 1 } };
    expect(applied.at(-1)?.inputs).toMatchObject({
      version: '1.0.0',
      artifact: { digest: 'sha256:1.0.0', location: '/artifacts/1.0.0.tar.gz' },
      containers: {
        main: { variables: { DB: { parts: ['postgresql://shop:', ref, '@127.0.0.1:5432/shop_db_dev'] }, PASSWORD: ref, PORTS: '5432' } },
      },
      routes: [{ host: 'shop.dev.localhost', path: '/', port: 'web' }],
    });
    const [state] = await b.platform.service(orchestrator).workloads(shop);
    expect(state).toMatchObject({
      health: 'healthy',
      version: '1.0.0',
      url: 'http://shop.dev.localhost:7480/',
      instances: { ready: 1, wanted: 1 },
      deploymentId: done.id,
    });
    const recorded = await b.platform.service(facts).query({ entityRef: shop });
    expect(recorded.map((f) => f.type)).toEqual(['dev.cdevents.service.deployed.0.3.0']);
    const run = await b.platform.service(runs).ended(done.runId, 10_000);
    expect(run?.steps.map((s) => `${s.title}: ${s.status}`)).toEqual([
      'Read Score and artifact: succeeded',
      'Make the plan: succeeded',
      'Create the dns: succeeded',
      'Create the postgres db: succeeded',
      'Create the route: succeeded',
      'Create the workload: succeeded',
      'Wait for health: succeeded',
      'Record the result: succeeded',
    ]);
  });

  test('again with the same changes nothing; a new version touches only the workload', async () => {
    await using b = await bench();
    await b.ship('1.0.0');
    const before = b.calls().length;
    expect((await b.ship('1.0.0')).status).toBe('succeeded');
    expect(b.calls().length).toBe(before);
    await b.ship('1.1.0');
    expect(
      b
        .calls()
        .slice(before)
        .map((c) => c.type),
    ).toEqual(['workload']);
  });

  test('a failing driver fails the deployment with its sentence; a retry finishes it', async () => {
    await using b = await bench();
    await b.ship('1.0.0');
    b.flag('fail-workload', true);
    const failed = await b.ship('1.1.0');
    expect(failed).toMatchObject({ status: 'failed', error: expect.stringContaining('cannot make a workload today') });
    expect(await b.platform.service(orchestrator).workloads(shop)).toMatchObject([{ version: '1.0.0', health: 'healthy' }]);
    b.flag('fail-workload', false);
    await b.platform.service(runs).retry(failed.runId, systemActor);
    await b.platform.service(runs).ended(failed.runId, 20_000);
    expect(await b.settled(failed.id)).toMatchObject({ status: 'succeeded' });
    expect(await b.platform.service(orchestrator).workloads(shop)).toMatchObject([{ version: '1.1.0' }]);
  });

  test('roll back, then promote', async () => {
    await using b = await bench();
    const service = b.platform.service(orchestrator);
    await b.ship('1.0.0');
    await b.ship('1.1.0');
    const back = await b.settled((await service.rollback(shop, 'dev', systemActor)).id);
    expect(back).toMatchObject({ status: 'succeeded', mode: 'rollback', version: '1.0.0' });
    expect(await service.workloads(shop)).toMatchObject([{ version: '1.0.0' }]);
    await expect(service.promote(shop, 'dev', 'production', systemActor)).rejects.toThrow(
      'Production takes its versions from staging, not from dev.',
    );
    const promoted = await b.settled((await service.promote(shop, 'dev', 'staging', systemActor)).id);
    expect(promoted).toMatchObject({ status: 'succeeded', environment: 'staging', version: '1.0.0', setId: back.setId });
    const board = await b.platform.request('GET', '/api/orchestrator/environments');
    expect(board.status).toBe(200);
    expect(board.json.environments.map((e: { name: string }) => e.name)).toEqual(['dev', 'staging', 'production']);
    expect(board.json.services).toMatchObject([
      { component: shop, cells: { dev: { version: '1.0.0', ahead: 0 }, staging: { version: '1.0.0', same: true, ahead: 0 } } },
    ]);
    await b.ship('1.2.0');
    const later = await b.platform.request('GET', '/api/orchestrator/environments');
    expect(later.json.services[0].cells.staging).toMatchObject({ same: false, ahead: 1 });
    await b.settled((await service.promote(shop, 'dev', 'staging', systemActor)).id);
    await b.settled((await service.rollback(shop, 'dev', systemActor)).id);
    const after = await b.platform.request('GET', '/api/orchestrator/environments');
    expect(after.json.services[0].cells.staging, 'dev went back: it is not ahead').toMatchObject({
      version: '1.2.0',
      same: false,
      ahead: 0,
    });
  });

  test('without a version, dev gets what was built last, and an environment behind it what runs there', async () => {
    await using b = await bench();
    const service = b.platform.service(orchestrator);
    const deploy = async (environment: string) => b.settled((await service.deploy({ component: shop, environment }, systemActor)).id);
    await b.ship('1.0.0');
    await b.settled((await service.promote(shop, 'dev', 'staging', systemActor)).id);
    await b.ship('1.1.0');
    expect(await deploy('staging')).toMatchObject({ status: 'succeeded', version: '1.0.0' });
    await b.settled((await service.rollback(shop, 'dev', systemActor)).id);
    expect(await deploy('dev'), 'a rollback builds nothing').toMatchObject({ status: 'succeeded', version: '1.1.0' });
  });

  test('what is not asked for any more goes; a database is kept aside until it is destroyed by name', async () => {
    await using b = await bench();
    await b.ship('1.0.0');
    const without = `apiVersion: score.dev/v1b1\nmetadata: {name: shop}\ncontainers: {main: {image: .}}\n`;
    const preview = await b.platform.request('POST', '/api/orchestrator/plan', {
      body: { component: 'shop', environment: 'dev', score: without },
    });
    expect(preview.json.summary).toMatchObject({ delete: 2, orphan: 1, update: 1 });
    await b.ship('1.1.0', { score: without });
    const kept = (await b.platform.request('GET', '/api/orchestrator/resources?status=orphaned')).json.items;
    expect(kept).toMatchObject([{ type: 'postgres', consumers: [] }]);
    expect(
      b
        .calls()
        .filter((c) => c.call === 'destroy')
        .map((c) => c.type),
    ).toEqual(['route', 'dns']);
    const wrong = await b.platform.request('POST', `/api/orchestrator/resources/${kept[0].uid}/destroy`, { body: { confirm: 'db' } });
    expect(wrong.json.detail).toContain('deletes its data for good');
    const destroy = await b.platform.request('POST', `/api/orchestrator/resources/${kept[0].uid}/destroy`, {
      body: { confirm: kept[0].id },
    });
    expect(destroy.status).toBe(202);
    await b.platform.service(runs).ended(destroy.json.runId, 10_000);
    expect(await b.platform.service(secrets).list('resources/')).toEqual([]);
    expect((await b.platform.request('GET', '/api/orchestrator/resources?status=orphaned')).json.items).toEqual([]);
  });

  test('a database that was kept aside comes back with its service', async () => {
    await using b = await bench();
    await b.ship('1.0.0');
    const preview = await b.platform.request('DELETE', '/api/orchestrator/services?component=shop&preview=true');
    expect(preview.json.plans).toMatchObject([{ environment: 'dev', summary: { delete: 3, orphan: 1 } }]);
    const gone = await b.platform.request('DELETE', '/api/orchestrator/services?component=shop');
    await b.settled(gone.json.deployments[0].id);
    expect(await b.platform.service(orchestrator).workloads(shop)).toEqual([]);
    const again = await b.ship('1.0.0');
    const { plan } = (await b.platform.request('GET', `/api/orchestrator/deployments/${again.id}`)).json;
    expect(plan.summary).toMatchObject({ restore: 1, create: 3 });
    expect(again.status).toBe('succeeded');
  });

  test('a later service of the same name gets the kept data of its own owners only', async () => {
    await using b = await bench();
    await b.ship('1.0.0');
    const gone = await b.platform.request('DELETE', '/api/orchestrator/services?component=shop');
    await b.settled(gone.json.deployments[0].id);
    await b.put({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: { name: 'shop', annotations: { 'paved.dev/repository': 'payments/shop' } },
      spec: { type: 'service', lifecycle: 'production', owner: 'strangers' },
    });
    const refused = await b.platform.request('POST', '/api/orchestrator/plan', {
      body: { component: 'shop', environment: 'dev', score: score(), version: '2.0.0' },
    });
    expect(refused.status).toBe(403);
    expect(refused.json.detail).toMatch(/belongs to group:default\/payments/);
  });

  test('of two that deploy at once the second waits, a third takes the place of the second', async () => {
    await using b = await bench();
    b.flag('hang-dns', true);
    const first = await b.deploy('1.0.0');
    await vi.waitFor(() => expect(b.calls()).toHaveLength(1), 10_000);
    const second = await b.deploy('1.1.0');
    const third = await b.deploy('1.2.0');
    const service = b.platform.service(orchestrator);
    expect(await service.deployment(second.id)).toMatchObject({ status: 'superseded', error: '1.2.0 by Paved took its place.' });
    expect(await service.deployment(third.id)).toMatchObject({ status: 'queued' });
    b.flag('hang-dns', false);
    expect((await b.settled(first.id)).status).toBe('succeeded');
    expect((await b.settled(third.id)).status).toBe('succeeded');
    expect(await service.workloads(shop)).toMatchObject([{ version: '1.2.0' }]);
  });

  test('the same idempotency key is the same deployment', async () => {
    await using b = await bench();
    const [one, two] = await Promise.all([b.deploy('1.0.0', { idempotencyKey: 'k' }), b.deploy('1.0.0', { idempotencyKey: 'k' })]);
    expect(one.id).toBe(two.id);
  });

  test('variables and secrets of the service reach the workload; a missing one is named', async () => {
    await using b = await bench();
    const store = b.platform.service(secrets);
    const text = score('  env: {type: environment}\n').replace('PORTS:', 'SMTP: "${resources.env.SMTP_HOST}"\n      PORTS:');
    const missing = await b.ship('1.0.0', { score: text });
    expect(missing).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('shop refers to the variable SMTP_HOST, which is not set in dev.'),
    });
    await store.setVariable({ component: shop, environment: 'dev', name: 'SMTP_HOST', value: 'mail$1' }, systemActor);
    await store.setVariable({ component: shop, environment: 'dev', name: 'SMTP_KEY', value: 'taint-smtp', secret: true }, systemActor);
    expect(await b.ship('1.0.0', { score: text })).toMatchObject({ status: 'succeeded' });
    expect(b.calls().at(-1)?.inputs).toMatchObject({
      containers: {
        main: {
          variables: {
            SMTP: 'mail$1',
            SMTP_HOST: 'mail$1',
            SMTP_KEY: { secretRef: { path: `environments/dev/${shop}/SMTP_KEY`, version: 1 } },
          },
        },
      },
    });
  });

  test('an unhealthy workload fails the plan that was looked at only if something moved', async () => {
    await using b = await bench();
    const plan = await b.platform.service(orchestrator).plan(
      {
        component: shop,
        environment: 'dev',
        score: score(),
        artifact: { digest: 'sha256:1', type: 'archive', location: '/a', version: '1' },
      },
      systemActor,
    );
    const wrong = b.ship('1', {
      expectedPlan: 'sha256:other',
      artifact: { digest: 'sha256:1', type: 'archive', location: '/a', version: '1' },
    });
    await expect(wrong).rejects.toThrow('not the one that was looked at');
    const right = await b.ship('1', {
      expectedPlan: plan.digest,
      artifact: { digest: 'sha256:1', type: 'archive', location: '/a', version: '1' },
    });
    expect(right).toMatchObject({ status: 'succeeded', planDigest: plan.digest });
  });

  test('a resource with an id is shared: made once, kept while one of its users is there', async () => {
    await using b = await bench();
    const shared = (name: string) => `apiVersion: score.dev/v1b1
metadata: {name: ${name}}
containers: {main: {image: ., variables: {DB: "\${resources.db.host}"}}}
resources: {db: {type: postgres, id: orders}}`;
    const cart = 'component:default/cart';
    expect((await b.ship('1.0.0', { score: shared('shop') })).status).toBe('succeeded');
    const second = await b.ship('1.0.0', { component: cart, score: shared('cart') });
    expect(second.status).toBe('succeeded');
    expect(b.calls().filter((c) => c.type === 'postgres')).toHaveLength(1);
    const resources = async () => (await b.platform.request('GET', '/api/orchestrator/resources?type=postgres')).json.items;
    expect(await resources()).toMatchObject([{ consumers: [cart, shop] }]);
    const remove = async (component: string) => {
      const gone = await b.platform.request('DELETE', `/api/orchestrator/services?component=${component}`);
      await b.settled(gone.json.deployments[0].id);
    };
    await remove('shop');
    expect(await resources()).toMatchObject([{ status: 'active', consumers: [cart] }]);
    await remove('cart');
    expect(await resources()).toMatchObject([{ status: 'orphaned', consumers: [] }]);
  });

  test('when a node fails, what does not depend on it is finished, the rest waits for the retry', async () => {
    await using b = await bench();
    b.flag('fail-dns', true);
    const failed = await b.ship('1.0.0');
    expect(failed).toMatchObject({ status: 'failed', error: expect.stringContaining('cannot make a dns today') });
    expect(b.calls().map((c) => c.type)).toEqual(['dns', 'postgres']);
    b.flag('fail-dns', false);
    await b.platform.service(runs).retry(failed.runId, systemActor);
    await b.platform.service(runs).ended(failed.runId, 20_000);
    expect(await b.settled(failed.id)).toMatchObject({ status: 'succeeded' });
    expect(b.calls().map((c) => c.type)).toEqual(['dns', 'postgres', 'dns', 'route', 'workload']);
  });

  test('a service finds another one of its environment by name', async () => {
    await using b = await bench();
    const cart = `apiVersion: score.dev/v1b1
metadata: {name: cart}
containers: {main: {image: ., variables: {SHOP: "\${resources.shop.url}/api", PORT_OF_SHOP: "\${resources.web.hostname}:\${resources.web.port}"}}}
resources: {shop: {type: service}, web: {type: service-port, params: {workload: shop, port: 8080}}}`;
    const component = 'component:default/cart';
    expect(await b.ship('1.0.0', { component, score: cart })).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('"shop" does not run in dev'),
    });
    await b.ship('1.0.0');
    expect(await b.ship('1.0.0', { component, score: cart })).toMatchObject({ status: 'succeeded' });
    expect(b.calls().at(-1)?.inputs).toMatchObject({
      containers: { main: { variables: { SHOP: 'http://127.0.0.1:40000/api', PORT_OF_SHOP: '127.0.0.1:40000' } } },
    });
  });

  test('what is ill is seen, told, and healed by deploying again', async () => {
    await using b = await bench();
    await b.ship('1.0.0');
    b.flag('ill-workload', true);
    await b.platform.restart();
    const seen = () => b.platform.service(orchestrator).workloads(shop);
    await vi.waitFor(
      async () => expect(await seen()).toMatchObject([{ health: 'failed', reason: 'Ill on purpose.', restarts: 7 }]),
      10_000,
    );
    expect(
      b
        .calls()
        .filter((c) => c.call === 'adopt')
        .map((c) => c.type)
        .toSorted(),
    ).toEqual(['dns', 'postgres', 'route', 'workload']);
    b.flag('ill-workload', false);
    expect((await b.ship('1.0.0')).status).toBe('succeeded');
    expect(await seen()).toMatchObject([{ health: 'healthy' }]);
  });
});
