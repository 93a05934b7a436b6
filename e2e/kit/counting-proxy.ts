import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server before the server that knows how many event streams are open. */
export interface CountingProxy extends AsyncDisposable {
  readonly url: string;
  openStreams(): number;
  /** The most that were open at once. */
  mostStreams(): number;
  /** The server is gone: what is open breaks, what comes is refused; `false` brings it back. */
  gone(away: boolean): void;
}

/** Passes everything on to `target`; to it, requests look as if they came for it. */
export async function countingProxy(target: string): Promise<CountingProxy> {
  const { host, hostname, port } = new URL(target);
  let open = 0;
  let most = 0;
  let away = false;
  const server = http.createServer((request, response) => {
    if (away) return void request.socket.destroy();
    const stream = request.url?.startsWith('/api/events') === true;
    if (stream) most = Math.max(most, ++open);
    const headers = { ...request.headers, host, ...(request.headers.origin === undefined ? {} : { origin: target }) };
    const onward = http.request({ hostname, port, method: request.method, path: request.url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
    });
    onward.once('error', () => response.destroy());
    response.once('close', () => {
      if (stream) open--;
      onward.destroy();
    });
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    openStreams: () => open,
    mostStreams: () => most,
    gone(now) {
      away = now;
      if (now) server.closeAllConnections();
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
