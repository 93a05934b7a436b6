import type { Problem } from '@paved/kernel';

/** A refused or failed request, as the server's problem document describes it. */
export class ApiError extends Error {
  readonly status: number;
  /** The code of the kernel's closed list, or `offline` when no answer came. */
  readonly code: string;
  readonly fix: string | undefined;
  readonly requestId: string | undefined;
  readonly problems: readonly Problem[];
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    body: {
      message: string;
      code?: string;
      fix?: string;
      requestId?: string;
      problems?: readonly Problem[];
      facts?: Record<string, unknown>;
    },
  ) {
    super(body.message);
    this.name = 'ApiError';
    this.status = status;
    this.code = body.code ?? 'internal';
    this.fix = body.fix;
    this.requestId = body.requestId;
    this.problems = body.problems ?? [];
    this.facts = body.facts ?? {};
  }
}

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** `path?key=value`; lists repeat the key, undefined is left out. */
export function withQuery(path: string, query?: Query): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) params.append(key, String(one));
  }
  const text = params.toString();
  return text === '' ? path : `${path}?${text}`;
}

const signedOutListeners = new Set<() => void>();
/** Called when the server no longer knows the session. Returns the way to stop. */
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

async function problemOf(response: Response): Promise<ApiError> {
  const raw = await response.text();
  const requestId = response.headers.get('x-request-id') ?? undefined;
  let body: Record<string, unknown> = {};
  try {
    body = JSON.parse(raw) as Record<string, unknown>;
  } catch {
    // Not JSON: a proxy in between answered.
  }
  const nested = (body['error'] ?? {}) as Record<string, unknown>;
  const id = text(body['requestId']) ?? text(body['instance']) ?? requestId;
  const fix = text(body['fix']);
  const code = text(body['code']);
  return new ApiError(response.status, {
    message:
      text(body['detail']) ??
      text(nested['message']) ??
      text(body['message']) ??
      text(body['title']) ??
      `The server answered ${response.status}.`,
    ...(code
      ? { code }
      : {
          code:
            response.status === 401
              ? 'unauthenticated'
              : response.status === 403
                ? 'forbidden'
                : response.status === 404
                  ? 'not_found'
                  : 'internal',
        }),
    ...(fix ? { fix } : {}),
    ...(id ? { requestId: id } : {}),
    ...(Array.isArray(body['problems']) ? { problems: body['problems'] as Problem[] } : {}),
    ...(typeof body['facts'] === 'object' && body['facts'] !== null ? { facts: body['facts'] as Record<string, unknown> } : {}),
  });
}

async function send<T>(
  method: string,
  path: string,
  options: { query?: Query | undefined; body?: unknown; signal?: AbortSignal | undefined } = {},
): Promise<T> {
  let response: Response;
  try {
    response = await fetch(withQuery(path, options.query), {
      method,
      credentials: 'same-origin',
      headers: { accept: 'application/json', ...(options.body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal ? { signal: options.signal } : {}),
    });
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown;
    throw new ApiError(0, {
      code: 'offline',
      message: 'The server did not answer.',
      fix: 'Check that Paved runs and that this machine can reach it.',
    });
  }
  if (!response.ok) {
    const problem = await problemOf(response);
    if (response.status === 401 && !path.startsWith('/api/access/') && !path.startsWith('/api/auth/'))
      for (const listener of signedOutListeners) listener();
    throw problem;
  }
  if (response.status === 204 || response.headers.get('content-length') === '0') return undefined as T;
  const type = response.headers.get('content-type') ?? '';
  return (type.includes('json') ? await response.json() : await response.text()) as T;
}

/** The only way pages talk to the platform: its public API. */
export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) => send<T>('GET', path, { query, signal }),
  post: <T>(path: string, body?: unknown, query?: Query) => send<T>('POST', path, { body: body ?? {}, query }),
  put: <T>(path: string, body?: unknown, query?: Query) => send<T>('PUT', path, { body: body ?? {}, query }),
  patch: <T>(path: string, body?: unknown) => send<T>('PATCH', path, { body: body ?? {} }),
  delete: <T>(path: string, query?: Query) => send<T>('DELETE', path, { query }),
};

/** Parts of a path, each escaped: `path('runs', id)`. */
export const pathOf = (...parts: readonly string[]): string => parts.map((part) => encodeURIComponent(part)).join('/');
