import type { Database } from '@paved/host';
import { isEverything, type Predicate } from '../../../model/predicate.ts';
import { and, chosenBy, conditionOf, type Chosen } from '../views.ts';
import { byWords, textCondition, type TextFilter } from './views.ts';

/** Words are known of the present only. */
export type Time = 'present' | 'past';

/** The entities that a condition and a text choose, by the quickest way to them. */
export async function chosenWith(db: Database, predicate: Predicate, text: TextFilter | undefined, time: Time): Promise<Chosen> {
  if (text === undefined) return chosenBy(predicate);
  const found = time === 'present' ? await byWords(db, text) : undefined;
  const where = conditionOf(predicate);
  if (found === undefined) return { ...chosenBy(predicate), where: and([where, textCondition(text)]) };
  return {
    from: found.from,
    where: found.decided ? where : and([where, textCondition(text)]),
    narrow: true,
    ...(found.words !== undefined && isEverything(predicate) ? { words: found.words } : {}),
  };
}
