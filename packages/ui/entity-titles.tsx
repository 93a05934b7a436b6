import { getEntitiesByRefs } from '@paved/client';
import type { Entity } from '@paved/kernel';
import { useQueries, useQuery } from '@tanstack/react-query';
import { createContext, useContext, useState, type ReactNode } from 'react';
import { call } from './api.ts';
import { nameOf, titleOf } from './entity-words.ts';

/** What entities are called, by reference. */
type AskTitle = (ref: string) => Promise<string | null>;

const PAUSE_MS = 10;
const AT_ONCE = 200;
const STALE_MS = 60_000;

const Titles = createContext<AskTitle | undefined>(undefined);

/** Lets links say what entities are called: all of a page are asked for at once. */
export function EntityTitlesProvider({ children }: { children: ReactNode }) {
  const [ask] = useState(createAsk);
  return <Titles.Provider value={ask}>{children}</Titles.Provider>;
}

/** What people call the entity: its title, and until that is there (or when there is none) its name. */
export function useEntityTitle(ref: string | undefined): string {
  const ask = useContext(Titles);
  const answer = useQuery(titleQuery(ask, ref));
  return answer.data ?? (ref === undefined ? '' : nameOf(ref));
}

/** The same for many, where words are made of it: in pictures, names of groups. */
export function useEntityTitles(refs: readonly string[]): (ref: string) => string {
  const ask = useContext(Titles);
  const answers = useQueries({ queries: [...new Set(refs)].map((ref) => titleQuery(ask, ref)) });
  const titles = new Map([...new Set(refs)].map((ref, i) => [ref, answers[i]?.data]));
  return (ref) => titles.get(ref) ?? nameOf(ref);
}

const titleQuery = (ask: AskTitle | undefined, ref: string | undefined) => ({
  queryKey: ['api', '/api/catalog/entities/by-refs', 'title', ref],
  queryFn: () => ask?.(ref ?? '') ?? null,
  enabled: ask !== undefined && ref !== undefined,
  staleTime: STALE_MS,
});

function createAsk(): AskTitle {
  let waiting = new Map<string, { resolve: (title: string | null) => void; reject: (error: unknown) => void }[]>();
  const send = async (batch: typeof waiting): Promise<void> => {
    const refs = [...batch.keys()];
    try {
      const { items } = await call(getEntitiesByRefs, {
        body: { entityRefs: refs, fields: ['kind', 'metadata.name', 'metadata.title', 'spec.profile.displayName'] },
      });
      refs.forEach((ref, i) => {
        const entity = items[i] as Entity | null | undefined;
        for (const { resolve } of batch.get(ref) ?? []) resolve(entity ? titleOf(entity) : null);
      });
    } catch (error) {
      for (const { reject } of [...batch.values()].flat()) reject(error);
    }
  };
  return (ref) =>
    new Promise((resolve, reject) => {
      if (waiting.size >= AT_ONCE && !waiting.has(ref)) waiting = new Map();
      const batch = waiting;
      if (batch.size === 0)
        setTimeout(() => {
          if (waiting === batch) waiting = new Map();
          void send(batch);
        }, PAUSE_MS);
      batch.set(ref, [...(batch.get(ref) ?? []), { resolve, reject }]);
    });
}
