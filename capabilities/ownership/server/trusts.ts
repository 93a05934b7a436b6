import { refOf, type Entity } from '@paved/kernel';
import type { TrustState } from '../index.ts';
import { trustOf, type Trust as Judged } from '../model/trust.ts';
import { ownersIn } from './owned-item.ts';
import type { Store, Word } from './store.ts';

/** What is known of an owner's word, as clients see it. */
export interface Trust {
  readonly state: TrustState;
  readonly by?: string;
  readonly at?: string;
  readonly until?: string;
  readonly askedAt?: string;
  readonly note?: string;
}

export interface TrustDeps {
  readonly store: Store;
  readonly now: () => Date;
  /** How often owners are asked, and how long an answer may take; 0 asks nobody. */
  readonly everyMs: number;
  readonly patienceMs: number;
}

/** What is known of the owners' word for each entity, in the same order. */
export async function trustsOf(deps: TrustDeps, entities: readonly Entity[]): Promise<Trust[]> {
  const refs = entities.map(refOf);
  const [words, asked] = await Promise.all([deps.store.lastWords(refs), deps.store.asked(refs)]);
  return entities.map((entity, index) => {
    const word = words.get(refs[index] ?? '');
    const ask = asked.get(refs[index] ?? '');
    return toldTrust(
      trustOf({
        ...(word === undefined ? {} : { last: wordOf(word) }),
        ...(ask === undefined ? {} : { askedAt: ask.at.getTime() }),
        ownerRefs: ownersIn(entity),
        everyMs: deps.everyMs,
        patienceMs: deps.patienceMs,
        now: deps.now().getTime(),
      }),
    );
  });
}

const wordOf = (word: Word) => ({
  verdict: word.verdict,
  ownerRef: word.owner_ref,
  by: word.by_name,
  at: word.at.getTime(),
  ...(word.note === null ? {} : { note: word.note }),
});

const toldTrust = ({ at, until, askedAt, ...rest }: Judged): Trust => ({
  ...rest,
  ...(at === undefined ? {} : { at: new Date(at).toISOString() }),
  ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
  ...(askedAt === undefined ? {} : { askedAt: new Date(askedAt).toISOString() }),
});
