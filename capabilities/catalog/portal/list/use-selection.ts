import { refOf, type Entity } from '@paved/kernel';
import { api } from '@paved/ui';
import { useCallback, useEffect, useState } from 'react';
import type { EntityPage } from '../catalog-query.ts';
import { filterOf, rowsQuery, selectionOf } from './list-query.ts';
import type { ListState } from './list-state.ts';

/** Some rows, or all that match but a few. */
type Chosen =
  | { readonly type: 'some'; readonly refs: ReadonlySet<string> }
  | { readonly type: 'all'; readonly except: ReadonlySet<string> };

const NOTHING: Chosen = { type: 'some', refs: new Set() };
/** At most so many references go into one request. */
export const MOST = 10_000;

/** Which entities a bulk action is about, as the API takes it. */
export type BulkTarget =
  | { readonly entityRefs: readonly string[] }
  | { readonly filter: readonly string[]; readonly fullTextFilterTerm?: string; readonly fullTextFilterFields?: readonly string[] };

export interface Selection {
  readonly count: number;
  readonly all: boolean;
  readonly has: (ref: string) => boolean;
  readonly set: (refs: readonly string[], on: boolean) => void;
  /** From one index of the list to another; rows not read yet are asked for. */
  readonly range: (from: number, to: number) => void;
  readonly selectAll: () => void;
  readonly clear: () => void;
  /** All that match, or the references. */
  readonly target: () => Promise<BulkTarget>;
  /** The references, at most `most` of them. */
  readonly refs: (most: number) => Promise<readonly string[]>;
}

/** Which rows are selected; another question selects nothing. */
export function useSelection(state: ListState, question: string, total: number, at: (index: number) => Entity | undefined): Selection {
  const [chosen, setChosen] = useState<Chosen>(NOTHING);
  useEffect(() => setChosen(NOTHING), [question]);

  const set = useCallback((refs: readonly string[], on: boolean) => {
    setChosen((now) => {
      const next = new Set(now.type === 'all' ? now.except : now.refs);
      for (const ref of refs) {
        if (on === (now.type === 'some')) next.add(ref);
        else next.delete(ref);
      }
      return now.type === 'all' ? { type: 'all', except: next } : { type: 'some', refs: next };
    });
  }, []);

  const read = async (offset: number, limit: number): Promise<readonly string[]> => {
    const page = await api.get<EntityPage>('/api/catalog/entities/by-query', {
      ...rowsQuery(state, []),
      fields: 'kind,metadata.name,metadata.namespace',
      offset,
      limit,
    });
    return page.items.map(refOf);
  };
  const range = (a: number, b: number): void => {
    const [from, to] = a < b ? [a, b] : [b, a];
    const known = Array.from({ length: Math.min(to - from + 1, MOST) }, (_, i) => at(from + i));
    const loaded = known.flatMap((entity) => (entity === undefined ? [] : [refOf(entity)]));
    set(loaded, true);
    if (loaded.length < known.length) void read(from, known.length).then((refs) => set(refs, true));
  };

  const refs = async (most: number): Promise<readonly string[]> => {
    if (chosen.type === 'some') return [...chosen.refs].slice(0, most);
    return (await read(0, Math.min(MOST, most + chosen.except.size))).filter((ref) => !chosen.except.has(ref)).slice(0, most);
  };
  return {
    count: chosen.type === 'some' ? chosen.refs.size : Math.max(0, total - chosen.except.size),
    all: chosen.type === 'all' && chosen.except.size === 0,
    has: (ref) => (chosen.type === 'some' ? chosen.refs.has(ref) : !chosen.except.has(ref)),
    set,
    range,
    selectAll: () => setChosen({ type: 'all', except: new Set() }),
    clear: () => setChosen(NOTHING),
    refs,
    async target() {
      if (chosen.type === 'some' || chosen.except.size > 0) return { entityRefs: await refs(MOST) };
      const { fullTextFilterTerm, fullTextFilterFields } = selectionOf(state);
      const filter = filterOf(state);
      return {
        filter: filter === undefined ? [] : [filter],
        ...(typeof fullTextFilterTerm === 'string'
          ? { fullTextFilterTerm, fullTextFilterFields: String(fullTextFilterFields).split(',') }
          : {}),
      };
    },
  };
}
