import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { isPavedError, PavedError, type ErrorCode, type Problem } from '@paved/kernel';

/** The one mapping from error codes to HTTP. */
const http: Readonly<Record<ErrorCode, { status: number; title: string; backstage: string }>> = {
  invalid: { status: 400, title: 'Invalid input', backstage: 'InputError' },
  unauthenticated: { status: 401, title: 'Not signed in', backstage: 'AuthenticationError' },
  forbidden: { status: 403, title: 'Not allowed', backstage: 'NotAllowedError' },
  not_found: { status: 404, title: 'Not found', backstage: 'NotFoundError' },
  conflict: { status: 409, title: 'Conflict', backstage: 'ConflictError' },
  stale: { status: 412, title: 'Changed meanwhile', backstage: 'ConflictError' },
  too_large: { status: 413, title: 'Too large', backstage: 'InputError' },
  timeout: { status: 504, title: 'Took too long', backstage: 'ServiceUnavailableError' },
  rate_limited: { status: 429, title: 'Too many requests', backstage: 'RateLimitError' },
  unsupported: { status: 501, title: 'Not supported here', backstage: 'NotImplementedError' },
  unavailable: { status: 503, title: 'Unavailable', backstage: 'ServiceUnavailableError' },
  storage_full: { status: 507, title: 'Storage full', backstage: 'ServiceUnavailableError' },
  cancelled: { status: 409, title: 'Cancelled', backstage: 'ConflictError' },
  internal: { status: 500, title: 'Internal error', backstage: 'Error' },
};

/** The mapping, for the reference. */
export const errorStatuses = (): { code: string; status: number; title: string; backstage: string }[] =>
  Object.entries(http).map(([code, to]) => ({ code, ...to }));

/** RFC 9457 problem details, with Backstage's `error` beside them so that its clients understand it. */
export const problemSchema = z
  .object({
    type: z.string().describe('`about:blank`, or a link to the error’s page.'),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().describe('One sentence: what is wrong and where.'),
    code: z.string().describe('Stable code of the closed list.'),
    fix: z.string().optional().describe('What to do about it.'),
    requestId: z.string(),
    problems: z.array(z.object({ at: z.string(), message: z.string(), fix: z.string().optional() })).optional(),
    facts: z.record(z.string(), z.unknown()).optional(),
    error: z.object({ name: z.string(), message: z.string() }).describe('The same for Backstage clients.'),
    request: z.object({ method: z.string(), url: z.string() }),
    response: z.object({ statusCode: z.number().int() }),
  })
  .meta({ id: 'Problem' });

/** Anything thrown, as one of ours. Unexpected errors become `internal` with their text kept in the log only. */
export function asPavedError(thrown: unknown): PavedError {
  if (isPavedError(thrown)) return thrown;
  const error = thrown as Partial<FastifyError> & { code?: string };
  if (hasZodFastifySchemaValidationErrors(thrown)) {
    const problems: Problem[] = thrown.validation.map((issue) => ({
      at: `${thrown.validationContext ?? 'body'}${issue.instancePath || '/'}`,
      message: issue.message ?? 'is not as expected',
    }));
    return new PavedError('invalid', problems.map((p) => `${p.at}: ${p.message}.`).join(' '), { problems, cause: thrown });
  }
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new PavedError('too_large', 'The request body is larger than the server allows.', {
        fix: 'Send less, or raise server.bodyLimitMb.',
        cause: thrown,
      });
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new PavedError('invalid', 'The request body is not JSON.', {
        fix: 'Send a JSON document with content-type application/json.',
        cause: thrown,
      });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new PavedError('invalid', 'The request body has a content type that this address does not take.', {
        fix: 'Send content-type application/json.',
        cause: thrown,
      });
    case 'ENOSPC':
    case '53100':
      return new PavedError('storage_full', 'The disk is full; nothing was changed.', {
        fix: 'Free space in the data directory; the platform goes on by itself.',
        cause: thrown,
      });
    default:
  }
  const away = databaseAway(error);
  if (away === 'before')
    return new PavedError('unavailable', 'The database does not answer at the moment; nothing was changed.', {
      fix: 'Try again in a few seconds.',
      cause: thrown,
    });
  if (away === 'during')
    return new PavedError('unavailable', 'The database went away in the middle of this, so it may have happened or not.', {
      fix: 'Look in a few seconds whether it did, else try again.',
      cause: thrown,
    });
  if (typeof error.statusCode === 'number' && error.statusCode < 500 && typeof error.message === 'string')
    return new PavedError('invalid', error.message, { cause: thrown });
  return new PavedError('internal', 'Something went wrong on our side; nothing half-done was kept.', {
    fix: 'Try again; if it stays, tell the platform team the request id.',
    cause: thrown,
  });
}

/** Whether the database could not be reached, or was lost with the request under way: then the answer to a commit may have been lost, too. */
function databaseAway({
  code,
  message = '',
  syscall,
}: {
  code?: string;
  message?: string;
  syscall?: string;
}): 'before' | 'during' | undefined {
  // SQLSTATE classes: 57P03 is starting up, 53300 has no connection left; 08 and the other 57P end connections.
  if (code === '57P03' || code === '53300' || syscall === 'connect') return 'before';
  if (/timeout exceeded when trying to connect|event listener is not connected/.test(message)) return 'before';
  if (code !== undefined && /^(08|57P|ECONNREFUSED$)/.test(code)) return code === 'ECONNREFUSED' ? 'before' : 'during';
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'during';
  return /^connection terminated|client has encountered a connection error/i.test(message) ? 'during' : undefined;
}

export const statusOf = (error: PavedError): number => http[error.code].status;

/** Where Backstage's clients call: they read `error` out of `application/json` only. */
const backstagePaths = ['/api/catalog/', '/api/scaffolder/'];

/** Writes an error as problem+json; to Backstage's addresses the same body as plain JSON, unless problem+json is asked for. */
export function sendProblem(error: PavedError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, title, backstage } = http[error.code];
  if (error.code === 'unauthenticated' && request.url.startsWith('/git/')) reply.header('www-authenticate', 'Basic realm="Paved"');
  if (error.code === 'unavailable' || error.code === 'storage_full') reply.header('retry-after', '5');
  const plain =
    backstagePaths.some((path) => request.url.startsWith(path)) && request.headers.accept?.includes('application/problem+json') !== true;
  return reply
    .code(status)
    .type(plain ? 'application/json; charset=utf-8' : 'application/problem+json')
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send({
      type: 'about:blank',
      title,
      status,
      detail: error.message,
      code: error.code,
      ...(error.fix === undefined ? {} : { fix: error.fix }),
      requestId: request.id,
      ...(error.problems.length === 0 ? {} : { problems: error.problems }),
      ...(Object.keys(error.facts).length === 0 ? {} : { facts: error.facts }),
      error: { name: backstage, message: error.message },
      request: { method: request.method, url: request.url },
      response: { statusCode: status },
    });
}
