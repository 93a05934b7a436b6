import net from 'node:net';
import { createInterface } from 'node:readline';
import { PavedError } from '@paved/kernel';
import type { LogLine, Observation, WorkloadOutputs } from '@paved/orchestrator';
import type { Hello, Reply, Request } from './control.ts';
import type { Supervisor } from './engine.ts';

/** The supervising server ended while it was asked; the request may be sent to its successor. */
export class SupervisorGone extends Error {
  override readonly name = 'SupervisorGone';
}

/** The supervisor of another server on this data directory. */
export interface Remote extends Supervisor {
  readonly closed: Promise<void>;
  close(): void;
}

type WithoutId<T> = T extends { id: number } ? Omit<T, 'id'> : never;

const GREETING_MS = 3_000;

export async function connectRemote(options: { port: number } & Hello): Promise<Remote> {
  const socket = net.connect({ host: '127.0.0.1', port: options.port, noDelay: true });
  socket.setTimeout(GREETING_MS, () => socket.destroy());
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let greeted: (ingressPort: number) => void = () => {};
  const greeting = new Promise<number>((resolve) => (greeted = resolve));
  let lastId = 0;
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  void closed.then(() => {
    for (const { reject } of waiting.values()) reject(new SupervisorGone('The supervising server ended.'));
    waiting.clear();
  });
  socket.on('error', () => socket.destroy());
  const lines = createInterface({ input: socket });
  lines.on('error', () => socket.destroy());
  lines.on('line', (line) => {
    const reply = JSON.parse(line) as Reply;
    if ('hello' in reply) return greeted(reply.hello.ingressPort);
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('result' in reply) return call?.resolve(reply.result);
    const { code, message, ...rest } = reply.error;
    call?.reject(new PavedError(code, message, rest));
  });
  const ask = <T>(request: WithoutId<Request>, signal?: AbortSignal): Promise<T> => {
    const id = ++lastId;
    return new Promise<T>((resolve, reject) => {
      if (socket.destroyed) return reject(new SupervisorGone('The supervising server ended.'));
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      socket.write(`${JSON.stringify({ id, ...request })}\n`);
      signal?.addEventListener('abort', () => socket.write(`${JSON.stringify({ id, method: 'abort' })}\n`), { once: true });
    });
  };
  const hello: Hello = { token: options.token, ingressPort: options.ingressPort };
  socket.write(`${JSON.stringify(hello)}\n`);
  const ingressPort = await Promise.race([
    greeting,
    closed.then(() => {
      throw new SupervisorGone('The supervising server does not answer.');
    }),
  ]);
  socket.setTimeout(0);
  socket.unref();
  return {
    closed,
    ingressPort: () => ingressPort,
    apply: (input, { signal }) => ask<WorkloadOutputs>({ method: 'apply', input }, signal),
    observe: (input) => ask<Observation>({ method: 'observe', input }),
    destroy: (input) => ask({ method: 'destroy', input }),
    logs: (input, query) => ask<LogLine[]>({ method: 'logs', input, ...query }),
    resume: (inputs) => ask({ method: 'resume', inputs }),
    close: () => void socket.destroy(),
  };
}
