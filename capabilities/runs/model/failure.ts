import { errorCodes, PavedError, type ErrorCode } from '@paved/kernel';
import type { Masker } from './masking.ts';

/** A failure as it is stored: enough to show it and to throw it again on replay. */
export interface Failure {
  readonly message: string;
  readonly code?: ErrorCode;
  readonly fix?: string;
  readonly step?: string;
}

/** Longer messages are cut: the log has the rest. */
const LONGEST_MESSAGE = 4000;

/** What was thrown, without secrets. */
export function failureOf(thrown: unknown, masker: Masker, step?: string): Failure {
  const known = thrown instanceof PavedError;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    message: cut(masker.text(text === '' ? 'It failed without saying why.' : text)),
    ...(known ? { code: thrown.code } : {}),
    ...(known && thrown.fix !== undefined ? { fix: masker.text(thrown.fix) } : {}),
    ...(step === undefined ? {} : { step }),
  };
}

function cut(text: string): string {
  return text.length <= LONGEST_MESSAGE ? text : `${text.slice(0, LONGEST_MESSAGE - 1)}…`;
}

/** The error to throw for a stored failure; the same on the first run and on replay. */
export class StepFailed extends PavedError {
  readonly step: string;

  constructor(failure: Failure, step: string, cause?: unknown) {
    const code = failure.code !== undefined && errorCodes.includes(failure.code) ? failure.code : 'internal';
    super(code, failure.message, { ...(failure.fix === undefined ? {} : { fix: failure.fix }), ...(cause === undefined ? {} : { cause }) });
    this.name = 'StepFailed';
    this.step = step;
  }
}
