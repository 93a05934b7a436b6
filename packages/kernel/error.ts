/** Every way a request can fail. One closed list; `packages/host` maps each to HTTP once. */
export const errorCodes = [
  'invalid',
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'stale',
  'too_large',
  'timeout',
  'rate_limited',
  'unsupported',
  'unavailable',
  'storage_full',
  'cancelled',
  'internal',
] as const;

/** A code of the closed list. `internal` is a defect of ours; its text is not shown to users. */
export type ErrorCode = (typeof errorCodes)[number];

/** One problem inside a larger input: where it is, what is wrong, how to fix it. */
export interface Problem {
  /** Where: a JSON pointer, a file with line, or a field name. */
  readonly at: string;
  readonly message: string;
  readonly fix?: string;
}

export interface PavedErrorOptions {
  /** What the reader can do about it, one sentence. */
  readonly fix?: string;
  /** Single problems, when there are several. */
  readonly problems?: readonly Problem[];
  /** Machine-readable facts about the failure (no secrets). */
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The one error that capabilities throw on purpose: a code, one clear sentence, and how to fix it. */
export class PavedError extends Error {
  readonly code: ErrorCode;
  readonly fix: string | undefined;
  readonly problems: readonly Problem[];
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: PavedErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'PavedError';
    this.code = code;
    this.fix = options.fix;
    this.problems = options.problems ?? [];
    this.facts = options.facts ?? {};
  }
}

/** Whether a thrown value is ours with (optionally) one of these codes. */
export function isPavedError(value: unknown, ...codes: ErrorCode[]): value is PavedError {
  return value instanceof PavedError && (codes.length === 0 || codes.includes(value.code));
}

/** The text of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
