import { expect } from 'vitest';
import { ApiError, type Problem } from '@paved/client';

/** The problem with which a request is refused: a sentence, and nothing of our insides. */
export async function refused(request: Promise<unknown>): Promise<Problem> {
  const error = await request.then(
    (value) => {
      throw new Error(`It was accepted: ${JSON.stringify(value).slice(0, 300)}`);
    },
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiError)) throw error;
  expectSentence(error.problem.detail);
  expect(error.status).not.toBe(500);
  return error.problem;
}

/** What, where, how to fix: words for people, not a stack or an exception's name. */
export function expectSentence(text: string): void {
  expect(text).toMatch(/^[\p{L}\d"“(/`.].{10,}/su);
  expect(text).not.toMatch(/\n\s+at |TypeError|undefined is|ECONN|EACCES|\[object/);
}
