import type { Entity } from '@paved/kernel';
import { parseRef, refOf } from '@paved/kernel';
import { listRepositories } from '@paved/client';
import { api, call, capital, nameOf, pathOf, type PickerSource, related, titleOf, useData, useOwnRefs } from '@paved/ui';
import { useMemo } from 'react';

/** Backstage's `catalogFilter` (one or several objects of key: value | values | { exists }) as the API's filter texts. */
export function filterTexts(filter: unknown): string[] {
  const sets = Array.isArray(filter) ? filter : filter === undefined ? [] : [filter];
  return sets.flatMap((set): string[] => {
    if (typeof set !== 'object' || set === null) return [];
    const parts = Object.entries(set as Record<string, unknown>).flatMap(([key, value]) =>
      Array.isArray(value)
        ? value.map((one) => `${key}=${String(one)}`)
        : typeof value === 'object' && value !== null
          ? [key]
          : [`${key}=${String(value)}`],
    );
    return parts.length === 0 ? [] : [parts.join(',')];
  });
}

/** Pickers of a form, fed by the catalog. */
export function usePickerSource(): PickerSource {
  const own = useOwnRefs();
  // The teams a person is a direct member of; departments and the company above them own services less often.
  const user = own.find((ref) => ref.startsWith('user:'));
  const { kind, namespace, name } = user ? parseRef(user) : { kind: 'user', namespace: 'default', name: '' };
  const person = useData<Entity>(`/api/catalog/entities/by-name/${pathOf(kind, namespace, name)}`, { off: user === undefined });
  const direct = person.data ? related(person.data, 'memberOf') : [];
  const groups = (direct.length > 0 ? direct : own.filter((ref) => ref.startsWith('group:'))).join(' ');
  return useMemo(
    () => ({
      ownGroups: groups === '' ? [] : groups.split(' '),
      repositoryHost: window.location.host,
      entities: async (query, filter) => {
        const found = await api.get<{ items: readonly Entity[] }>('/api/catalog/entities/by-query', {
          filter: filterTexts(filter),
          limit: 30,
          fields: 'kind,metadata.name,metadata.namespace,metadata.title,metadata.description,spec.type',
          ...(query === '' ? {} : { fullTextFilterTerm: query, fullTextFilterFields: 'metadata.name,metadata.title' }),
        });
        return found.items.map((entity) => ({
          ref: refOf(entity),
          title: entity.kind === 'Group' || entity.kind === 'System' ? capital(titleOf(entity)) : titleOf(entity),
          note: typeof entity.spec?.['type'] === 'string' ? entity.spec['type'] : entity.kind.toLowerCase(),
        }));
      },
      nameTaken: async (kind, name) => {
        if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) return false;
        // A question, not a look-up: that a name is free is no error.
        return api
          .get<{ items: readonly unknown[] }>('/api/catalog/entities/by-query', {
            filter: `kind=${kind},metadata.namespace=default,metadata.name=${name}`,
            limit: 1,
            fields: 'metadata.name',
          })
          .then(
            ({ items }) => items.length > 0,
            () => false,
          );
      },
      projects: async () => {
        const found = await call(listRepositories, { query: { limit: 200 } });
        return [...new Set(found.items.map((repository) => nameOf(repository.slug.split('/')[0] ?? '')))];
      },
    }),
    [groups],
  );
}
