import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeRequest {
  readonly method: string;
  /** Decoded path below the server's root. */
  readonly path: string;
  /** As it was sent. */
  readonly rawPath: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  json<T>(): T;
}

export interface FakeReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text or bytes as they are; everything else as JSON. */
  readonly body?: unknown;
}

/** Answers a request in a forge's shape; undefined is 404. */
export type Handle = (request: FakeRequest, origin: string) => FakeReply | undefined;

/** A forge's HTTP face on a loopback port, with the moods of real ones. */
export interface FakeForge extends AsyncDisposable {
  readonly url: string;
  /** Requests answered so far, `304` among them. */
  readonly seen: { method: string; path: string; status: number; authorization: string | undefined }[];
  /** The next requests get these answers instead. */
  readonly moods: FakeReply[];
  /** Requests with one of these in their path get a 500. */
  readonly stumbles: string[];
}

/** Few enough that a test's lists have several pages. */
const PAGE = 3;

/** The page of a list that `?page=` asks for, from 1, and the address of the one after it while there is one. */
export function pageOf<T>({ rawPath, query }: FakeRequest, origin: string, all: readonly T[]): { items: readonly T[]; next?: string } {
  const page = Number(query.get('page') ?? 1);
  const items = all.slice((page - 1) * PAGE, page * PAGE);
  if (page * PAGE >= all.length) return { items };
  const next = new URL(`${origin}${rawPath}?${query}`);
  next.searchParams.set('page', String(page + 1));
  return { items, next: next.href };
}

/** The names on a request's path below `prefix`, decoded one by one: a slash within a name stays one. */
export const namesBelow = ({ rawPath }: FakeRequest, prefix: string): string[] =>
  (rawPath.startsWith(prefix) ? rawPath.slice(prefix.length) : rawPath).split('/').slice(1).map(decodeURIComponent);

/** Starts it. GETs carry an ETag and answer 304 to a client that has the content, when `etags`. */
export async function startFakeForge(handle: Handle, options: { etags: boolean }): Promise<FakeForge> {
  const seen: FakeForge['seen'] = [];
  const moods: FakeReply[] = [];
  const stumbles: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const url = new URL(incoming.url ?? '/', origin);
      const body = Buffer.concat(chunks);
      const request: FakeRequest = {
        method: incoming.method ?? 'GET',
        path: decodeURIComponent(url.pathname),
        rawPath: url.pathname,
        query: url.searchParams,
        headers: incoming.headers,
        body,
        json: <T>() => JSON.parse(body.toString('utf8')) as T,
      };
      const stumbled: FakeReply | undefined = stumbles.some((part) => url.pathname.includes(part)) ? { status: 500 } : undefined;
      const reply = moods.shift() ?? stumbled ?? handle(request, origin) ?? { status: 404, body: { message: 'Not Found' } };
      const plain = typeof reply.body === 'string' || Buffer.isBuffer(reply.body);
      const payload =
        reply.body === undefined ? Buffer.alloc(0) : plain ? Buffer.from(reply.body as string) : Buffer.from(JSON.stringify(reply.body));
      const etag = `"${createHash('sha1').update(payload).digest('hex')}"`;
      let status = reply.status ?? 200;
      const conditional = options.etags && request.method === 'GET' && status === 200;
      if (conditional && incoming.headers['if-none-match'] === etag) status = 304;
      seen.push({ method: request.method, path: `${url.pathname}${url.search}`, status, authorization: authorizationOf(incoming.headers) });
      outgoing.writeHead(status, {
        'content-type': plain ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8',
        ...(conditional ? { etag } : {}),
        ...reply.headers,
      });
      outgoing.end(status === 304 ? undefined : payload);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    moods,
    stumbles,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function authorizationOf(headers: IncomingHttpHeaders): string | undefined {
  const given = headers.authorization ?? headers['private-token'];
  return Array.isArray(given) ? given[0] : given;
}
