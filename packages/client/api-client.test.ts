import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import {
  addressOf,
  ApiError,
  createApiClient,
  endSession,
  getReadme,
  getRun,
  importService,
  listRuns,
  validateEntity,
  type StreamEvent,
} from './index.ts';

const close: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of close.splice(0)) await end();
});

/** A server that answers as told, and what it was asked. */
async function serverWith(answer: (request: IncomingMessage, response: ServerResponse, body: string) => void) {
  const server = createServer((request, response) => void text(request).then((body) => answer(request, response, body)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return createApiClient({ server: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, token: 'secret', userAgent: 'test' });
}

const json = (response: ServerResponse, status: number, body: unknown): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

const failureOf = async (call: Promise<unknown>): Promise<ApiError> => {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
};

test('an operation knows its method, path, query and body', async () => {
  const asked: unknown[] = [];
  const api = await serverWith((request, response, body) => {
    const { authorization, 'content-type': type, 'user-agent': agent } = request.headers;
    asked.push([request.method, request.url, body, authorization, type, agent]);
    json(response, 200, { items: [] });
  });
  await api.call(listRuns, { query: { kind: undefined, status: ['failed', 'running'], limit: 2 } });
  await api.call(getRun, { path: { id: 'run/1 ä' } });
  const wanted = { source: 'https://x', owner: 'a', system: undefined, type: 'service' as const };
  await api.call(importService, { body: wanted });
  expect(asked).toEqual([
    ['GET', '/api/runs?status=failed&status=running&limit=2', '', 'Bearer secret', undefined, 'test'],
    ['GET', '/api/runs/run%2F1%20%C3%A4', '', 'Bearer secret', undefined, 'test'],
    ['POST', '/api/services/import', '{"source":"https://x","owner":"a","type":"service"}', 'Bearer secret', 'application/json', 'test'],
  ]);
});

test('an answer without content is undefined; other text stays text', async () => {
  const api = await serverWith((request, response) =>
    request.method === 'DELETE' ? void response.writeHead(204).end() : void response.setHeader('content-type', 'text/plain').end('123'),
  );
  expect(await api.call(endSession, { path: { id: '1' } })).toBeUndefined();
  expect(await api.call(getReadme, { path: { project: 'a', name: 'b' } })).toBe('123');
});

test.each([
  {
    shape: 'a problem document',
    status: 404,
    body: { title: 'Not found', status: 404, detail: 'There is no run 7.', code: 'not_found', fix: 'List them.', requestId: 'r1' },
    says: { message: 'There is no run 7.', code: 'not_found', fix: 'List them.', requestId: 'r1', status: 404 },
  },
  {
    shape: 'Backstage’s list of errors',
    status: 400,
    body: { errors: [{ name: 'InputError', message: 'spec.owner is missing' }, { message: 'kind is unknown.' }] },
    says: { message: 'spec.owner is missing. kind is unknown.', code: 'invalid', problems: { length: 2 } },
  },
  {
    shape: 'Backstage’s error',
    status: 409,
    body: { error: { name: 'ConflictError', message: 'It exists.' } },
    says: { message: 'It exists.', status: 409 },
  },
  {
    shape: 'OAuth’s error',
    status: 400,
    body: { error: 'access_denied', error_description: 'The person said no.' },
    says: { message: 'The person said no.', body: { error: 'access_denied' } },
  },
  {
    shape: 'a page of some proxy',
    status: 502,
    body: undefined,
    says: { message: 'The server answered 502 Bad Gateway.', code: 'internal' },
  },
])('a refusal says what it says: $shape', async ({ status, body, says }) => {
  const api = await serverWith((_request, response) =>
    body === undefined ? void response.writeHead(status).end('<html>') : json(response, status, body),
  );
  expect(await failureOf(api.call(validateEntity, { body: { entity: {}, location: 'url:x' } }))).toMatchObject(says);
});

test('a server that is away is said to be away', async () => {
  const api = createApiClient({ server: 'http://127.0.0.1:1' });
  expect(await failureOf(api.call(getRun, { path: { id: 'x' } }))).toMatchObject({ status: 0, code: 'offline' });
  await expect(api.get('/api/runs')).rejects.toThrow('The server http://127.0.0.1:1 does not answer.');
});

test('the address of an operation is known without asking', () => {
  expect(addressOf(getRun, { path: { id: 'a b' }, query: { wait: 3 } })).toEqual({ path: '/api/runs/a%20b', query: { wait: 3 } });
  expect(addressOf(listRuns, undefined)).toEqual({ path: '/api/runs', query: {} });
});

test('the event stream goes on behind the last event when it breaks', async () => {
  const asked: (string | undefined)[] = [];
  const api = await serverWith((request, response) => {
    const last = request.headers['last-event-id'] as string | undefined;
    asked.push(last);
    response.setHeader('content-type', 'text/event-stream');
    const id = Number(last ?? 0) + 1;
    response.end(`event: open\ndata: {}\n\nid: ${id}\nevent: a.b.c\ndata: {"id":"${id}","type":"a.b.c"}\n\n`);
  });
  const stop = new AbortController();
  const heard: string[] = [];
  const hear = (event: StreamEvent): void => {
    heard.push(event.id);
    if (heard.length === 2) stop.abort();
  };
  await api.events({ types: ['a.*'] }, hear, stop.signal);
  expect(heard).toEqual(['1', '2']);
  expect(asked).toEqual([undefined, '1']);
});
