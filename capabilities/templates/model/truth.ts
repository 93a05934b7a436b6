import type { Json } from '@paved/kernel';

/** Whether an `if` holds, by Backstage's rule: false, undefined, null, "", 0, NaN and an empty list do not. */
export function isTrue(value: Json | undefined): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}
