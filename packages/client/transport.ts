import { ApiError, errorOf, type Problem } from './problem.ts';

/*
 * What stands between the generated functions and fetch. The generated code imports its types from here: `Client`, `Options`,
 * `RequestResult`, `TDataShape` and `ClientMeta` are names it knows, with the type parameters it gives.
 */

/** What the generated types say about one operation. */
export interface TDataShape {
  body?: unknown;
  headers?: unknown;
  path?: unknown;
  query?: unknown;
  url: string;
}

// oxlint-disable-next-line typescript/no-empty-object-type -- the generator asks for it; nothing is passed this way
export interface ClientMeta {}

/** What may be left out may also be given as undefined: it is not sent. */
type Lenient<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [K in keyof T]: object extends Pick<T, K> ? T[K] | undefined : T[K] }
    : T;

export type Options<TData extends TDataShape = TDataShape, _Throws extends boolean = boolean, _Response = unknown> = {
  [K in keyof Omit<TData, 'url' | 'headers'>]: Lenient<TData[K]>;
} & {
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal | undefined;
};

/** The answer of a successful request; anything else is thrown as an `ApiError`. */
export type RequestResult<TResponses, _Errors = unknown, _Throws extends boolean = boolean, _Style = 'data'> = Promise<
  TResponses extends Record<number, unknown> ? TResponses[keyof TResponses] : TResponses
>;

/** A request as a generated function describes it. */
export interface ApiRequest {
  /** With `{name}` where a part of `path` goes. */
  readonly url: string;
  readonly path?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

type Method = <TResponses = unknown, TErrors = unknown, Throws extends boolean = boolean, Style = 'data'>(
  request: ApiRequest,
) => RequestResult<TResponses, TErrors, Throws, Style>;

/** What a generated function sends through. */
export interface Client {
  readonly get: Method;
  readonly post: Method;
  readonly put: Method;
  readonly patch: Method;
  readonly delete: Method;
}

export interface TransportOptions {
  /** Without a slash at its end; empty in a browser. */
  readonly server: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly credentials?: 'same-origin';
  readonly fetch?: typeof fetch | undefined;
  /** What to say when no answer comes. */
  readonly offline: Pick<Problem, 'detail' | 'fix'>;
  /** Hears of each refused request before it is thrown. */
  readonly onRefused?: (error: ApiError, path: string) => void;
}

/** `method`, a path with its parts and query filled in, and what to send; the raw answer. */
export type Send = (method: string, path: string, request?: Pick<ApiRequest, 'body' | 'headers' | 'signal'>) => Promise<Response>;

/** Sends requests to one server; a refused one is thrown. */
export function createSend(options: TransportOptions): Send {
  return async (method, path, { body, headers, signal } = {}) => {
    let response: Response;
    try {
      response = await (options.fetch ?? fetch)(options.server + path, {
        method,
        headers: {
          accept: 'application/json',
          ...options.headers,
          ...headers,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (cause) {
      if (signal?.aborted === true) throw cause;
      throw new ApiError({ title: 'No answer', status: 0, code: 'offline', requestId: '', ...options.offline }, undefined, { cause });
    }
    if (response.ok) return response;
    const error = await errorOf(response);
    options.onRefused?.(error, path);
    throw error;
  };
}

/** The methods that generated functions call. */
export function createTransport(send: Send): Client {
  const method =
    (name: string): Method =>
    async (request) =>
      // oxlint-disable-next-line typescript/no-unsafe-return, typescript/no-explicit-any -- the generated types say what comes
      (await contentOf(await send(name, withQuery(pathOf(request), request.query as Query), withoutType(request)))) as any;
  return { get: method('GET'), post: method('POST'), put: method('PUT'), patch: method('PATCH'), delete: method('DELETE') };
}

/** JSON as what it says, other text as it is, nothing as undefined. */
export async function contentOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  return (response.headers.get('content-type') ?? '').includes('json') ? JSON.parse(text) : text;
}

/** The address of a request, each part of the path escaped. */
export function pathOf({ url, path }: Pick<ApiRequest, 'url' | 'path'>): string {
  const parts = (path ?? {}) as Readonly<Record<string, unknown>>;
  return url.replace(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(String(parts[name])));
}

export type Query = Readonly<Record<string, unknown>>;

/** `path?key=value`; lists repeat the key, undefined is left out. */
export function withQuery(path: string, query?: Query): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? (value as readonly unknown[]) : [value]) parameters.append(key, String(one));
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** The generated code names the type of what it sends; whether something is sent is seen here only. */
function withoutType({ body, headers = {}, signal }: ApiRequest): Pick<ApiRequest, 'body' | 'headers' | 'signal'> {
  const { 'Content-Type': _type, ...rest } = headers;
  return { body, headers: rest, signal };
}
