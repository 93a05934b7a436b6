import { parseRef, refOf, type Entity } from '@paved/kernel';
import { api, pathOf, related, titleOf, useData, useOwnRefs, type PickerSource } from '@paved/ui';
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

/** The person's own entity; empty for accounts without one. */
function personPath(refs: readonly string[]): string {
  const user = refs.find((ref) => ref.startsWith('user:'));
  if (user === undefined) return '';
  const { kind, namespace, name } = parseRef(user);
  return pathOf(kind, namespace, name);
}

/** What the pickers of an entity's form offer: entities of the kinds that fit, and annotations that tools know. */
export function usePickers(): PickerSource {
  const refs = useOwnRefs();
  const person = useData<Entity>(`/api/catalog/entities/by-name/${personPath(refs)}`, { off: personPath(refs) === '' });
  // Teams of which the person is a direct member; departments above them own things less often.
  const direct = person.data === undefined ? [] : related(person.data, 'memberOf');
  const own = (direct.length > 0 ? direct : person.isLoading ? [] : refs.filter((ref) => ref.startsWith('group:'))).join(' ');
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
