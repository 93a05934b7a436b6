import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, PavedError } from '@paved/kernel';
import type { Logger } from '@paved/host';
import type { Backend } from './backend.ts';
import { answerError, answerErrorRaw } from './error-page.ts';
import { forwardRequest, forwardUpgrade } from './proxy.ts';
import { hostOf, matchRoute, normalPath, type Route } from './routes.ts';

/** The built-in front door: requests for `<host>.localhost:<port>` go to the workload that claims host and path. */
export interface Ingress {
  readonly port: number;
  /** Replaces every route of an owner at once. Throws `conflict` when another owner has one of them. */
  claim(owner: string, routes: readonly { host: string; path: string; target: Backend }[]): void;
  release(owner: string): void;
  /** Also listens on this port (a second server on this host, configured differently). */
  listen(port: number): Promise<number>;
  close(): Promise<void>;
}

interface IngressOptions {
  readonly host: string;
  /** 0: any, and the same again after a restart when it is free. */
  readonly port: number;
  /** Remembers the port chosen for 0. */
  readonly portFile: string;
  readonly log: Logger;
  /** How long to wait for a dying predecessor to let go of the port. */
  readonly patienceMs?: number;
}

/** How long requests under way may take when the server stops. */
const DRAIN_MS = 1_000;

export async function openIngress(options: IngressOptions): Promise<Ingress> {
  let routes: readonly Route<Backend>[] = [];
  const servers = new Map<number, http.Server>();
  // Upgraded sockets are no longer the HTTP server's own, but keep it from closing.
  const sockets = new Set<net.Socket>();

  const find = (request: http.IncomingMessage): Backend | { status: number; sentence: string } => {
    const host = hostOf(request.headers.host);
    const { route, known } = matchRoute(routes, host, request.url ?? '/');
    if (route !== undefined) return route.target;
    if (known) return { status: 404, sentence: `Nothing answers this path on ${host}.` };
    return { status: 404, sentence: host === '' ? 'The request names no host.' : `No service is deployed at ${host}.` };
  };

  const answer = (request: http.IncomingMessage, response: http.ServerResponse): void => {
    const found = find(request);
    if ('status' in found) return answerError(request, response, found.status, found.sentence);
    if (found.serve !== undefined) return found.serve(request, response);
    forwardRequest(found, request, response).catch((error: unknown) => {
      options.log.error({ err: error }, 'The ingress could not forward a request.');
      answerError(request, response, 502, `${found.name} could not be reached: ${messageOf(error)}.`);
    });
  };

  const listen = async (wanted: number): Promise<number> => {
    if (servers.has(wanted)) return wanted;
    const server = http.createServer({ requestTimeout: 0, keepAliveTimeout: 65_000, maxHeaderSize: 64 * 1024, noDelay: true }, answer);
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    server.on('upgrade', (request, socket, head) => {
      const found = find(request);
      const client = socket as net.Socket;
      if ('status' in found) return answerErrorRaw(client, found.status, found.sentence);
      if (found.serve !== undefined) return answerErrorRaw(client, 400, 'Files are served here; nothing to upgrade to.');
      forwardUpgrade(found, request, client, head).catch(() => client.destroy());
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port: wanted, host: options.host, exclusive: true }, resolve);
    });
    server.on('error', (error) => options.log.error({ err: error }, 'The ingress has a problem.'));
    const port = (server.address() as net.AddressInfo).port;
    servers.set(port, server);
    return port;
  };

  const port = options.port === 0 ? await listenAgain(options, listen) : await listenConfigured(options, listen);
  writeFileSync(options.portFile, JSON.stringify({ port }), { mode: 0o600 });
  return {
    port,
    listen,
    claim(owner, wanted) {
      const mine = wanted.map(({ host, path, target }) => ({ host: hostOf(host), path: normalPath(path), owner, target }));
      const others = routes.filter((route) => route.owner !== owner);
      for (const route of mine) {
        const taken = others.find((other) => other.host === route.host && other.path === route.path);
        if (taken === undefined) continue;
        throw new PavedError('conflict', `${route.host}${route.path} already leads to ${taken.target.name}.`, {
          fix: 'Choose another host or path for this route.',
        });
      }
      // One assignment: a request sees either all old or all new routes.
      routes = [...others, ...mine];
    },
    release(owner) {
      routes = routes.filter((route) => route.owner !== owner);
    },
    async close() {
      const closed = [...servers.values()].map((server) => new Promise((resolve) => server.close(resolve)));
      for (const server of servers.values()) server.closeIdleConnections();
      const late = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, DRAIN_MS);
      await Promise.all(closed);
      clearTimeout(late);
    },
  };
}

/** The port of last time when it can be had: addresses given to people keep working. */
async function listenAgain(options: IngressOptions, listen: (port: number) => Promise<number>): Promise<number> {
  const before = readPort(options.portFile);
  if (before === undefined) return listen(0);
  return patiently(() => listen(before), options.patienceMs ?? 1_000).catch(() => listen(0));
}

function readPort(file: string): number | undefined {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { port: number }).port;
  } catch {
    return undefined;
  }
}

/** A killed predecessor's sockets close one after the other: the port may be taken a moment longer than it lives. */
async function patiently(listen: () => Promise<number>, patienceMs: number): Promise<number> {
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      return await listen();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || Date.now() > until) throw error;
      await sleep(50);
    }
  }
}

async function listenConfigured(options: IngressOptions, listen: (port: number) => Promise<number>): Promise<number> {
  try {
    return await patiently(() => listen(options.port), options.patienceMs ?? 2_000);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why = code === 'EADDRINUSE' ? 'is already used by another program' : code === 'EACCES' ? 'needs more rights' : messageOf(error);
    throw new PavedError('conflict', `The ingress cannot listen: port ${options.port} on ${options.host} ${why}.`, {
      fix: 'Set server.ingressPort in paved.yaml (or PAVED_SERVER_INGRESS_PORT) to another port, or to 0 for any free one.',
      cause: error,
    });
  }
}
