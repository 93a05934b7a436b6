import net from 'node:net';
import { median, quantile } from './benchmark.ts';
import { cpuMs } from '@paved/testing';

/** One kind of request, with other parameters each time. */
export interface Question {
  readonly url: string;
  readonly path: () => string;
  readonly token?: string;
}

/** What a round of requests took. */
export interface Load {
  readonly p50: number;
  readonly p95: number;
  readonly rps: number;
  /** CPU of the server and its PostgreSQL for one request, in ms. */
  readonly cpu: number;
}

/** Starts a stopwatch for the CPU of processes that come and go (PostgreSQL has one per connection); reads it in ms. */
export function cpuWatch(pids: () => readonly number[]): () => number {
  const before = new Map(pids().map((pid) => [pid, cpuMs([pid])]));
  return () => pids().reduce((sum, pid) => sum + cpuMs([pid]) - (before.get(pid) ?? 0), 0);
}

/** Asks over `connections` keep-alive connections for `seconds`. */
export async function load(
  question: Question,
  options: { connections: number; seconds: number; pids: () => readonly number[] },
): Promise<Load> {
  const latencies: number[] = [];
  const cpu = cpuWatch(options.pids);
  const started = performance.now();
  const end = started + options.seconds * 1000;
  await Promise.all(Array.from({ length: options.connections }, () => connection(question, end, latencies)));
  const seconds = (performance.now() - started) / 1000;
  return {
    p50: median(latencies),
    p95: quantile(latencies, 0.95),
    rps: latencies.length / seconds,
    cpu: cpu() / latencies.length,
  };
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** A bare socket: on two cores a client that does more would measure itself. */
function connection(question: Question, end: number, latencies: number[]): Promise<void> {
  const { hostname, port } = new URL(question.url);
  const authorization = question.token === undefined ? '' : `authorization: Bearer ${question.token}\r\n`;
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(port), hostname);
    socket.setNoDelay(true);
    let started = 0;
    let path = '';
    let buffered: Buffer = Buffer.alloc(0);
    /** Bytes of the body still to come; undefined while the head is read. */
    let left: number | undefined;
    const ask = (): void => {
      path = question.path();
      started = performance.now();
      socket.write(`GET ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\n${authorization}\r\n`);
    };
    const answered = (): void => {
      latencies.push(performance.now() - started);
      left = undefined;
      if (performance.now() < end) return ask();
      socket.end();
      resolve();
    };
    socket.on('connect', ask);
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      if (left !== undefined) {
        left -= chunk.length;
        return left <= 0 ? answered() : undefined;
      }
      buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
      const at = buffered.indexOf(HEAD_END);
      if (at < 0) return;
      const head = buffered.toString('latin1', 0, at);
      const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
      if (!head.startsWith('HTTP/1.1 200') || length === undefined) return reject(new Error(`${path} answered: ${head.split('\r\n')[0]}`));
      left = Number(length) - (buffered.length - at - HEAD_END.length);
      buffered = Buffer.alloc(0);
      if (left <= 0) answered();
    });
  });
}
