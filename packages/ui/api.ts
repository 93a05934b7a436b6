import {
  call as callThrough,
  contentOf,
  createSend,
  createTransport,
  type Operation,
  type Query,
  type WantedArguments,
  withQuery,
} from '@paved/client';

export { ApiError, type Query, withQuery } from '@paved/client';

const signedOutListeners = new Set<() => void>();
/** Called when the server no longer knows the session. Returns the way to stop. */
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

const send = createSend({
  server: '',
  credentials: 'same-origin',
  offline: { detail: 'The server did not answer.', fix: 'Check that Paved runs and that this machine can reach it.' },
  onRefused({ status }, path) {
    if (status !== 401 || path.startsWith('/api/access/') || path.startsWith('/api/auth/')) return;
    for (const listener of signedOutListeners) listener();
  },
});
const client = createTransport(send);

/** Calls an operation of the public API: `call(cancelRun, { path: { id } })`. What goes in and comes out is typed. */
export const call = <F extends Operation>(operation: F, ...[wanted]: WantedArguments<F>): ReturnType<F> =>
  callThrough(client, operation, wanted);

async function ask<T>(
  method: string,
  path: string,
  options: { query?: Query | undefined; body?: unknown; signal?: AbortSignal | undefined } = {},
): Promise<T> {
  return (await contentOf(await send(method, withQuery(path, options.query), { body: options.body, signal: options.signal }))) as T;
}

/** The public API by path, for what the OpenAPI document does not describe; `call` is better where there is an operation. */
export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) => ask<T>('GET', path, { query, signal }),
  post: <T>(path: string, body?: unknown, query?: Query) => ask<T>('POST', path, { body: body ?? {}, query }),
  put: <T>(path: string, body?: unknown, query?: Query) => ask<T>('PUT', path, { body: body ?? {}, query }),
  patch: <T>(path: string, body?: unknown) => ask<T>('PATCH', path, { body: body ?? {} }),
  delete: <T>(path: string, query?: Query) => ask<T>('DELETE', path, { query }),
};

/** Parts of a path, each escaped: `path('runs', id)`. */
export const pathOf = (...parts: readonly string[]): string => parts.map((part) => encodeURIComponent(part)).join('/');
