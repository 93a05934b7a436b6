import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { pipeline } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { isPavedError, messageOf, PavedError } from '@paved/kernel';
import type { Reach } from './reach.ts';

export interface SafeRequest {
  /** Default GET. */
  readonly method?: 'GET' | 'HEAD' | 'POST';
  /** `authorization`, `cookie` and `private-token` stay behind when a redirect leaves the origin. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Largest body after decompression; default 10 MiB. */
  readonly maxBytes?: number;
  /** For the whole exchange, redirects included; default 20 s. */
  readonly timeoutMs?: number;
  /** Default 5. */
  readonly maxRedirects?: number;
  readonly signal?: AbortSignal;
}

export interface SafeResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The address that answered, after redirects. */
  readonly url: string;
  readonly body: Buffer;
}

/**
 * Reads an address that somebody else wrote down. Every hop is checked by name and by address, and the connection goes to the
 * address that was checked. Answers any status; throws `forbidden` (must not be read), `too_large`, `timeout`, `unavailable`.
 */
export type SafeFetch = (address: string, request?: SafeRequest) => Promise<SafeResponse>;

const credentials = new Set(['authorization', 'cookie', 'private-token', 'x-api-key']);

export function createSafeFetch(reach: Reach): SafeFetch {
  return async (address, request = {}) => {
    const { timeoutMs = 20_000, maxRedirects = 5 } = request;
    const deadline = AbortSignal.timeout(timeoutMs);
    const signal = request.signal === undefined ? deadline : AbortSignal.any([deadline, request.signal]);
    let url = parsed(address);
    let headers = { ...request.headers };
    let method = request.method ?? 'GET';
    try {
      for (let hop = 0; ; hop++) {
        const response = await exchange(reach, url, { ...request, method, headers, signal }).catch((error: unknown) => {
          throw hop > 0 && isPavedError(error) ? redirected(address, error) : error;
        });
        const next = response.headers.location;
        if (![301, 302, 303, 307, 308].includes(response.status) || next === undefined)
          return { status: response.status, headers: response.headers, url: url.href, body: response.body };
        if (hop === maxRedirects) throw new PavedError('unavailable', `${address} redirects more than ${maxRedirects} times.`);
        const target = parsed(new URL(next, url).href);
        if (target.origin !== url.origin)
          headers = Object.fromEntries(Object.entries(headers).filter(([name]) => !credentials.has(name.toLowerCase())));
        if (url.protocol === 'https:' && target.protocol === 'http:')
          throw new PavedError('forbidden', `${url.host} redirects from https to http.`, { fix: 'Use the address that answers by https.' });
        if (response.status === 303 || (method === 'POST' && response.status < 303)) method = 'GET';
        url = target;
      }
    } catch (error) {
      if (isPavedError(error)) throw error;
      if (deadline.aborted)
        throw new PavedError('timeout', `${url.host} did not answer within ${Math.round(timeoutMs / 100) / 10} s.`, { cause: error });
      if (request.signal?.aborted === true) throw new PavedError('cancelled', `Reading ${url.host} was stopped.`, { cause: error });
      throw new PavedError('unavailable', `${url.host} cannot be read: ${messageOf(error)}.`, { fix: 'Check the address.', cause: error });
    }
  };
}

/** A refusal of what an address redirects to says where it came from. */
function redirected(address: string, error: PavedError): PavedError {
  return new PavedError(error.code, `${address.slice(0, 500)} redirects. ${error.message}`, {
    ...(error.fix === undefined ? {} : { fix: error.fix }),
    facts: error.facts,
    cause: error,
  });
}

function parsed(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new PavedError('forbidden', `"${address.slice(0, 200)}" is no http or https address.`, { fix: 'Use an https address.' });
  if (url.username !== '' || url.password !== '')
    throw new PavedError('forbidden', `The address of ${url.host} carries a user name or a password.`, {
      fix: 'Leave credentials out of addresses.',
    });
  return url;
}

interface Exchange extends SafeRequest {
  readonly signal: AbortSignal;
}

async function exchange(
  reach: Reach,
  url: URL,
  request: Exchange,
): Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }> {
  const checked = await reach.addresses(url);
  // Node asks this instead of the name service: what was checked is what is connected to.
  const lookup: LookupFunction = (_host, options, done) => {
    const [first] = checked;
    if (options.all === true) done(null, [...checked]);
    else done(null, first?.address ?? '', first?.family ?? 4);
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const send = (url.protocol === 'https:' ? https : http).request(
      url,
      {
        method: request.method ?? 'GET',
        headers: { 'user-agent': 'paved', 'accept-encoding': 'gzip', ...request.headers },
        lookup,
        // A connection of its own: none that was made for another decision is used again.
        agent: false,
        signal: request.signal,
        maxHeaderSize: 32_768,
      },
      resolve,
    );
    send.on('error', reject);
    send.end(request.body);
  });
  const redirects = response.statusCode !== undefined && response.statusCode >= 300 && response.statusCode < 400;
  if (redirects || request.method === 'HEAD') {
    response.destroy();
    return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.alloc(0) };
  }
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: await bodyOf(response, url, request.maxBytes ?? 10 * 1024 ** 2, request.signal),
  };
}

const cutOff = (url: URL): PavedError =>
  new PavedError('unavailable', `${url.host} ended its answer in the middle.`, { fix: 'Try again; look at that server when it stays so.' });

async function bodyOf(response: IncomingMessage, url: URL, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  const tooLarge = (): PavedError =>
    new PavedError(
      'too_large',
      `${url.href} is larger than ${maxBytes >= 1024 ** 2 ? `${Math.round(maxBytes / 1024 ** 2)} MiB` : `${maxBytes} bytes`}.`,
      {
        fix: 'Split it, or point to a smaller file.',
      },
    );
  try {
    if (Number(response.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
    const encoding = response.headers['content-encoding'];
    const decoder =
      encoding === 'gzip'
        ? createGunzip()
        : encoding === 'br'
          ? createBrotliDecompress()
          : encoding === 'deflate'
            ? createInflate()
            : undefined;
    // The callback only keeps errors from going unheard: iteration throws them too.
    const stream = decoder === undefined ? response : pipeline(response, decoder, () => {});
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge();
      chunks.push(chunk);
    }
    // Without it the connection closed in the middle: a part that happens to be whole YAML must not pass for all of it.
    if (!response.complete) throw cutOff(url);
    return Buffer.concat(chunks);
  } catch (error) {
    if (!signal.aborted && (error as { code?: unknown }).code === 'ECONNRESET') throw cutOff(url);
    throw error;
  } finally {
    response.destroy();
  }
}

/** How long an answer asks to wait (`Retry-After` in seconds or as a date; GitHub's and GitLab's reset times), in ms; at most a day. */
export function retryAfterMs(headers: IncomingHttpHeaders, now: Date): number | undefined {
  const header = headers['retry-after'];
  const reset =
    headers['x-ratelimit-remaining'] === '0' || headers['ratelimit-remaining'] === '0'
      ? (headers['x-ratelimit-reset'] ?? headers['ratelimit-reset'])
      : undefined;
  const wait =
    header !== undefined
      ? /^\d+$/.test(header)
        ? Number(header) * 1000
        : Date.parse(header) - now.getTime()
      : reset !== undefined && /^\d+$/.test(String(reset))
        ? Number(reset) * 1000 - now.getTime()
        : Number.NaN;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), 86_400_000);
}
