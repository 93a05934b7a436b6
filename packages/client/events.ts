import { ApiError } from './problem.ts';
import { withQuery, type Send } from './transport.ts';

/** An event of the platform as the stream sends it. */
export interface StreamEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- each event type has its own data
  readonly data: any;
  readonly at: string;
}

export interface EventFilter {
  /** Exact types, prefixes such as `runs.*`, or `*`. */
  readonly types: readonly string[];
  readonly subject?: string;
}

/** How long to wait before the stream is asked for again after it broke. */
const RECONNECT_MS = 500;

/** Follows the event stream, reconnecting with the last id, until the signal aborts; throws when the server refuses. */
export async function followEvents(
  send: Send,
  { types, subject }: EventFilter,
  onEvent: (event: StreamEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const path = withQuery('/api/events', { types: types.join(','), subject });
  let after: string | undefined;
  while (!signal.aborted) {
    try {
      const headers = { accept: 'text/event-stream', ...(after === undefined ? {} : { 'last-event-id': after }) };
      const { body } = await send('GET', path, { headers, signal });
      for await (const message of body === null ? [] : messages(body)) {
        after = message.id ?? after;
        if (message.event !== 'open') onEvent(JSON.parse(message.data) as StreamEvent);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && error.code !== 'offline') throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
  }
}

async function* messages(body: ReadableStream<Uint8Array>): AsyncGenerator<{ id?: string; event: string; data: string }> {
  const reader = body.pipeThrough(new TextDecoderStream() as unknown as ReadableWritablePair<string, Uint8Array>).getReader();
  let buffer = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    buffer += value;
    for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
      const block = buffer.slice(0, end);
      buffer = buffer.slice(end + 2);
      const fields = new Map(
        block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trimStart()] as const),
      );
      const data = fields.get('data');
      const id = fields.get('id');
      if (data !== undefined) yield { event: fields.get('event') ?? 'message', data, ...(id === undefined ? {} : { id }) };
    }
  }
}
