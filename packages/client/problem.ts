/** RFC 9457 problem details as the API sends them. */
export interface Problem {
  readonly title: string;
  readonly status: number;
  /** One sentence: what is wrong and where. */
  readonly detail: string;
  /** A code of the kernel's closed list, or `offline` when no answer came. */
  readonly code: string;
  readonly fix?: string;
  /** Empty when unknown. */
  readonly requestId: string;
  readonly problems?: readonly { readonly at: string; readonly message: string; readonly fix?: string }[];
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** The API answered with a problem, or (`status` 0, code `offline`) not at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly fix: string | undefined;
  readonly requestId: string | undefined;
  readonly problems: NonNullable<Problem['problems']>;
  readonly facts: NonNullable<Problem['facts']>;
  /** The whole document, as scripts want to see it. */
  readonly problem: Problem;
  /** The answer as it came, for the few routes with a shape of their own. */
  readonly body: unknown;

  constructor(problem: Problem, body?: unknown, options?: ErrorOptions) {
    super(problem.detail, options);
    this.name = 'ApiError';
    this.status = problem.status;
    this.code = problem.code;
    this.fix = problem.fix;
    this.requestId = problem.requestId === '' ? undefined : problem.requestId;
    this.problems = problem.problems ?? [];
    this.facts = problem.facts ?? {};
    this.problem = problem;
    this.body = body;
  }
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const codes: Readonly<Record<number, string>> = { 400: 'invalid', 401: 'unauthenticated', 403: 'forbidden', 404: 'not_found' };

/**
 * What a refused request says. Besides our own problem documents it reads what other shapes on the same server say: Backstage's
 * `{ errors: [{ name, message }] }` and `{ error: { message } }`, and OAuth's `{ error, error_description }`.
 */
export async function errorOf(response: Response): Promise<ApiError> {
  let body: unknown = await response.text();
  try {
    body = JSON.parse(body as string);
  } catch {
    // Not JSON: some proxy in between answered.
  }
  return new ApiError(problemOf(body, response), body);
}

function problemOf(body: unknown, response: Response): Problem {
  const fields = fieldsOf(body);
  const sentences = sentencesOf(fields['errors']);
  const detail =
    text(fields['detail']) ??
    text(fieldsOf(fields['error'])['message']) ??
    text(fields['error_description']) ??
    text(sentences.join(' ')) ??
    text(fields['message']) ??
    text(fields['title']) ??
    `The server answered ${`${response.status} ${response.statusText}`.trim()}.`;
  const fix = text(fields['fix']);
  const several = sentences.length > 1 ? sentences.map((message) => ({ at: '/', message })) : undefined;
  const problems = Array.isArray(fields['problems']) ? (fields['problems'] as NonNullable<Problem['problems']>) : several;
  return {
    title: text(fields['title']) ?? response.statusText,
    status: response.status,
    detail,
    code: text(fields['code']) ?? codes[response.status] ?? 'internal',
    ...(fix === undefined ? {} : { fix }),
    requestId: text(fields['requestId']) ?? text(fields['instance']) ?? response.headers.get('x-request-id') ?? '',
    ...(problems === undefined ? {} : { problems }),
    ...(isFields(fields['facts']) ? { facts: fields['facts'] } : {}),
  };
}

/** Backstage's list of errors, each as a sentence. */
function sentencesOf(errors: unknown): string[] {
  if (!Array.isArray(errors)) return [];
  return errors
    .map((error) => text(error) ?? text(fieldsOf(error)['message']) ?? text(fieldsOf(error)['stack']))
    .filter((message): message is string => message !== undefined)
    .map((message) => (/[.!?]$/.test(message) ? message : `${message}.`));
}
