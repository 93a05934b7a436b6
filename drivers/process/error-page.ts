import type http from 'node:http';
import type net from 'node:net';
import { STATUS_CODES } from 'node:http';

/** One sentence for people, the platform's error shape for programs. */
export function answerError(request: http.IncomingMessage, response: http.ServerResponse, status: number, sentence: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const wantsJson = /\bjson\b/.test(request.headers.accept ?? '');
  const title = STATUS_CODES[status] ?? 'Error';
  const body = wantsJson
    ? JSON.stringify({
        type: 'about:blank',
        title,
        status,
        detail: sentence,
        error: { name: title.replaceAll(' ', ''), message: sentence },
      })
    : `${sentence}\n`;
  response.writeHead(status, {
    'content-type': wantsJson ? 'application/problem+json' : 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...(status === 503 ? { 'retry-after': '1' } : {}),
    // What is left of a large upload is not read to its end.
    ...(request.complete ? {} : { connection: 'close' }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** The same for a connection that asked for an upgrade. */
export function answerErrorRaw(socket: net.Socket, status: number, sentence: string): void {
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`,
    'content-type: text/plain; charset=utf-8',
    `content-length: ${Buffer.byteLength(sentence) + 1}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${sentence}\n`);
}
