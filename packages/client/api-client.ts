import { isProblem, type Problem } from './problem.ts';

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** An event of the platform as the stream sends it. */
export interface StreamEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- each event type has its own data
  readonly data: any;
  readonly at: string;
}

/** The public API over fetch; works in Node and browsers. */
export interface ApiClient {
  readonly server: string;
  get<T>(path: string, query?: Query): Promise<T>;
  text(path: string, query?: Query): Promise<string>;
  post<T>(path: string, body?: unknown, query?: Query): Promise<T>;
  put<T>(path: string, body?: unknown): Promise<T>;
  delete<T>(path: string, query?: Query): Promise<T>;
  /** Follows the event stream, reconnecting with the last id, until the signal aborts. */
  events(query: { types: readonly string[]; subject?: string }, onEvent: (event: StreamEvent) => void, signal: AbortSignal): Promise<void>;
}

/** The API answered with a problem. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ApiError';
    this.status = problem.status;
    this.problem = problem;
  }
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
  const send = options.fetch ?? fetch;
  const headers = (extra: Record<string, string> = {}): Record<string, string> => ({
    accept: 'application/json',
    ...(options.userAgent === undefined ? {} : { 'user-agent': options.userAgent }),
    ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
    ...extra,
  });
  const call = async (method: string, path: string, query?: Query, body?: unknown): Promise<Response> => {
    let response: Response;
    try {
      response = await send(server + path + search(query), {
        method,
        headers: headers(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (cause) {
      throw new Error(`The server ${server} does not answer. Start it with \`npm start\`, or name another with --server.`, { cause });
    }
    if (!response.ok) throw new ApiError(await problemOf(response));
    return response;
  };
  const json = async <T>(response: Promise<Response>): Promise<T> => {
    const text = await (await response).text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  };
  return {
    server,
    get: (path, query) => json(call('GET', path, query)),
    text: async (path, query) => (await call('GET', path, query)).text(),
    post: (path, body, query) => json(call('POST', path, query, body ?? {})),
    put: (path, body) => json(call('PUT', path, undefined, body ?? {})),
    delete: (path, query) => json(call('DELETE', path, query)),
    async events(query, onEvent, signal) {
      let after: string | undefined;
      while (!signal.aborted) {
        try {
          const response = await send(`${server}/api/events${search({ types: query.types.join(','), subject: query.subject })}`, {
            headers: { ...headers({ accept: 'text/event-stream' }), ...(after === undefined ? {} : { 'last-event-id': after }) },
            signal,
          });
          if (!response.ok || response.body === null) throw new ApiError(await problemOf(response));
          for await (const message of messages(response.body)) {
            after = message.id ?? after;
            if (message.event !== 'open') onEvent(JSON.parse(message.data) as StreamEvent);
          }
        } catch (error) {
          if (signal.aborted) return;
          if (error instanceof ApiError) throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    },
  };
}

function search(query: Query | undefined): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [String(value)]) parameters.append(key, one);
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text();
  try {
    const parsed: unknown = JSON.parse(text);
    if (isProblem(parsed)) return parsed;
  } catch {
    // Not JSON: some proxy in between answered.
  }
  return {
    title: response.statusText,
    status: response.status,
    detail: `The server answered ${response.status} ${response.statusText}.`,
    code: 'internal',
    requestId: response.headers.get('x-request-id') ?? '',
  };
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
