import { getCatalogGraph } from '@paved/client';
import { Avatar, entityHref, Link, plural, Section, useCall, type EntityPartProps } from '@paved/ui';
import type { CatalogNode } from '../graph/catalog-graph.ts';

const byTitle = (a: CatalogNode, b: CatalogNode) => a.title.localeCompare(b.title);

/** Who is in a team, what stands above and below it; for a person their teams. */
export function Part({ entity, entityRef }: EntityPartProps) {
  const answer = useCall(
    getCatalogGraph,
    { query: { ref: entityRef, depth: 1, direction: 'both', relations: 'memberOf,childOf', limit: 500 } },
    { live: ['catalog.entity.changed', 'catalog.source.synced'] },
  );
  if (answer.data === undefined) return <div style={{ minHeight: 160 }} aria-busy="true" />;
  const nodes = new Map(answer.data.nodes.map((node) => [node.ref, node]));
  const ends = (type: string, way: 'from' | 'to') =>
    answer.data.edges
      .filter((edge) => edge.type === type && (way === 'to' ? edge.from : edge.to) === entityRef)
      .flatMap((edge) => nodes.get(edge[way]) ?? [])
      .toSorted(byTitle);
  const lists: [string, CatalogNode[]][] =
    entity.kind.toLowerCase() === 'user'
      ? [['Teams', ends('memberOf', 'to')]]
      : [
          ['Members', ends('memberOf', 'from')],
          ['Teams below', ends('childOf', 'from')],
          ['Part of', ends('childOf', 'to')],
        ];
  const shown = lists.filter(([, of]) => of.length > 0);
  if (shown.length === 0) {
    return (
      <Section title={lists[0]?.[0] ?? ''}>
        <p className="p-13 p-t2">{entity.kind.toLowerCase() === 'user' ? 'In no team yet.' : 'Nobody is in this team yet.'}</p>
      </Section>
    );
  }
  return shown.map(([title, of]) => (
    <Section key={title} title={title} note={of.length > 1 ? of.length : undefined}>
      <ul className="p-list" aria-label={plural(of.length, 'entry', 'entries')}>
        {of.map((node) => (
          <li key={node.ref}>
            <Avatar name={node.title} kind={node.kind.toLowerCase() === 'group' ? 'team' : 'person'} />
            <div className="body">
              <Link className="p-name" href={entityHref(node.ref)}>
                {node.title}
              </Link>
              {node.known ? null : <small>not in the catalog</small>}
            </div>
          </li>
        ))}
      </ul>
    </Section>
  ));
}
