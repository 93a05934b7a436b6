import { followEvents, type EventFilter, type StreamEvent } from './events.ts';
import { call, type Operation, type WantedArguments } from './operation.ts';
import { contentOf, createSend, createTransport, withQuery, type Query } from './transport.ts';

/** The public API over fetch; works in Node and browsers. */
export interface ApiClient {
  readonly server: string;
  /**
   * Calls an operation of the OpenAPI document: `api.call(getRun, { path: { id } })`. What goes in and comes out is typed by the
   * document. Refused requests are thrown as an `ApiError`.
   */
  call<F extends Operation>(operation: F, ...wanted: WantedArguments<F>): ReturnType<F>;
  /** By path, for what the document does not describe; `call` is better where there is an operation. */
  get<T>(path: string, query?: Query): Promise<T>;
  text(path: string, query?: Query): Promise<string>;
  post<T>(path: string, body?: unknown, query?: Query): Promise<T>;
  put<T>(path: string, body?: unknown): Promise<T>;
  delete<T>(path: string, query?: Query): Promise<T>;
  /** Follows the event stream, reconnecting with the last id, until the signal aborts. */
  events(filter: EventFilter, onEvent: (event: StreamEvent) => void, signal: AbortSignal): Promise<void>;
}

export interface ApiClientOptions {
  readonly server: string;
  readonly token?: string | undefined;
  readonly fetch?: typeof fetch;
  /** For programs; browsers send their own. */
  readonly userAgent?: string;
}

export function createApiClient(options: ApiClientOptions): ApiClient {
  const server = options.server.replace(/\/$/, '');
  const send = createSend({
    server,
    headers: {
      ...(options.userAgent === undefined ? {} : { 'user-agent': options.userAgent }),
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
    },
    fetch: options.fetch,
    offline: {
      detail: `The server ${server} does not answer.`,
      fix: 'Start it with `npm start`, or name another with --server.',
    },
  });
  const client = createTransport(send);
  const content = async <T>(method: string, path: string, body?: unknown): Promise<T> =>
    (await contentOf(await send(method, path, { body }))) as T;
  return {
    server,
    call: (operation, ...[wanted]) => call(client, operation, wanted),
    get: (path, query) => content('GET', withQuery(path, query)),
    text: async (path, query) => (await send('GET', withQuery(path, query))).text(),
    post: (path, body, query) => content('POST', withQuery(path, query), body ?? {}),
    put: (path, body) => content('PUT', path, body ?? {}),
    delete: (path, query) => content('DELETE', withQuery(path, query)),
    events: (filter, onEvent, signal) => followEvents(send, filter, onEvent, signal),
  };
}
