import http, { type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createReach, type Address, type AllowedHost, type Resolve } from './reach.ts';
import { createSafeFetch, retryAfterMs } from './safe-fetch.ts';

const servers: http.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** A real server on loopback; answers its port. */
async function serve(listener: RequestListener): Promise<number> {
  const server = http.createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const at =
  (...addresses: string[]) =>
  async (): Promise<Address[]> =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
const fetcher = (allow: readonly AllowedHost[] = [], resolve: Resolve = at('127.0.0.1'), unlisted = true) =>
  createSafeFetch(createReach({ allow, unlisted, setting: 'catalog.reading.allow' }, resolve));

describe('what must not be reached', () => {
  it.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://017700000001/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1/',
    'http://0.0.0.0/',
    'http://[fd00:ec2::254]/',
  ])('%s is refused without a listing', async (url) => {
    await expect(fetcher()(url)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('a name that leads inside, also when only one of its addresses does', async () => {
    await expect(fetcher([], at('127.0.0.1'))('http://evil.example/')).rejects.toThrow(
      'evil.example leads to 127.0.0.1, which is the server itself.',
    );
    await expect(fetcher([], at('93.184.216.34', '10.0.0.8'))('http://evil.example/')).rejects.toThrow('inside this network');
  });

  it('link-local and metadata addresses of a listed name, unless the address itself is listed', async () => {
    await expect(fetcher([{ host: 'cloud.example' }], at('169.254.169.254'))('http://cloud.example/')).rejects.toThrow(
      'where clouds hand out credentials',
    );
    await expect(
      createReach({ allow: [{ host: '169.254.169.254' }], unlisted: false, setting: 's' }).addresses(new URL('http://169.254.169.254/')),
    ).resolves.toHaveLength(1);
  });

  it('other protocols, credentials in addresses, other ports, unlisted hosts when they are closed, other paths of a listed host', async () => {
    await expect(fetcher()('file:///etc/passwd')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(fetcher()('ftp://example.com/')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(fetcher()('https://me:secret@example.com/')).rejects.toThrow('carries a user name');
    await expect(fetcher([], at('93.184.216.34'))('http://example.com:22/')).rejects.toThrow('Port 22');
    await expect(fetcher([], at('93.184.216.34'), false)('https://example.com/')).rejects.toMatchObject({
      message: 'example.com is not among the hosts that may be read.',
      fix: expect.stringContaining('{ host: example.com }'),
    });
    const paths = fetcher([{ host: 'a.example', paths: ['/open'] }]);
    for (const path of ['/', '/opener', '/open/../secret', '/open/%2e%2e/secret'])
      await expect(paths(`http://a.example${path}`)).rejects.toThrow('may be read, but not at');
  });

  it('what a redirect leads to: loopback, metadata, plain http, another protocol', async () => {
    const port = await serve((request, response) => {
      const to = decodeURIComponent(request.url?.slice(1) ?? '');
      response.writeHead(302, { location: to }).end();
    });
    const get = fetcher(
      [{ host: `start.example:${port}` }],
      async (host) => await at(host === 'start.example' ? '127.0.0.1' : '93.184.216.34')(),
    );
    const through = (target: string) => get(`http://start.example:${port}/${encodeURIComponent(target)}`);
    await expect(through(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(through('http://127.0.0.1/')).rejects.toThrow(
      /^http:\/\/start\.example\S+ redirects\. 127\.0\.0\.1 is the server itself\.$/,
    );
    await expect(through('http://169.254.169.254/latest')).rejects.toThrow('hand out credentials');
    await expect(through('http://[::ffff:169.254.169.254]/latest')).rejects.toThrow('hand out credentials');
    await expect(through('file:///etc/passwd')).rejects.toThrow('no http or https address');
    await expect(through(`http://start.example:${port}/loop`)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('a name that answers differently when it is asked again: the checked address is the one connected to', async () => {
    let inside = 0;
    const port = await serve((_request, response) => {
      inside++;
      response.end('inside');
    });
    const outside = http.createServer((_request, response) => response.end('outside'));
    servers.push(outside);
    await new Promise<void>((resolve) => outside.listen(port, '127.0.0.2', resolve));
    let asked = 0;
    const get = fetcher([{ host: `rebind.example:${port}` }], async () => at(asked++ === 0 ? '127.0.0.2' : '127.0.0.1')());
    expect((await get(`http://rebind.example:${port}/`)).body.toString()).toBe('outside');
    expect({ asked, inside }).toEqual({ asked: 1, inside: 0 });
    // And a name that is public when first asked and inside at the next reading is refused then.
    let round = 0;
    const reach = createReach({ allow: [], unlisted: true, setting: 's' }, async () => at(round++ === 0 ? '93.184.216.34' : '127.0.0.1')());
    await expect(reach.addresses(new URL('http://rebind.example/'))).resolves.toHaveLength(1);
    await expect(reach.addresses(new URL('http://rebind.example/'))).rejects.toThrow('the server itself');
  });
});

describe('what is read', () => {
  it('a listed host inside the network, by wildcard too, with its name in the Host header', async () => {
    const port = await serve((request, response) => response.setHeader('etag', '"1"').end(`${request.headers.host} ${request.url}`));
    const answer = await fetcher([{ host: `*.acme.example:${port}` }])(`http://git.acme.example:${port}/a.yaml`);
    expect(answer).toMatchObject({ status: 200, url: `http://git.acme.example:${port}/a.yaml`, headers: { etag: '"1"' } });
    expect(answer.body.toString()).toBe(`git.acme.example:${port} /a.yaml`);
    await expect(fetcher([{ host: `*.acme.example:${port}` }])(`http://acme.example:${port}/`)).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  it('nothing that ends in the middle', async () => {
    const whole = 'apiVersion: v1\n';
    const port = await serve((request, response) => {
      if (request.url === '/length') response.writeHead(200, { 'content-length': '5000' });
      response.write(whole, () => response.destroy());
    });
    const get = fetcher([{ host: `a.example:${port}` }]);
    for (const path of ['/length', '/chunked'])
      await expect(get(`http://a.example:${port}${path}`)).rejects.toMatchObject({
        code: 'unavailable',
        message: `a.example:${port} ended its answer in the middle.`,
      });
  });

  it('keeps credentials from other origins and follows redirects', async () => {
    const seen: (string | undefined)[] = [];
    const second = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end('ok');
    });
    const first = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(301, { location: request.url === '/here' ? '/there' : `http://b.example:${second}/` }).end();
    });
    const get = fetcher([{ host: `a.example:${first}` }, { host: `b.example:${second}` }]);
    expect((await get(`http://a.example:${first}/here`, { headers: { authorization: 'Bearer x' } })).body.toString()).toBe('ok');
    expect(seen).toEqual(['Bearer x', 'Bearer x', undefined]);
  });

  it('is bounded: size, size after decompression, and time', async () => {
    const port = await serve((request, response) => {
      if (request.url === '/slow') return void response.write('a');
      if (request.url === '/bomb') return void response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(5_000_000)));
      response.end(Buffer.alloc(2000));
    });
    const get = fetcher([{ host: `a.example:${port}` }]);
    await expect(get(`http://a.example:${port}/`, { maxBytes: 1000 })).rejects.toMatchObject({ code: 'too_large' });
    await expect(get(`http://a.example:${port}/bomb`, { maxBytes: 100_000 })).rejects.toMatchObject({ code: 'too_large' });
    await expect(get(`http://a.example:${port}/slow`, { timeoutMs: 150 })).rejects.toMatchObject({ code: 'timeout' });
    expect((await get(`http://a.example:${port}/bomb`)).body).toHaveLength(5_000_000);
  });

  it('reads how long it should wait', () => {
    const now = new Date('2026-01-01T00:00:00Z');
    expect(retryAfterMs({ 'retry-after': '120' }, now)).toBe(120_000);
    expect(retryAfterMs({ 'retry-after': 'Thu, 01 Jan 2026 00:01:00 GMT' }, now)).toBe(60_000);
    expect(retryAfterMs({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now.getTime() / 1000 + 30) }, now)).toBe(30_000);
    expect(retryAfterMs({ 'x-ratelimit-remaining': '5', 'x-ratelimit-reset': '1' }, now)).toBeUndefined();
    expect(retryAfterMs({}, now)).toBeUndefined();
  });
});
