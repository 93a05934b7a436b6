import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';
import net from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger } from '@paved/host';
import type { Backend } from './backend.ts';
import { openIngress, type Ingress } from './ingress.ts';
import { ask, eventually, testContext } from './bench.test-kit.ts';

let folder = '';
let ingress: Ingress;
const open: { close(): void }[] = [];
const log = createLogger({ level: 'silent' });
beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'paved-ingress-'));
  ingress = await openIngress({ host: '127.0.0.1', port: 0, portFile: path.join(folder, 'ingress.json'), log });
});
afterEach(async () => {
  await ingress.close();
  for (const one of open.splice(0)) one.close();
  rmSync(folder, { recursive: true, force: true });
});

async function behind(
  answer: http.RequestListener,
  upgrade?: (request: http.IncomingMessage, socket: net.Socket) => void,
): Promise<Backend & { port: number; active: () => number }> {
  const server = http.createServer(answer);
  if (upgrade !== undefined) server.on('upgrade', (request, socket) => upgrade(request, socket as net.Socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => (server.close(), server.closeAllConnections()) });
  const { port } = server.address() as net.AddressInfo;
  const agent = new http.Agent({ keepAlive: true });
  let active = 0;
  return { name: 'shop', port, active: () => active, seat: async () => (active++, { port, agent, done: () => void active-- }) };
}

test('the longest path prefix of the host decides; unknown hosts and paths get a sentence', async () => {
  const one = await behind((_q, response) => response.end('one'));
  const two = await behind((_q, response) => response.end('two'));
  ingress.claim('a', [{ host: 'Shop.localhost', path: '/', target: one }]);
  ingress.claim('b', [{ host: 'shop.localhost', path: '/api/', target: two }]);
  const body = async (url: string): Promise<string> => (await ask(ingress.port, 'shop.localhost', url)).body;
  expect(await body('/')).toBe('one');
  expect(await body('/apis')).toBe('one');
  expect(await body('/api?x=/')).toBe('two');
  expect(await body('/api/deep/er')).toBe('two');
  expect((await ask(ingress.port, 'SHOP.localhost.', '/')).body).toBe('one');
  expect(await ask(ingress.port, 'other.localhost')).toMatchObject({ status: 404, body: 'No service is deployed at other.localhost.\n' });
  const json = await ask(ingress.port, 'other.localhost', '/', { headers: { accept: 'application/json' } });
  expect(JSON.parse(json.body)).toMatchObject({ status: 404, error: { message: 'No service is deployed at other.localhost.' } });
  expect(() => ingress.claim('c', [{ host: 'shop.localhost', path: '/', target: two }])).toThrow('shop.localhost/ already leads to shop.');
  ingress.release('a');
  expect((await ask(ingress.port, 'shop.localhost')).body).toBe('Nothing answers this path on shop.localhost.\n');
});

test('requests carry where they come from, hop-by-hop headers stay behind, repeated headers stay repeated', async () => {
  const backend = await behind((request, response) => {
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    response.end(JSON.stringify(request.headers));
  });
  ingress.claim('a', [{ host: 'h.localhost', path: '/', target: backend }]);
  const answer = await ask(ingress.port, 'h.localhost', '/', {
    headers: { connection: 'keep-alive, x-secret-hop', 'x-secret-hop': '1', te: 'trailers', 'x-request-id': 'mine-1' },
  });
  const seen = JSON.parse(answer.body) as Record<string, string>;
  expect(seen).toMatchObject({
    host: `h.localhost:${ingress.port}`,
    'x-forwarded-host': `h.localhost:${ingress.port}`,
    'x-forwarded-proto': 'http',
    'x-forwarded-for': '127.0.0.1',
    'x-request-id': 'mine-1',
  });
  expect(seen['x-secret-hop']).toBeUndefined();
  expect(seen['te']).toBeUndefined();
  expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
  expect(answer.headers['x-request-id']).toBe('mine-1');
  expect((await ask(ingress.port, 'h.localhost')).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
});

test('large bodies pass both ways without being kept, and streams arrive as they are sent', async () => {
  const backend = await behind((request, response) => {
    if (request.url === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
      request.on('close', () => response.end());
      return;
    }
    request.pipe(response);
  });
  ingress.claim('a', [{ host: 's.localhost', path: '/', target: backend }]);
  const body = randomBytes(30 * 1024 * 1024);
  const before = process.memoryUsage().rss;
  const digest = await new Promise<string>((resolve, reject) => {
    const hash = createHash('sha256');
    const request = http.request(
      { host: '127.0.0.1', port: ingress.port, method: 'POST', headers: { host: 's.localhost' } },
      (response) => {
        response.on('data', (chunk: Buffer) => hash.update(chunk));
        response.on('end', () => resolve(hash.digest('hex')));
      },
    );
    request.on('error', reject);
    request.end(body);
  });
  expect(digest).toBe(createHash('sha256').update(body).digest('hex'));
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  const first = await new Promise<string>((resolve) => {
    const request = http.get({ host: '127.0.0.1', port: ingress.port, path: '/events', headers: { host: 's.localhost' } }, (response) => {
      response.once('data', (chunk: Buffer) => {
        resolve(chunk.toString());
        request.destroy();
      });
      response.on('error', () => {});
    });
    request.on('error', () => {});
  });
  expect(first).toBe('data: 1\n\n');
  await eventually(() => backend.active() === 0);
});

test('a WebSocket passes, and a refused upgrade brings the service’s own answer', async () => {
  const backend = await behind(
    (_q, response) => response.end('plain'),
    (request, socket) => {
      if (request.url === '/no') return socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\n\r\nno');
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: x\r\n\r\n');
      socket.pipe(socket);
    },
  );
  ingress.claim('a', [{ host: 'w.localhost', path: '/', target: backend }]);
  const talk = (url: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = net.connect(ingress.port, '127.0.0.1');
      let text = '';
      socket.write(
        `GET ${url} HTTP/1.1\r\nhost: w.localhost\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-key: a\r\nsec-websocket-version: 13\r\n\r\n`,
      );
      socket.on('data', (chunk) => {
        text += chunk.toString();
        if (text.endsWith('\r\n\r\n') && text.includes('101')) socket.write('hello frame');
        if (text.endsWith('hello frame')) socket.destroy();
      });
      socket.on('close', () => resolve(text));
    });
  expect(await talk('/yes')).toMatch(/^HTTP\/1.1 101 .*hello frame$/s);
  expect(await talk('/no')).toMatch(/^HTTP\/1.1 401 Unauthorized.*no$/s);
  await eventually(() => backend.active() === 0);
});

test('a refused connection is tried again with the body intact; a service that never answers is a 502 that says why', async () => {
  const alive = await behind((request, response) => request.pipe(response));
  const agent = new http.Agent();
  let asked = 0;
  const flaky: Backend = {
    name: 'flaky',
    seat: async (not) => ({ port: asked++ === 0 && not === undefined ? 1 : alive.port, agent, done: () => {} }),
  };
  ingress.claim('a', [{ host: 'f.localhost', path: '/', target: flaky }]);
  expect(await ask(ingress.port, 'f.localhost', '/', { method: 'POST', body: 'kept whole' })).toMatchObject({
    status: 200,
    body: 'kept whole',
  });
  const dead: Backend = { name: 'dead', seat: async () => ({ port: 1, agent, done: () => {} }) };
  ingress.claim('b', [{ host: 'd.localhost', path: '/', target: dead }]);
  expect(await ask(ingress.port, 'd.localhost')).toMatchObject({ status: 502, body: 'dead did not answer: it refuses connections.\n' });
  const none: Backend = { name: 'none', seat: async () => 'none is not running.' };
  ingress.claim('c', [{ host: 'n.localhost', path: '/', target: none }]);
  expect(await ask(ingress.port, 'n.localhost')).toMatchObject({ status: 503, body: 'none is not running.\n' });
});

test('a service that breaks off in the middle breaks off for the client too', async () => {
  const backend = await behind((_q, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half');
    setTimeout(() => response.destroy(), 20);
  });
  ingress.claim('a', [{ host: 'b.localhost', path: '/', target: backend }]);
  await expect(ask(ingress.port, 'b.localhost')).rejects.toThrow(/aborted|ECONNRESET|hang up/);
  await eventually(() => backend.active() === 0);
});

test('a port in use is refused with a sentence that names port and key; for any port the last one is taken again', async () => {
  const again = { host: '127.0.0.1', port: ingress.port, portFile: path.join(folder, 'other.json'), log, patienceMs: 50 };
  await expect(openIngress(again)).rejects.toMatchObject({
    message: `The ingress cannot listen: port ${ingress.port} on 127.0.0.1 is already used by another program.`,
    fix: expect.stringContaining('server.ingressPort'),
  });
  const { port } = ingress;
  await ingress.close();
  ingress = await openIngress({ host: '127.0.0.1', port: 0, portFile: path.join(folder, 'ingress.json'), log });
  expect(ingress.port).toBe(port);
  expect(testContext(folder).config.ingressPort).toBe(0);
});
