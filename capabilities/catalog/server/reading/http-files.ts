import { createHash } from 'node:crypto';
import { retryAfterMs, type SafeFetch } from '@paved/host';
import { formatDuration, PavedError } from '@paved/kernel';
import type { KeptRead } from './kept-reads.ts';
import { textOf } from './text-of.ts';

export interface HttpFilesDeps {
  readonly fetch: SafeFetch;
  readonly now: () => Date;
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** Reads one file by its address; answers `kept` itself when the other side says that it still stands. */
export async function readHttpFile(deps: HttpFilesDeps, target: string, kept: KeptRead | undefined): Promise<KeptRead> {
  const { etag, lastModified } = kept?.validators ?? {};
  const answer = await deps.fetch(target, {
    maxBytes: deps.maxBytes,
    timeoutMs: deps.timeoutMs,
    headers: {
      accept: 'application/yaml, text/yaml, text/plain, application/json;q=0.9, */*;q=0.8',
      ...(etag === undefined ? {} : { 'if-none-match': etag }),
      ...(etag === undefined && lastModified !== undefined ? { 'if-modified-since': lastModified } : {}),
    },
  });
  if (answer.status === 304 && kept !== undefined) return kept;
  if (answer.status !== 200) throw refusal(target, answer.status, retryAfterMs(answer.headers, deps.now()));
  const type = answer.headers['content-type'] ?? '';
  if (/^(text\/html|application\/xhtml)/i.test(type))
    throw new PavedError('invalid', `${target} answers with a web page, not with a catalog file.`, {
      fix: 'Use the address of the raw file, or the address of the repository with type git.',
    });
  const text = textOf(answer.body, target);
  const revision = createHash('sha256').update(answer.body).digest('base64url');
  const validators = {
    ...(answer.headers.etag === undefined ? {} : { etag: answer.headers.etag }),
    ...(answer.headers['last-modified'] === undefined ? {} : { lastModified: answer.headers['last-modified'] }),
  };
  return {
    revision,
    validators,
    files: [
      {
        type: 'url',
        target,
        text,
        viewUrl: target,
        sourceLocation: `url:${new URL('.', target).href}`,
      },
    ],
  };
}

/** What to do about a host that asked for patience. */
export const PATIENCE = 'A registered source is read by itself when the time is over; for anything else try again then.';

function refusal(target: string, status: number, wait: number | undefined): PavedError {
  if (status === 429 || (status === 403 && wait !== undefined) || (status === 503 && wait !== undefined))
    return new PavedError(
      'rate_limited',
      `${new URL(target).host} asks to be left alone for ${formatDuration(wait ?? 60_000)} (${status}).`,
      {
        fix: PATIENCE,
        facts: { retryAfterMs: wait ?? 60_000 },
      },
    );
  if (status === 404 || status === 410)
    return new PavedError('not_found', `${target} does not exist (${status}).`, { fix: 'Correct the address, or add the file.' });
  if (status === 401 || status === 403)
    return new PavedError('forbidden', `${target} may not be read without signing in (${status}).`, {
      fix: 'Let the platform team connect this host as an integration, or use an address that is open to Paved.',
    });
  return new PavedError('unavailable', `${target} answers ${status}.`, {
    fix: 'Paved tries again by itself; look at that server when it stays so.',
  });
}
