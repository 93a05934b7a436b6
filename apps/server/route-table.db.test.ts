import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configSchema, createLogger, type Platform, type RouteProtection } from '@paved/host';
import { testDatabase, type TestDatabase } from '@paved/testing';
import { composePlatform } from './compose.ts';

let database: TestDatabase;
let dataDir: string;
let platform: Platform;
let baseUrl: string;

beforeAll(async () => {
  database = await testDatabase();
  dataDir = mkdtempSync(path.join(os.tmpdir(), 'paved-routes-'));
  platform = await composePlatform({
    config: configSchema.parse({
      server: { port: 0, ingressPort: 0 },
      data: { directory: dataDir, minimumFreeMb: 0 },
      database: { url: database.url },
      // Also what only demonstrations have.
      access: { demoSignIn: true },
    }),
    log: createLogger({ level: 'silent', pretty: true }),
  });
  baseUrl = await platform.listen();
});
afterAll(async () => {
  await platform?.stop();
  await database?.[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

/** What answers without credentials, and why that is safe. Whoever adds a line adds the reason. */
const openToEverybody: Record<string, string> = {
  'GET /healthz': 'a load balancer asks it; says only that the process answers',
  'GET /readyz': 'a load balancer asks it; names parts, no data',
  'GET /api/access/sign-in': 'the sign-in page must know what to offer; names nobody',
  'POST /api/access/sign-in': 'how a session begins; attempts are limited',
  'GET /api/access/links/:code': 'the code is the credential',
  'POST /api/access/links/:code': 'the code is the credential and works once',
  'POST /api/access/device/code': 'starts `paved login`; a signed-in person must approve it',
  'POST /api/access/device/token': 'the device code is the credential, once it was approved',
  'POST /api/forges/webhooks/:integration': 'a forge calls it; without a valid signature nothing happens',
  'GET /api/access/demo/people': 'demonstrations only: refused unless access.demoSignIn',
  'POST /api/access/demo/sign-in': 'demonstrations only: refused unless access.demoSignIn',
};

/** The built portal's own files; they hold no data. Other names come and go with its build. */
const isPortalFile = ({ method, url }: RouteProtection): boolean =>
  (method === 'GET' || method === 'HEAD') &&
  (url === '/' || url === '/assets/*' || /^\/[\w-]+\.(html|js|css|svg|png|ico|webmanifest|txt)$/.test(url));

/** HEAD comes with every GET. */
const line = ({ method, url }: RouteProtection): string => `${method === 'HEAD' ? 'GET' : method} ${url}`;
const addressOf = (url: string): string => url.replaceAll(/:\w+/g, 'x').replaceAll('*', 'x');

test('exactly the routes that must be open are open', () => {
  const open = platform.routes.filter((route) => 'public' in route.protection && !isPortalFile(route));
  expect([...new Set(open.map(line))].sort()).toEqual(Object.keys(openToEverybody).sort());
  for (const { protection, url } of open) expect('public' in protection && protection.public.length, url).toBeGreaterThan(20);
});

test('everything else answers 401 to whoever brings no credentials or wrong ones, Git and streams included', async () => {
  const closed = platform.routes.filter((route) => !('public' in route.protection));
  expect(closed.map(line)).toEqual(
    expect.arrayContaining([
      'GET /api/events',
      'GET /git/:project/:name/info/refs',
      'POST /git/:project/:name/git-receive-pack',
      'GET /metrics',
      'GET /api/openapi.json',
    ]),
  );
  expect(closed.length).toBeGreaterThan(100);
  const credentials: Record<string, string>[] = [
    {},
    { authorization: 'Bearer pvd_wrong' },
    { authorization: `Basic ${Buffer.from('administrator:wrong').toString('base64')}` },
    { cookie: 'paved_session=wrong' },
  ];
  const wrong: string[] = [];
  for (const route of closed) {
    for (const headers of credentials) {
      const withBody = !['GET', 'HEAD', 'OPTIONS'].includes(route.method);
      const response = await fetch(`${baseUrl}${addressOf(route.url)}?service=git-upload-pack`, {
        method: route.method,
        // As a page of the platform would send it: only credentials are missing.
        headers: {
          ...headers,
          origin: baseUrl,
          'sec-fetch-site': 'same-origin',
          ...(withBody ? { 'content-type': 'application/json' } : {}),
        },
        ...(withBody ? { body: '{}' } : {}),
        signal: AbortSignal.timeout(5_000),
      });
      const text = await response.text();
      if (response.status !== 401)
        wrong.push(`${route.method} ${route.url} with ${Object.keys(headers)[0] ?? 'nothing'}: ${response.status} ${text.slice(0, 100)}`);
    }
  }
  expect(wrong).toEqual([]);
}, 60_000);

test('addresses that do not exist tell nothing', async () => {
  for (const address of ['/api/nothing', '/git/a/b.git/objects/info/packs', '/git/a/b.git/HEAD', '/api/../keys/master.key', '/.env']) {
    const response = await fetch(`${baseUrl}${address}`);
    expect([401, 404], address).toContain(response.status);
  }
});
