import net from 'node:net';
import http from 'node:http';
import type { Backend } from './backend.ts';

/** A loopback port that stays the same while instances behind it come and go. */
export interface Forwarder {
  readonly port: number;
  close(): void;
}

/** Passes each connection to an instance that is ready when it comes. Throws the system's error when the port is taken. */
export async function openForwarder(port: number, backend: Backend): Promise<Forwarder> {
  const server =
    backend.serve === undefined
      ? net.createServer({ noDelay: true }, (socket) => void forward(socket, backend))
      : http.createServer(backend.serve);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, resolve);
  });
  server.on('error', () => {});
  server.unref();
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () => void server.close(),
  };
}

async function forward(socket: net.Socket, backend: Backend): Promise<void> {
  // Nothing is read before there is somewhere to send it.
  socket.pause();
  socket.on('error', () => socket.destroy());
  let dead: number | undefined;
  for (let attempt = 0; attempt < 3; attempt++) {
    const seat = await backend.seat(dead);
    if (typeof seat === 'string') break;
    if (socket.destroyed) return seat.done();
    const upstream = await connect(seat.port);
    if (upstream === undefined) {
      seat.done();
      dead = seat.port;
      continue;
    }
    upstream.once('close', () => (seat.done(), socket.destroy()));
    upstream.on('error', () => socket.destroy());
    socket.once('close', () => upstream.destroy());
    if (socket.destroyed) upstream.destroy();
    else socket.pipe(upstream).pipe(socket);
    return;
  }
  socket.destroy();
}

function connect(port: number): Promise<net.Socket | undefined> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port, noDelay: true });
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}
