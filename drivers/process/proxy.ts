import { randomUUID } from 'node:crypto';
import http from 'node:http';
import type net from 'node:net';
import { messageOf } from '@paved/kernel';
import type { Backend, Seat } from './backend.ts';
import { answerError, answerErrorRaw } from './error-page.ts';

/** RFC 9110 §7.6.1: meant for one connection only. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
]);
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);
const sameMachine = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** A refused attempt took nothing of the request, so several are harmless; `seat` waits between them. */
const MAX_ATTEMPTS = 8;

/** Forwards one request; bodies stream both ways. */
export async function forwardRequest(backend: Backend, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const id = requestId(request);
  response.setHeader('x-request-id', id);
  const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  let dead: number | undefined;
  let repeated = false;
  for (let attempt = 1; ; attempt++) {
    const seat = await backend.seat(dead);
    if (response.destroyed) return void (typeof seat === 'string' || seat.done());
    if (typeof seat === 'string') return answerError(request, response, 503, seat);
    const outcome = await attemptOnce(seat, request, response, id).finally(seat.done);
    if (outcome.done) return;
    // Refused: nothing was taken, so another try cannot do anything twice. Broken off before an answer (an instance that just died, or an idle
    // connection that it closed): once more, for methods that may be repeated (RFC 9110 §9.2.2).
    const again = outcome.refused
      ? attempt < MAX_ATTEMPTS
      : outcome.brokenOff && !hasBody && idempotent.has(request.method ?? '') && !repeated;
    repeated ||= !outcome.refused;
    if (!again || response.destroyed) {
      return answerError(request, response, 502, `${backend.name} did not answer: ${outcome.why}.`);
    }
    dead = seat.port;
  }
}

type Outcome = { done: true } | { done: false; refused: boolean; brokenOff: boolean; why: string };

function attemptOnce(seat: Seat, request: http.IncomingMessage, response: http.ServerResponse, id: string): Promise<Outcome> {
  return new Promise((resolve) => {
    let over = false;
    const finish = (outcome: Outcome): void => {
      if (over) return;
      over = true;
      resolve(outcome);
    };
    const outgoing = http.request({
      host: '127.0.0.1',
      port: seat.port,
      method: request.method,
      path: request.url,
      headers: forwardedHeaders(request, id),
      agent: seat.agent,
      // The instance's own Host handling sees what the client asked for.
      setHost: false,
    });
    outgoing.setNoDelay(true);
    let connected = false;
    // The body flows only once there is a connection: a refused attempt leaves it whole for the next.
    outgoing.once('socket', (socket) => {
      const go = (): void => {
        connected = true;
        request.pipe(outgoing);
      };
      if (socket.connecting) socket.once('connect', go);
      else go();
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      request.unpipe(outgoing);
      if (response.headersSent) {
        response.destroy();
        return finish({ done: true });
      }
      finish({
        done: false,
        refused: !connected,
        brokenOff: error.code === 'ECONNRESET' || error.code === 'EPIPE',
        why:
          error.code === 'ECONNREFUSED'
            ? 'it refuses connections'
            : error.code === 'ECONNRESET'
              ? 'it closed the connection'
              : error.message,
      });
    });
    outgoing.once('response', (incoming) => {
      try {
        response.writeHead(incoming.statusCode ?? 502, incoming.statusMessage, endToEnd(incoming.rawHeaders, id));
      } catch (error) {
        // Headers that must not be passed on.
        outgoing.destroy();
        return finish({ done: false, refused: false, brokenOff: false, why: messageOf(error) });
      }
      // Headers of a stream (SSE) must not wait for its first bytes.
      response.flushHeaders();
      incoming.pipe(response);
      incoming.once('aborted', () => response.destroy());
      incoming.once('error', () => response.destroy());
      incoming.once('close', () => finish({ done: true }));
    });
    response.once('close', () => {
      if (!response.writableFinished) outgoing.destroy();
      finish({ done: true });
    });
  });
}

/** Forwards an upgrade (WebSocket): after the handshake bytes are passed as they come. */
export async function forwardUpgrade(backend: Backend, request: http.IncomingMessage, socket: net.Socket, head: Buffer): Promise<void> {
  socket.on('error', () => socket.destroy());
  const seat = await backend.seat();
  if (typeof seat === 'string') return answerErrorRaw(socket, 503, seat);
  let released = false;
  const release = (): void => {
    if (released) return;
    released = true;
    seat.done();
  };
  socket.once('close', release);
  if (socket.destroyed) return release();
  const headers = {
    ...forwardedHeaders(request, requestId(request)),
    connection: 'Upgrade',
    upgrade: request.headers.upgrade ?? 'websocket',
  };
  const outgoing = http.request({
    host: '127.0.0.1',
    port: seat.port,
    method: request.method,
    path: request.url,
    headers,
    agent: false,
    setHost: false,
  });
  outgoing.once('upgrade', (incoming, upstream, upstreamHead) => {
    const lines = [`HTTP/1.1 101 ${incoming.statusMessage ?? 'Switching Protocols'}`];
    for (let i = 0; i < incoming.rawHeaders.length; i += 2) lines.push(`${incoming.rawHeaders[i]}: ${incoming.rawHeaders[i + 1]}`);
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    socket.setTimeout(0);
    socket.setNoDelay(true);
    if (upstreamHead.length > 0) socket.write(upstreamHead);
    if (head.length > 0) upstream.write(head);
    upstream.on('error', () => socket.destroy());
    upstream.once('close', () => socket.destroy());
    socket.once('close', () => upstream.destroy());
    upstream.pipe(socket).pipe(upstream);
  });
  outgoing.once('response', (incoming) => {
    // Not upgraded: the instance's own answer (401, 404 …) goes through.
    const lines = [`HTTP/1.1 ${incoming.statusCode} ${incoming.statusMessage ?? ''}`, 'connection: close'];
    for (const [name, value] of Object.entries(endToEnd(incoming.rawHeaders))) {
      if (name !== 'transfer-encoding') for (const one of [value].flat()) lines.push(`${name}: ${one}`);
    }
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    incoming.pipe(socket);
  });
  outgoing.once('error', (error) => {
    if (!socket.destroyed) answerErrorRaw(socket, 502, `${backend.name} did not answer: ${error.message}.`);
  });
  socket.once('close', () => outgoing.destroy());
  outgoing.end();
}

function requestId(request: http.IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
}

function forwardedHeaders(request: http.IncomingMessage, id: string): Record<string, string | string[]> {
  const headers = endToEnd(request.rawHeaders);
  const peer = request.socket.remoteAddress ?? '';
  // Only a proxy on this machine is believed; anyone else could invent where a request came from.
  const before = sameMachine.has(peer) ? request.headers['x-forwarded-for'] : undefined;
  const trusted = (name: string): string | undefined => {
    const value = sameMachine.has(peer) ? request.headers[name] : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  const host = request.headers.host ?? '';
  return {
    ...headers,
    'x-forwarded-for': before === undefined ? peer : `${String(before)}, ${peer}`,
    'x-forwarded-proto': trusted('x-forwarded-proto') ?? 'http',
    'x-forwarded-host': trusted('x-forwarded-host') ?? host,
    'x-forwarded-port': trusted('x-forwarded-port') ?? String(request.socket.localPort ?? ''),
    'x-request-id': id,
  };
}

/** Headers without those of one hop; repeated ones stay repeated. */
function endToEnd(raw: readonly string[], id?: string): Record<string, string | string[]> {
  const headers: Record<string, string[]> = {};
  for (let i = 0; i < raw.length; i += 2) (headers[(raw[i] ?? '').toLowerCase()] ??= []).push(raw[i + 1] ?? '');
  const named = new Set((headers['connection'] ?? []).flatMap((value) => value.split(',').map((name) => name.trim().toLowerCase())));
  const kept = Object.entries(headers).filter(([name]) => !hopByHop.has(name) && !named.has(name));
  const result = Object.fromEntries(kept.map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]));
  return id === undefined ? result : { ...result, 'x-request-id': id };
}
