import { capital, nameOf } from '@paved/ui';
import type { Unowned } from '../answers.ts';

/** Why something has no owner, as a sentence. */
export function unownedWords({ reason, ownerRefs: [owner] }: Pick<Unowned, 'reason' | 'ownerRefs'>): string {
  const name = owner === undefined ? 'Its owner' : capital(nameOf(owner));
  if (reason === 'names none') return 'Names no owner';
  if (reason === 'unknown owner') return `Names ${name}, which is not in the catalog`;
  return reason === 'nobody in it' ? `${name} has nobody in it` : `${name} gave it back`;
}
