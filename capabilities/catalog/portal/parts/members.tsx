import { refOf, type Entity } from '@paved/kernel';
import {
  capital,
  entityHref,
  Icon,
  iconOf,
  Link,
  Loaded,
  nameOf,
  plural,
  Section,
  Status,
  titleOf,
  useData,
  type EntityPartProps,
} from '@paved/ui';
import type { EntityPage } from '../catalog-query.ts';
import { useWorkloads } from '../workloads.ts';

/** What a system, a domain or a team holds. */
export function Part({ entity, entityRef }: EntityPartProps) {
  const group = ['group', 'user'].includes(entity.kind.toLowerCase());
  const members = useData<EntityPage>('/api/catalog/entities/by-query', {
    query: { filter: `${group ? 'relations.ownedBy' : 'relations.partOf'}=${entityRef}`, limit: 100 },
    live: ['catalog.entity.changed'],
  });
  const workloads = useWorkloads();
  return (
    <Section title={group ? 'Owns' : 'Parts'} note={members.data?.totalItems}>
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
                return (
                  <li key={ref}>
                    <Icon of={iconOf(item.kind, item.spec?.['type'])} />
                    <div className="body">
                      <Link className="p-name" href={entityHref(ref)}>
                        {titleOf(item)}
                      </Link>
                      <small>{item.metadata.description ?? capital(String(item.spec?.['type'] ?? item.kind))}</small>
                    </div>
                    {state ? (
                      <Status status={state.health} />
                    ) : (
                      <span className="when">{item.kind === 'Component' ? 'not deployed' : nameOf(item.kind)}</span>
                    )}
                  </li>
                );
              })}
            </ul>
          )
        }
      </Loaded>
      <span className="p-vh">{plural(members.data?.totalItems ?? 0, 'entity', 'entities')}</span>
    </Section>
  );
}
