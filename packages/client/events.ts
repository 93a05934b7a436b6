import { ApiError } from './problem.ts';
import { createSseParser } from './sse-parser.ts';
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
      const parser = createSseParser((message) => {
        after = message.id ?? after;
        if (message.event !== 'open') onEvent(JSON.parse(message.data) as StreamEvent);
      });
      const reader = body?.pipeThrough(new TextDecoderStream() as unknown as ReadableWritablePair<string, Uint8Array>).getReader();
      for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) parser.push(part.value);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && error.code !== 'offline') throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
  }
}
