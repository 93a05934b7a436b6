import { refOf, type Entity } from '@paved/kernel';
import { capital, entityHref, iconOf, type PaletteThing, titleOf, typeWords, useData, useMayAny, useModules, related } from '@paved/ui';
import { useMemo } from 'react';

/** More than these are found by the server's own search. */
const MOST = 500;

/** Names of the catalog for the palette, with the tabs of their pages; asked for when it is first opened. */
export function usePaletteThings(opened: boolean): readonly PaletteThing[] {
  const modules = useModules();
  const may = useMayAny();
  const { data } = useData<{ items: readonly Entity[] }>('/api/catalog/entities/by-query', {
    query: {
      filter: ['kind=component', 'kind=api', 'kind=system', 'kind=resource', 'kind=group', 'kind=environment'],
      fields: 'kind,metadata.name,metadata.namespace,metadata.title,spec.type',
      orderField: 'metadata.name,asc',
      limit: MOST,
    },
    off: !opened,
    keep: true,
  });
  return useMemo(() => {
    const tabs = modules.flatMap((module) => module.entityTabs ?? []).toSorted((a, b) => a.order - b.order);
    return (data?.items ?? []).map((entity): PaletteThing => {
      const ref = refOf(entity);
      const type = entity.spec?.['type'];
      return {
        id: ref,
        label: entity.kind === 'Group' || entity.kind === 'System' ? capital(titleOf(entity)) : titleOf(entity),
        note: typeof type === 'string' ? typeWords(type) : entity.kind,
        icon: iconOf(entity.kind, type),
        href: entityHref(ref),
        tabs: tabs
          .filter((tab) => tab.suits(entity) && (tab.permission === undefined || may(tab.permission, related(entity, 'ownedBy'))))
          .map((tab) => ({ label: tab.label, href: entityHref(ref, tab.path) })),
      };
    });
  }, [data, modules]); // oxlint-disable-line react-hooks/exhaustive-deps -- `may` is a fresh function on each render
}
