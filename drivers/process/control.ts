import net from 'node:net';
import { createInterface } from 'node:readline';
import { timingSafeEqual } from 'node:crypto';
import { isPavedError, messageOf, type ErrorCode, type Problem } from '@paved/kernel';
import type { DriverInput } from '@paved/orchestrator';
import type { Engine } from './engine.ts';

/** One line of JSON each way. The first line of a connection is a Hello. */
export interface Hello {
  readonly token: string;
  /** The follower's own ingress port, when it is configured differently; 0 means any. */
  readonly ingressPort: number;
}
export type Request =
  | { readonly id: number; readonly method: 'apply'; readonly input: DriverInput }
  | { readonly id: number; readonly method: 'observe' | 'destroy'; readonly input: DriverInput }
  | { readonly id: number; readonly method: 'logs'; readonly input: DriverInput; readonly tail: number; readonly instance?: string }
  | { readonly id: number; readonly method: 'resume'; readonly inputs: readonly DriverInput[] }
  | { readonly id: number; readonly method: 'abort' };
export type Reply =
  | { readonly hello: { readonly ingressPort: number } }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: { code: ErrorCode; message: string; fix?: string; problems?: readonly Problem[] } };

const GREETING_MS = 3_000;

export interface Control {
  readonly port: number;
  followers(): number;
  close(): Promise<void>;
}

/** Lets other servers on this data directory ask the supervisor; loopback only, with a token from a file that only we can read. */
export async function openControl(engine: Engine, token: string): Promise<Control> {
  const followers = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    const reply = (message: Reply): void => void (socket.destroyed || socket.write(`${JSON.stringify(message)}\n`));
    const calls = new Map<number, AbortController>();
    let known = false;
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      followers.delete(socket);
      for (const call of calls.values()) call.abort();
    });
    const lines = createInterface({ input: socket });
    lines.on('error', () => socket.destroy());
    socket.setTimeout(GREETING_MS, () => socket.destroy());
    lines.on('line', (line) => {
      if (!known) {
        const hello = readHello(line);
        if (hello === undefined || !equal(hello.token, token)) return void socket.destroy();
        known = true;
        socket.setTimeout(0);
        followers.add(socket);
        void ingressFor(engine, hello.ingressPort).then((ingressPort) => reply({ hello: { ingressPort } }));
        return;
      }
      const request = JSON.parse(line) as Request;
      if (request.method === 'abort') return void calls.get(request.id)?.abort();
      const call = new AbortController();
      calls.set(request.id, call);
      carryOut(engine, request, call.signal)
        .then(
          (result) => reply({ id: request.id, result: result ?? null }),
          (error: unknown) => reply({ id: request.id, error: described(error) }),
        )
        .finally(() => calls.delete(request.id));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1' }, resolve);
  });
  server.unref();
  return {
    port: (server.address() as net.AddressInfo).port,
    followers: () => followers.size,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of followers) socket.destroy();
      await closed;
    },
  };
}

/** Anything on this machine may connect: nothing is believed before the token. */
function readHello(line: string): Hello | undefined {
  try {
    const { token, ingressPort } = JSON.parse(line) as Partial<Hello>;
    return typeof token === 'string' && typeof ingressPort === 'number' ? { token, ingressPort } : undefined;
  } catch {
    return undefined;
  }
}

function carryOut(engine: Engine, request: Exclude<Request, { method: 'abort' }>, signal: AbortSignal): Promise<unknown> {
  switch (request.method) {
    case 'apply':
      return engine.apply(request.input, { signal });
    case 'observe':
      return engine.observe(request.input);
    case 'destroy':
      return engine.destroy(request.input);
    case 'logs':
      return engine.logs(request.input, { tail: request.tail, ...(request.instance === undefined ? {} : { instance: request.instance }) });
    case 'resume':
      return engine.resume(request.inputs);
  }
}

/** A follower that wants a port of its own gets a second listener; when it cannot be had, the common one answers. */
async function ingressFor(engine: Engine, port: number): Promise<number> {
  if (port === 0 || port === engine.ingressPort()) return engine.ingressPort();
  return engine.listenAlso(port).catch(() => engine.ingressPort());
}

function described(error: unknown): { code: ErrorCode; message: string; fix?: string; problems?: readonly Problem[] } {
  if (!isPavedError(error))
    return { code: error instanceof Error && error.name === 'AbortError' ? 'cancelled' : 'internal', message: messageOf(error) };
  return { code: error.code, message: error.message, problems: error.problems, ...(error.fix === undefined ? {} : { fix: error.fix }) };
}

function equal(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
