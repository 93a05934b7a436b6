import { PavedError, type Json } from '@paved/kernel';

export interface Iteration {
  readonly key: string;
  readonly value: Json;
}

/** At most this many rounds of one `each`. */
export const MAX_ITERATIONS = 200;

/** The rounds of an `each` value: a list by index, an object by key. */
export function iterationsOf(step: string, value: Json | undefined): Iteration[] {
  if (typeof value !== 'object' || value === null) {
    throw new PavedError(
      'invalid',
      `Step "${step}": each is ${value === undefined ? 'undefined' : JSON.stringify(value)}, not a list or an object.`,
    );
  }
  const rounds = Array.isArray(value)
    ? value.map((item, index) => ({ key: String(index), value: item }))
    : Object.entries(value).map(([key, item]) => ({ key, value: item }));
  if (rounds.length > MAX_ITERATIONS) {
    throw new PavedError('invalid', `Step "${step}": each has ${rounds.length} values; at most ${MAX_ITERATIONS} are allowed.`);
  }
  return rounds;
}
