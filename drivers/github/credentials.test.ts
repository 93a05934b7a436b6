import { createVerify, generateKeyPairSync } from 'node:crypto';
import { createLogger } from '@paved/host';
import { connectForgeForTests, createWorld, startFakeForge, type Handle } from '@paved/forges/testing';
import { expect, test } from 'vitest';
import { githubFace, githubIntegration } from './github-face.test-kit.ts';
import { githubDriver } from './index.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

/** Installations of the app on `acme`, and a face that takes only its tokens. */
function withApp(face: Handle, made: string[]): Handle {
  return (request, origin) => {
    const path = request.path.replace('/api/v3', '');
    const bearer = request.headers.authorization?.replace('Bearer ', '') ?? '';
    const [head, body, signature] = bearer.split('.');
    const isApp = signature !== undefined && createVerify('RSA-SHA256').update(`${head}.${body}`).verify(publicKey, signature, 'base64url');
    if (path.endsWith('/installation'))
      return !isApp ? { status: 401, body: {} } : path === '/orgs/acme/installation' ? { body: { id: 42 } } : undefined;
    if (path === '/app/installations/42/access_tokens' && isApp) {
      made.push(`ghs_${made.length}`);
      return { status: 201, body: { token: made.at(-1), expires_at: new Date(Date.now() + 3_600_000).toISOString() } };
    }
    if (path === '/app') return isApp ? { body: { slug: 'paved' } } : { status: 401, body: {} };
    return made.includes(bearer) ? face(request, origin) : { status: 401, body: { message: 'Bad credentials' } };
  };
}

test('a GitHub App signs its own tokens, one for each owner, and uses them until they end', async () => {
  const world = createWorld('acme');
  world.push(world.add('api'), 'main', { a: '1' });
  const made: string[] = [];
  await using fake = await startFakeForge(withApp(githubFace(world), made), { etags: true });
  const { token: _token, ...integration } = githubIntegration(fake.url);
  const forge = connectForgeForTests(
    githubDriver,
    { ...integration, apps: [{ appId: 7, privateKey }] },
    createLogger({ level: 'silent', pretty: false }),
  );
  expect(await forge.whoAmI()).toBe('GitHub App paved');
  expect(await forge.head('acme/api', 'main')).toMatch(/^[0-9a-f]{40}$/);
  expect((await forge.repository('acme/api'))?.name).toBe('api');
  expect(made).toEqual(['ghs_0']);
  await expect(forge.repository('elsewhere/api')).rejects.toThrow(/not installed for elsewhere/);
});

test('a key that is none is said so', async () => {
  await using fake = await startFakeForge(() => undefined, { etags: false });
  const { token: _token, ...integration } = githubIntegration(fake.url);
  const forge = connectForgeForTests(
    githubDriver,
    { ...integration, apps: [{ appId: 7, privateKey: 'nonsense' }] },
    createLogger({ level: 'silent', pretty: false }),
  );
  await expect(forge.whoAmI()).rejects.toThrow(/private key of GitHub App 7/);
});
