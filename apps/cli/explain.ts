import { CommanderError } from 'commander';
import { ApiError, type OutputFormat } from '@paved/client';
import { isPavedError, messageOf, type ErrorCode, type Problem } from '@paved/kernel';
import { stringify } from 'yaml';

/** Exit codes: 0 done, 1 failed, 2 called wrongly, 3 not signed in, 4 not allowed, 5 not found, 130 interrupted. */
export const exitCodes = { done: 0, failed: 1, usage: 2, unauthenticated: 3, forbidden: 4, notFound: 5, interrupted: 130 } as const;

const codeOf: Readonly<Partial<Record<ErrorCode, number>>> = {
  unauthenticated: exitCodes.unauthenticated,
  forbidden: exitCodes.forbidden,
  not_found: exitCodes.notFound,
};

interface Said {
  readonly detail: string;
  readonly fix?: string | undefined;
  readonly problems?: readonly Problem[];
  readonly exitCode: number;
  /** What scripts read with `-o json` or `-o yaml`. */
  readonly document: unknown;
}

export interface Circumstances {
  readonly format: OutputFormat;
  /** Ctrl-C came before the error. */
  readonly interrupted: boolean;
  /** Where the token of the refused request came from. */
  readonly tokenFrom: 'PAVED_TOKEN' | 'sign-in' | undefined;
  readonly write: (text: string) => void;
}

/** Says on standard error what went wrong and how to fix it, in the wanted format; gives the exit code. */
export function explain(error: unknown, { format, interrupted, tokenFrom, write }: Circumstances): number {
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  // At a question of the command line Ctrl-C comes as a key.
  if (interrupted || (isPavedError(error, 'cancelled') && error.facts['interrupted'] === true)) {
    // What goes on elsewhere is worth a sentence; that a request was cut off is not.
    if (isPavedError(error, 'cancelled')) write([error.message, error.fix].filter((part) => part !== undefined).join('\n'));
    return exitCodes.interrupted;
  }
  const said = error instanceof ApiError ? refused(error, tokenFrom) : ours(error);
  if (format === 'json') write(JSON.stringify(said.document));
  else if (format === 'yaml') write(stringify(said.document).trimEnd());
  else {
    write(said.detail);
    for (const { at, message } of said.problems ?? []) if (!said.detail.includes(message)) write(`  ${at}: ${message}`);
    if (said.fix !== undefined) write(said.fix);
  }
  return said.exitCode;
}

function refused(error: ApiError, tokenFrom: Circumstances['tokenFrom']): Said {
  const { problem } = error;
  const fix =
    problem.status !== 401
      ? problem.fix
      : tokenFrom === 'PAVED_TOKEN'
        ? 'The token is the one in PAVED_TOKEN: set it to one that works, or unset it and sign in with: paved login'
        : 'Sign in with: paved login';
  return {
    detail: problem.detail,
    fix,
    problems: problem.problems ?? [],
    exitCode: codeOf[problem.code as ErrorCode] ?? exitCodes.failed,
    document: { ...problem, ...(fix === undefined ? {} : { fix }) },
  };
}

function ours(error: unknown): Said {
  const detail = messageOf(error);
  if (!isPavedError(error)) return { detail, exitCode: exitCodes.failed, document: { code: 'internal', detail } };
  const { code, fix, problems } = error;
  return {
    detail,
    fix,
    problems,
    exitCode: codeOf[code] ?? exitCodes.failed,
    document: { code, detail, ...(fix === undefined ? {} : { fix }), ...(problems.length === 0 ? {} : { problems }) },
  };
}
