import net from 'node:net';
import { PavedError } from '@paved/kernel';

/** Below the range from which operating systems take ports of outgoing connections (Linux: 32768 and up). */
const FIRST = 20_000;
const LAST = 32_000;

/** Whether a loopback listener could be opened now, and nothing on any address holds the port. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, '0.0.0.0'));
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Hands out loopback ports, none twice. Starts at a random place, so that two platforms on one host rarely meet. */
export interface PortPool {
  allocate(): Promise<number>;
  /** Marks a port of an earlier life as taken. */
  claim(port: number): void;
  release(port: number): void;
}

export function createPortPool(random: () => number = Math.random): PortPool {
  const taken = new Set<number>();
  let next = FIRST + Math.floor(random() * (LAST - FIRST));
  return {
    claim: (port) => void taken.add(port),
    release: (port) => void taken.delete(port),
    async allocate() {
      for (let tried = 0; tried < LAST - FIRST; tried++) {
        const port = next;
        next = next + 1 >= LAST ? FIRST : next + 1;
        if (taken.has(port)) continue;
        taken.add(port);
        if (await isPortFree(port)) return port;
        taken.delete(port);
      }
      throw new PavedError('unavailable', `No port between ${FIRST} and ${LAST} is free.`, { fix: 'Stop programs that listen there.' });
    },
  };
}
