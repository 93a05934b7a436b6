import { describe, expect, test } from 'vitest';
import pg from 'pg';
import { systemActor, type Actor } from '@paved/kernel';
import { catalog, type Catalog } from '@paved/catalog';
import { auditCapability } from '@paved/audit/server';
import { testPlatform } from '@paved/testing';
import { secrets } from '../index.ts';
import { secretsCapability } from './index.ts';

const checkout = 'component:default/checkout';
const known: Partial<Catalog> = {
  get: async (ref) =>
    ref === checkout ? { apiVersion: 'backstage.io/v1alpha1', kind: 'Component', metadata: { name: 'checkout' } } : undefined,
  ofKind: async () => [{ apiVersion: 'paved.dev/v1alpha1', kind: 'Environment', metadata: { name: 'dev' } }],
  ownersOf: async (ref) => (ref === checkout ? ['group:default/payments'] : []),
};
const person = (name: string, group: string): Actor => ({
  ref: `user:default/${name}`,
  displayName: name,
  role: 'developer',
  ownershipRefs: [`user:default/${name}`, `group:default/${group}`],
  door: 'api',
});

const start = () =>
  testPlatform({
    capabilities: [auditCapability, secretsCapability],
    provide: [[catalog, known]],
    // What access does for owners, in one line.
    authorize: (actor, permission, resource) =>
      actor.role === 'administrator' ||
      (permission !== 'secrets.secret.reveal' && resource?.ownerRefs?.some((ref) => actor.ownershipRefs.includes(ref)) === true)
        ? { allowed: true }
        : { allowed: false, reason: 'Only owners may.' },
  });

/** Every row of every table as text. */
async function dump(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    const texts = [];
    for (const { name } of rows) texts.push(JSON.stringify((await client.query(`select t::text as row from ${name} t`)).rows));
    return texts.join('\n');
  } finally {
    await client.end();
  }
}

describe('secrets', () => {
  test('versions grow with changes only and old ones stay readable', async () => {
    await using platform = await start();
    const service = platform.service(secrets);
    const first = await service.put('resources/u1/password', 'one', systemActor);
    expect(await service.put('resources/u1/password', 'one', systemActor)).toEqual(first);
    const second = await service.put('resources/u1/password', 'two', systemActor);
    expect([first.version, second.version]).toEqual([1, 2]);
    expect(await service.reveal(first, systemActor, 'test')).toBe('one');
    expect(await service.reveal({ path: 'resources/u1/password' }, systemActor, 'test')).toBe('two');
    await service.remove('resources/u1/password', systemActor);
    await expect(service.reveal(first, systemActor, 'test')).rejects.toThrow('There is no secret resources/u1/password version 1.');
  });

  test('writers at once make one version each', async () => {
    await using platform = await start();
    const service = platform.service(secrets);
    const made = await Promise.all(Array.from({ length: 8 }, (_, i) => service.put('resources/u1/password', `value-${i}`, systemActor)));
    expect(made.map((ref) => ref.version).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('no table, answer or audit entry holds a clear secret', async () => {
    await using platform = await start();
    const marker = 'taint-9f3c1b77';
    const put = await platform.request('PUT', '/api/secrets/variables', {
      body: { component: 'checkout', environment: 'dev', name: 'SMTP_PASSWORD', value: marker, secret: true },
    });
    expect(put.status).toBe(200);
    const list = await platform.request('GET', '/api/secrets/variables?component=checkout');
    expect(list.json.items).toMatchObject([{ environment: 'dev', name: 'SMTP_PASSWORD', kind: 'secret', version: 1 }]);
    expect(await platform.service(secrets).reveal({ path: `environments/dev/${checkout}/SMTP_PASSWORD` }, systemActor, 'test')).toBe(
      marker,
    );
    expect(put.text + list.text).not.toContain(marker);
    const tables = await dump(platform.databaseUrl);
    expect(tables).toContain('secrets.secret.reveal');
    expect(tables).not.toContain(marker);
  });

  test('a variable that becomes a secret loses its clear value', async () => {
    await using platform = await start();
    const body = { component: checkout, environment: 'dev', name: 'LEVEL', value: 'debug' };
    expect((await platform.request('PUT', '/api/secrets/variables', { body })).json).toMatchObject({ kind: 'variable', value: 'debug' });
    expect((await platform.request('PUT', '/api/secrets/variables', { body: { ...body, secret: true } })).json).not.toHaveProperty('value');
    expect(await platform.service(secrets).variables(checkout, 'dev')).toMatchObject([{ name: 'LEVEL', kind: 'secret' }]);
    expect((await platform.request('DELETE', `/api/secrets/variables?component=checkout&environment=dev&name=LEVEL`)).status).toBe(204);
    expect(await platform.service(secrets).variables(checkout)).toEqual([]);
  });

  test('owners write, strangers do not, nobody but an administrator reads back', async () => {
    await using platform = await start();
    const body = { component: checkout, environment: 'dev', name: 'A', value: '1' };
    expect((await platform.request('PUT', '/api/secrets/variables', { body, as: person('ola', 'payments') })).status).toBe(200);
    expect((await platform.request('PUT', '/api/secrets/variables', { body, as: person('ned', 'search') })).status).toBe(403);
    const reveal = { path: `environments/dev/${checkout}/A`, reason: 'curious' };
    expect((await platform.request('POST', '/api/secrets/reveal', { body: reveal, as: person('ola', 'payments') })).status).toBe(403);
  });

  test('bad names get a sentence', async () => {
    await using platform = await start();
    const put = (body: object) =>
      platform.request('PUT', '/api/secrets/variables', { body: { component: checkout, environment: 'dev', value: '1', ...body } });
    expect((await put({ name: '1ST' })).text).toContain('cannot be the name of a variable');
    expect((await put({ name: 'A', component: 'nope' })).text).toContain('The catalog has no component:default/nope.');
    expect((await put({ name: 'A', environment: '../x' })).status).toBe(400);
    const prod = await put({ name: 'A', environment: 'prod' });
    expect(prod.status).toBe(404);
    expect(prod.text).toContain('There are dev.');
  });
});
