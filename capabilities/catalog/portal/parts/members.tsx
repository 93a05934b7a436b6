import { refOf, type Entity } from '@paved/kernel';
import { entityHref, Icon, iconOf, Link, Loaded, Section, Status, titleOf, typeWords, useData, type EntityPartProps } from '@paved/ui';
import type { EntityPage, FacetAnswer } from '../catalog-query.ts';
import { pluralOf, useKinds } from '../list/use-kinds.ts';
import { useWorkloads } from '../workloads.ts';
import './members.css';

/** Rows here; the catalog's list has all, with filters. */
const SHORT = 20;
const LIVE = ['catalog.entity.changed', 'catalog.source.synced'];

/** What a system or a team holds: how many of each kind, the first of them, and the way to all. */
export function Part({ entity, entityRef }: EntityPartProps) {
  const group = ['group', 'user'].includes(entity.kind.toLowerCase());
  const filter = `${group ? 'relations.ownedBy' : 'relations.partOf'}=${entityRef}`;
  const members = useData<EntityPage>('/api/catalog/entities/by-query', {
    query: {
      filter,
      limit: SHORT,
      fields: 'kind,metadata.name,metadata.namespace,metadata.title,metadata.description,spec.type',
      orderField: ['kind,asc', 'metadata.name,asc'],
    },
    live: LIVE,
  });
  const facets = useData<FacetAnswer>('/api/catalog/entity-facets', { query: { filter, facet: 'kind' }, live: LIVE });
  const kinds = useKinds();
  const workloads = useWorkloads();
  const all = (kind?: string): string =>
    `/catalog?${new URLSearchParams({ ...(kind === undefined ? {} : { kind }), [group ? 'owner' : 'system']: entityRef })}`;
  const counts = facets.data?.facets['kind'] ?? [];
  return (
    <Section
      title={group ? 'Owns' : 'Parts'}
      note={members.data?.totalItems}
      more={(members.data?.totalItems ?? 0) > 0 ? <Link href={all()}>Open as a list</Link> : undefined}
    >
      {counts.length < 2 ? null : (
        <p className="p-members-kinds">
          {counts.map(({ value, count }) => (
            <Link key={value} href={all(value)}>
              <Icon of={iconOf(value)} size={14} /> {count}{' '}
              {count === 1 ? (kinds.get(value.toLowerCase())?.title ?? value) : pluralOf(value, kinds.get(value.toLowerCase()))}
            </Link>
          ))}
        </p>
      )}
      <Loaded query={members} what="Parts">
        {(page) =>
          page.items.length === 0 ? (
            <p className="p-13 p-t2">
              {group
                ? entity.kind.toLowerCase() === 'user'
                  ? 'Owns nothing in person; see their teams.'
                  : 'This team owns nothing yet.'
                : 'Nothing says it is part of this yet.'}
            </p>
          ) : (
            <ul className="p-list">
              {page.items.map((item: Entity) => {
                const ref = refOf(item);
                const state = workloads?.get(ref);
                const type = item.spec?.['type'];
                const what = typeof type === 'string' ? typeWords(type) : (kinds.get(item.kind.toLowerCase())?.title ?? item.kind);
                return (
                  <li key={ref}>
                    <Icon of={iconOf(item.kind, type)} />
                    <div className="body">
                      <Link className="p-name" href={entityHref(ref)}>
                        {titleOf(item)}
                      </Link>
                      <small className="p-members-says">{item.metadata.description ?? what}</small>
                    </div>
                    {state ? (
                      <Status status={state.health} />
                    ) : (
                      <span className="when">{item.metadata.description === undefined ? '' : what}</span>
                    )}
                  </li>
                );
              })}
            </ul>
          )
        }
      </Loaded>
      {(members.data?.totalItems ?? 0) > SHORT ? (
        <p className="p-members-all">
          <Link className="p-link p-13" href={all()}>
            All {members.data?.totalItems.toLocaleString('en')}
          </Link>
        </p>
      ) : null}
    </Section>
  );
}
