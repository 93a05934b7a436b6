import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './service.ts';

/** A client that asks all the time. */
export interface Load {
  /** Ends it, waits for the last answers and gives what it saw. */
  end(): Promise<LoadResult>;
}

export interface LoadResult {
  readonly requests: number;
  readonly perSecond: number;
  /** Everything but 200, with the time since the start. */
  readonly failures: readonly string[];
  /** Different bodies in the order in which each was first seen. */
  readonly bodies: readonly string[];
  readonly slowestMs: number;
}

/** `perSecond` requests, evenly, whether or not earlier ones were answered; every other one on a connection that is kept. */
export function load(url: string, perSecond: number): Load {
  const kept = new http.Agent({ keepAlive: true, maxSockets: 16 });
  const fresh = new http.Agent({ keepAlive: false });
  const began = performance.now();
  const pending = new Set<Promise<void>>();
  const failures: string[] = [];
  const bodies: string[] = [];
  let requests = 0;
  let slowestMs = 0;
  let ended = false;
  const one = async (): Promise<void> => {
    const agent = requests++ % 2 === 0 ? kept : fresh;
    const asked = performance.now();
    const at = `after ${Math.round(asked - began)} ms${agent === kept ? ' (kept connection)' : ''}`;
    try {
      const { status, body } = await ask(url, agent);
      if (status !== 200) failures.push(`${at}: ${status} ${body.slice(0, 200)}`);
      else if (!bodies.includes(body)) bodies.push(body);
    } catch (error) {
      failures.push(`${at}: ${String(error)}`);
    }
    slowestMs = Math.max(slowestMs, performance.now() - asked);
  };
  const send = async (): Promise<void> => {
    for (let n = 0; !ended; n++) {
      const wait = began + (n * 1000) / perSecond - performance.now();
      if (wait > 0) await sleep(wait);
      const request = one().finally(() => pending.delete(request));
      pending.add(request);
    }
  };
  const sending = send();
  return {
    async end() {
      ended = true;
      await sending;
      const seconds = (performance.now() - began) / 1000;
      await Promise.all(pending);
      kept.destroy();
      return { requests, perSecond: requests / seconds, failures, bodies, slowestMs: Math.round(slowestMs) };
    },
  };
}
