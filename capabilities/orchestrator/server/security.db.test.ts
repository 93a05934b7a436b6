import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { systemActor, type Actor } from '@paved/kernel';
import { runs } from '@paved/runs';
import { secrets } from '@paved/secrets';
import { artifact, bench, score, shop } from './platform.test-kit.ts';

/** Every row of every table, as COPY would write it. */
async function tables(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    const texts: string[] = [];
    for (const { name } of rows) texts.push(name, JSON.stringify((await client.query(`select t::text as row from ${name} t`)).rows));
    return texts.join('\n');
  } finally {
    await client.end();
  }
}

const files = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');

const person = (name: string, group: string, role: Actor['role'] = 'developer'): Actor => ({
  ref: `user:default/${name}`,
  displayName: name,
  role,
  ownershipRefs: [`user:default/${name}`, `group:default/${group}`],
  door: 'api',
});

describe('secrets', () => {
  test('a password made by a driver, and one set by an owner, are in clear nowhere', async () => {
    await using b = await bench();
    await b.platform
      .service(secrets)
      .setVariable({ component: shop, environment: 'dev', name: 'SMTP_KEY', value: 'taint-smtp', secret: true }, systemActor);
    const text = score('  env: {type: environment}\n').replace('PORTS:', 'SMTP: "key=${resources.env.SMTP_KEY}"\n      PORTS:');
    const done = await b.ship('1.0.0', { score: text });
    expect(done.status).toBe('succeeded');
    const uid = b.calls().find((call) => call.type === 'postgres')?.uid ?? '';
    expect(await b.platform.service(secrets).reveal({ path: `resources/${uid}/password` }, systemActor, 'test')).toBe(`taint-${uid}`);

    const answers = await Promise.all(
      [
        '/api/orchestrator/environments',
        '/api/orchestrator/workloads',
        '/api/orchestrator/deployments',
        `/api/orchestrator/deployments/${done.id}`,
        '/api/orchestrator/resources',
        '/api/secrets',
        '/api/secrets/variables?component=shop',
        `/api/runs/${done.runId}`,
        `/api/runs/${done.runId}/logs`,
        '/api/audit',
      ].map((url) => b.platform.request('GET', url)),
    );
    expect(answers.map((a) => a.status).filter((status) => status !== 200)).toEqual([]);
    const plan = await b.platform.request('POST', '/api/orchestrator/plan', {
      body: { component: 'shop', environment: 'dev', score: text, version: '2' },
    });
    expect(plan.status).toBe(200);
    const everything =
      [...answers, plan].map((a) => a.text).join('\n') +
      (await tables(b.platform.databaseUrl)) +
      files(b.platform.dataDir) +
      files(b.folder);
    expect(everything).toContain('SMTP_KEY');
    expect(everything).not.toContain('taint-');
  });

  test('what a driver says about a secret is masked in the run’s log', async () => {
    await using b = await bench();
    const done = await b.ship('1.0.0');
    const run = await b.platform.service(runs).get(done.runId);
    expect(JSON.stringify(run)).not.toContain('taint-');
  });
});

describe('who may', () => {
  const authorize: Parameters<typeof bench>[0] = {
    authorize: (actor, permission, resource) =>
      actor.role === 'administrator' ||
      (permission === 'orchestrator.deployment.read' && actor.role !== 'viewer') ||
      resource?.ownerRefs?.some((ref) => actor.ownershipRefs.includes(ref)) === true
        ? { allowed: true }
        : { allowed: false, reason: 'Only owners may.' },
  };

  test('owners deploy, plan, roll back, promote, delete; strangers do not, and learn why', async () => {
    await using b = await bench(authorize);
    await b.ship('1.0.0');
    await b.ship('1.1.0');
    const calls = [
      ['POST', '/api/orchestrator/deployments', { component: 'shop', environment: 'dev' }],
      ['POST', '/api/orchestrator/plan', { component: 'shop', environment: 'dev' }],
      ['POST', '/api/orchestrator/rollback', { component: 'shop', environment: 'dev' }],
      ['POST', '/api/orchestrator/promote', { component: 'shop', from: 'dev', to: 'staging' }],
      ['DELETE', '/api/orchestrator/services?component=shop&environment=dev', undefined],
    ] as const;
    for (const [method, url, body] of calls) {
      const stranger = await b.platform.request(method, url, { ...(body === undefined ? {} : { body }), as: person('ned', 'search') });
      expect([url, stranger.status]).toEqual([url, 403]);
      const owner = await b.platform.request(method, url, { ...(body === undefined ? {} : { body }), as: person('ola', 'payments') });
      expect([url, owner.status < 300]).toEqual([url, true]);
    }
  });
});

describe('bad input', () => {
  test.each([
    [{ component: 'shopp', environment: 'dev' }, 404, 'The catalog has no component:default/shopp.'],
    [{ component: 'shop', environment: 'prod' }, 404, 'There is no environment "prod".'],
    [{ component: 'shop', environment: 'dev', score: 'a: [' }, 400, 'score.yaml is not readable YAML'],
    [
      {
        component: 'shop',
        environment: 'dev',
        score: score().replace('type: postgres', 'type: postgress').replace('image: .', 'image: img'),
      },
      400,
      'resources.db asks for the resource type',
    ],
    [{ component: 'shop', environment: 'dev' }, 400, 'Nothing was built yet'],
  ])('%j', async (body, status, sentence) => {
    await using b = await bench();
    const answer = await b.platform.request('POST', '/api/orchestrator/plan', { body });
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(sentence.replaceAll('"', '\\"'))]);
  });

  test('an artifact’s place cannot be chosen from outside', async () => {
    await using b = await bench();
    const answer = await b.platform.request('POST', '/api/orchestrator/deployments', {
      body: { component: 'shop', environment: 'dev', artifact: artifact('1') },
    });
    expect(answer.status).toBe(400);
  });

  test('deleting from a protected environment wants the name', async () => {
    await using b = await bench();
    await b.ship('1.0.0');
    const { platform } = b;
    for (const [from, to] of [
      ['dev', 'staging'],
      ['staging', 'production'],
    ] as const) {
      const promoted = await platform.request('POST', '/api/orchestrator/promote', { body: { component: 'shop', from, to } });
      await b.settled(promoted.json.id);
    }
    const refused = await platform.request('DELETE', '/api/orchestrator/services?component=shop&environment=production');
    expect(refused.json.detail).toContain('is protected');
    expect((await platform.request('DELETE', '/api/orchestrator/services?component=shop&environment=production&confirm=shop')).status).toBe(
      202,
    );
  });
});
