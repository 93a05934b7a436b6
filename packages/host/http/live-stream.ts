import type { FastifyReply, FastifyRequest } from 'fastify';

const HEARTBEAT_MS = 15_000;
/** A client that lets this much pile up is cut off; it resumes by id. */
const BACKLOG_BYTES = 4 * 1024 * 1024;

/** An answer as server-sent events. */
export interface LiveStream {
  /** Sends one message; `data` becomes JSON unless it is text already. Nothing happens once the client is gone. */
  send(message: { readonly event: string; readonly data: unknown; readonly id?: string }): void;
  end(): void;
  readonly ended: boolean;
  /** Calls back when the client is gone, the server stops or `end` was called; at once when that was before. */
  onEnd(callback: () => void): void;
}

/**
 * Turns a request's answer into a stream of server-sent events (WHATWG HTML §9.2): keeps it alive, ends it with the server, cuts off
 * clients that do not read.
 */
export function openLiveStream(request: FastifyRequest, reply: FastifyReply, ending: AbortSignal): LiveStream {
  const { raw } = reply;
  const callbacks: (() => void)[] = [];
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    clearInterval(heartbeat);
    ending.removeEventListener('abort', end);
    for (const callback of callbacks) callback();
    raw.end();
  };
  reply.hijack();
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-request-id': request.id,
  });
  raw.write('retry: 1000\n\n');
  const heartbeat = setInterval(() => raw.write(': alive\n\n'), HEARTBEAT_MS);
  raw.on('close', end);
  if (ending.aborted) end();
  else ending.addEventListener('abort', end);
  return {
    send({ event, data, id }) {
      if (ended) return;
      const text = typeof data === 'string' ? data : JSON.stringify(data);
      raw.write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${text}\n\n`);
      if (raw.writableLength > BACKLOG_BYTES) raw.destroy();
    },
    end,
    get ended() {
      return ended;
    },
    onEnd(callback) {
      if (ended) callback();
      else callbacks.push(callback);
    },
  };
}
