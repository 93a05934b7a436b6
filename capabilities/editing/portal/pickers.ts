import { refOf, type Entity } from '@paved/kernel';
import { api, titleOf, useOwnRefs, type PickerSource } from '@paved/ui';
import { useMemo } from 'react';
import { ANNOTATIONS } from './form/kind-form.ts';
import { wellKnownAnnotations } from './well-known-annotations.ts';

/** Entities by words, of one kind or of all. */
export async function findEntities(
  query: string,
  kinds: readonly string[],
): Promise<readonly { ref: string; title: string; note?: string }[]> {
  const { items } = await api.get<{ items: readonly Entity[] }>('/api/catalog/entities/by-query', {
    ...(kinds.length === 0 ? {} : { filter: kinds.map((kind) => `kind=${kind}`) }),
    limit: 20,
    fields: 'kind,metadata.name,metadata.namespace,metadata.title,spec.type',
    ...(query === '' ? {} : { fullTextFilterTerm: query, fullTextFilterFields: 'metadata.name,metadata.title' }),
  });
  return items.map((entity) => ({ ref: refOf(entity), title: titleOf(entity), note: entity.kind.toLowerCase() }));
}

/** What the pickers of an entity's form offer: entities of the kinds that fit, and annotations that tools know. */
export function usePickers(): PickerSource {
  const own = useOwnRefs()
    .filter((ref) => ref.startsWith('group:'))
    .join(' ');
  return useMemo(
    () => ({
      ownGroups: own === '' ? [] : own.split(' '),
      repositoryHost: window.location.host,
      projects: async () => [],
      nameTaken: async () => false,
      entities: async (query, filter) => {
        const wanted = (filter ?? {}) as { kind?: string | string[]; '#'?: string };
        if (wanted['#'] === ANNOTATIONS['#'])
          return Object.entries(wellKnownAnnotations)
            .filter(([name, words]) => `${name} ${words}`.toLowerCase().includes(query.toLowerCase()))
            .map(([ref, note]) => ({ ref, title: ref, note }));
        return findEntities(query, wanted.kind === undefined ? [] : [wanted.kind].flat());
      },
    }),
    [own],
  );
}
