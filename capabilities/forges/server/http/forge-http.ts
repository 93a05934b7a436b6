import { setTimeout as sleep } from 'node:timers/promises';
import { isPavedError, messageOf, PavedError } from '@paved/kernel';
import { retryAfterMs, type Logger } from '@paved/host';
import type { ForgeAnswer, ForgeHttp, Integration } from '../../index.ts';
import { createAnswerCache } from './answer-cache.ts';

const TIMEOUT_MS = 30_000;
const MAX_BYTES = 32 * 1024 ** 2;
const MAX_REDIRECTS = 3;
/** Tries after the first, for answers that pass: 5xx and lost connections. */
const RETRIES = 3;
/** A wait up to this is sat out; a longer one is told to the caller, who comes back. */
const PATIENCE_MS = 5_000;
/** GitHub asks for at least a minute after a secondary limit without a time. */
const SECONDARY_LIMIT_MS = 60_000;
/** Unsafe to repeat when the connection broke in the middle. */
const writes = new Set(['POST', 'PATCH', 'DELETE', 'PUT']);

export interface ForgeHttpDeps {
  readonly integration: Integration;
  readonly title: string;
  readonly now: () => Date;
  readonly log: Logger;
  /** Aborted when the platform stops. */
  readonly signal: AbortSignal;
}

/** Requests to one forge, and what it said about its limits. */
export interface ForgeConnection {
  readonly http: ForgeHttp;
  /** Until when it asked to be left alone. */
  pausedUntil(): Date | undefined;
  rate(): { remaining: number; resetAt: string } | undefined;
}

/**
 * Talks to one forge. Its address comes from the configuration, so it may be inside the network; requests never leave the API's
 * origin, whatever an answer says. GETs are conditional: what has not changed costs no rate limit on GitHub and no body anywhere.
 */
export function connectForge(deps: ForgeHttpDeps): ForgeConnection {
  const { integration, title } = deps;
  const origins = new Set([new URL(integration.apiUrl).origin, new URL(integration.webUrl).origin]);
  const cache = createAnswerCache({ answers: 5000, bytes: 48 * 1024 ** 2 });
  let pausedUntil: number | undefined;
  let rate: { remaining: number; resetAt: string } | undefined;

  const waitMs = (): number => (pausedUntil === undefined ? 0 : Math.max(0, pausedUntil - deps.now().getTime()));

  const pause = (ms: number): void => {
    pausedUntil = Math.max(pausedUntil ?? 0, deps.now().getTime() + ms);
  };

  const limited = (): PavedError =>
    new PavedError('rate_limited', `${title} at ${integration.host} takes no more requests for ${Math.ceil(waitMs() / 1000)} s.`, {
      fix: 'Nothing needs to be done: it is tried again then. A GitHub App or another token has a higher limit.',
      facts: { retryAfterMs: waitMs() },
    });

  const sayRate = (headers: ForgeAnswer['headers']): void => {
    const remaining = headers['x-ratelimit-remaining'] ?? headers['ratelimit-remaining'];
    const reset = headers['x-ratelimit-reset'] ?? headers['ratelimit-reset'];
    if (remaining === undefined || reset === undefined || !/^\d+$/.test(remaining) || !/^\d+$/.test(reset)) return;
    rate = { remaining: Number(remaining), resetAt: new Date(Number(reset) * 1000).toISOString() };
    // The last one was still answered; the next would not be.
    if (rate.remaining === 0) pause(Math.max(0, Number(reset) * 1000 - deps.now().getTime()));
  };

  const http: ForgeHttp = async (address, request = {}) => {
    const method = request.method ?? 'GET';
    const signal = AbortSignal.any([deps.signal, ...(request.signal === undefined ? [] : [request.signal])]);
    const cached = method === 'GET' ? cache.get(cacheKey(address, request.headers)) : undefined;
    const etag = cached?.headers['etag'];
    for (let attempt = 0; ; attempt++) {
      const wait = waitMs();
      if (wait > PATIENCE_MS) throw limited();
      if (wait > 0) await sleep(wait, undefined, { signal });
      let answer: ForgeAnswer;
      try {
        answer = await exchange(address, {
          method,
          headers: { ...request.headers, ...(etag === undefined ? {} : { 'if-none-match': etag }) },
          ...(request.body === undefined ? {} : { body: request.body }),
          signal,
        });
      } catch (error) {
        if (isPavedError(error)) throw error;
        if (signal.aborted) throw new PavedError('cancelled', `Talking to ${integration.host} was stopped.`, { cause: error });
        if (attempt >= RETRIES || writes.has(method))
          throw new PavedError('unavailable', `${title} at ${integration.host} cannot be reached: ${reasonOf(error)}.`, {
            fix: `Check integrations.${integration.type} and the network.`,
            cause: error,
          });
        await sleep(backoffMs(attempt), undefined, { signal });
        continue;
      }
      sayRate(answer.headers);
      if (answer.status === 304 && cached !== undefined) return cached;
      const limit = limitOf(answer, deps.now());
      if (limit !== undefined) {
        pause(limit);
        if (limit > PATIENCE_MS || attempt >= RETRIES) throw limited();
        continue;
      }
      if (answer.status >= 500 && attempt < RETRIES && !writes.has(method)) {
        deps.log.debug({ host: integration.host, status: answer.status, attempt }, 'A forge stumbled; it is asked again.');
        await sleep(backoffMs(attempt), undefined, { signal });
        continue;
      }
      if ((answer.status >= 200 && answer.status < 300) || request.accept?.includes(answer.status) === true) {
        if (method === 'GET' && answer.status === 200 && answer.headers['etag'] !== undefined)
          cache.put(cacheKey(address, request.headers), answer);
        return answer;
      }
      throw failure(answer, method, address, integration, title);
    }
  };

  const exchange = async (
    address: string,
    request: { method: string; headers: Readonly<Record<string, string>>; body?: unknown; signal: AbortSignal },
  ): Promise<ForgeAnswer> => {
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const { body } = request;
    const raw = body === undefined || typeof body === 'string' || body instanceof FormData || body instanceof URLSearchParams;
    for (let url = new URL(address), hop = 0; ; hop++) {
      if (!origins.has(url.origin))
        throw new PavedError('forbidden', `${integration.host} leads to ${url.host}, where its credentials must not go.`, {
          fix: `Set apiBaseUrl of integrations.${integration.type} to the address that answers.`,
        });
      const response = await fetch(url, {
        method: request.method,
        redirect: 'manual',
        signal,
        headers: {
          'user-agent': 'paved',
          accept: 'application/json',
          ...(raw ? {} : { 'content-type': 'application/json' }),
          ...request.headers,
        },
        ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
      });
      const location = response.headers.get('location');
      if ([301, 302, 303, 307, 308].includes(response.status) && location !== null && hop < MAX_REDIRECTS) {
        await response.body?.cancel();
        url = new URL(location, url);
        continue;
      }
      return answerOf(response, await limitedBody(response, address));
    }
  };

  return {
    http,
    pausedUntil: () => (waitMs() > PATIENCE_MS && pausedUntil !== undefined ? new Date(pausedUntil) : undefined),
    rate: () => rate,
  };
}

const cacheKey = (url: string, headers: Readonly<Record<string, string>> | undefined): string =>
  `${url} ${headers?.['accept'] ?? ''} ${headers?.['authorization'] ?? ''}`;

/** 0.5, 1, 2 s, a little scattered so that many requests do not come back together. */
const backoffMs = (attempt: number): number => 500 * 2 ** attempt * (0.75 + Math.random() / 2);

/** How long a rate-limited answer asks to wait; undefined for any other. */
function limitOf(answer: ForgeAnswer, now: Date): number | undefined {
  const asked = retryAfterMs(answer.headers, now);
  if (answer.status === 429) return asked ?? SECONDARY_LIMIT_MS;
  if (answer.status !== 403) return undefined;
  if (answer.headers['x-ratelimit-remaining'] === '0') return asked ?? SECONDARY_LIMIT_MS;
  if (answer.headers['retry-after'] !== undefined) return asked;
  return /secondary rate limit|abuse detection/i.test(answer.text) ? SECONDARY_LIMIT_MS : undefined;
}

function failure(answer: ForgeAnswer, method: string, address: string, integration: Integration, title: string): PavedError {
  const where = `${method} ${new URL(address).pathname}`;
  const said = saidBy(answer);
  const tail = said === undefined ? '' : ` It said: ${said}`;
  const facts = { status: answer.status, host: integration.host };
  const setting = `integrations.${integration.type}`;
  switch (answer.status) {
    case 401:
      return new PavedError('unavailable', `${title} at ${integration.host} does not accept the credentials of ${setting}.${tail}`, {
        fix: 'Renew the token.',
        facts,
      });
    case 403:
      return new PavedError('forbidden', `${title} at ${integration.host} does not allow ${where} with these credentials.${tail}`, {
        fix: `Give the token of ${setting} more rights, or use another.`,
        facts,
      });
    case 404:
      return new PavedError(
        'not_found',
        `${title} at ${integration.host} has nothing at ${new URL(address).pathname}, or does not show it.`,
        {
          fix: `Check the name, and that the token of ${setting} may read it.`,
          facts,
        },
      );
    case 409:
    case 412:
      return new PavedError('conflict', `${title} at ${integration.host} refused ${where}: it changed meanwhile.${tail}`, { facts });
    case 400:
    case 422:
      return new PavedError('invalid', `${title} at ${integration.host} refused ${where}.${tail}`, { facts });
    default:
      return new PavedError('unavailable', `${title} at ${integration.host} answered ${where} with ${answer.status}.${tail}`, { facts });
  }
}

/** The forge's own words about a failure, short. */
function saidBy(answer: ForgeAnswer): string | undefined {
  try {
    const { message, error, errors } = answer.json<{ message?: unknown; error?: unknown; errors?: unknown }>();
    const nested = typeof error === 'object' && error !== null ? (error as { message?: unknown }).message : error;
    const words = [
      message ?? nested,
      Array.isArray(errors) ? errors.map((e) => (typeof e === 'string' ? e : (e as { message?: string }).message)) : undefined,
    ];
    const text = words
      .flat()
      .filter((word) => word !== undefined && word !== null && word !== '')
      .map((word) => (typeof word === 'string' ? word : JSON.stringify(word)))
      .join('; ');
    return text === '' ? undefined : `${text.slice(0, 300).replace(/\.$/, '')}.`;
  } catch {
    return undefined;
  }
}

const reasonOf = (error: unknown): string => {
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  return cause?.code ?? cause?.message ?? messageOf(error);
};

async function limitedBody(response: Response, address: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new PavedError('too_large', `${address} is larger than ${MAX_BYTES / 1024 ** 2} MiB.`);
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks);
}

function answerOf(response: Response, body: Uint8Array): ForgeAnswer {
  const headers = Object.fromEntries(response.headers);
  let text: string | undefined;
  const read = (): string => (text ??= Buffer.from(body).toString('utf8'));
  return {
    status: response.status,
    headers,
    body,
    get text() {
      return read();
    },
    json<T>() {
      try {
        return JSON.parse(read()) as T;
      } catch (cause) {
        throw new PavedError('unavailable', `${new URL(response.url).host} answered with something that is no JSON.`, {
          fix: 'Check apiBaseUrl: it may lead to a sign-in page.',
          cause,
        });
      }
    },
  };
}
