import { getCatalogGraph } from '@paved/client';
import {
  capital,
  entityHref,
  GraphView,
  Icon,
  iconOf,
  Link,
  nameOf,
  Section,
  titleOf,
  useCall,
  useGo,
  type EntityPartProps,
} from '@paved/ui';
import { boxOf, noteOf, relationWord, type CatalogNode } from '../graph/catalog-graph.ts';
import './standing.css';

/** A picture of more is not read here; the explorer shows it. */
const DRAWN = 24;
/** Rows of each list; the Dependencies tab and the explorer have all. */
const LISTED = 30;

/** The same relation, read from its other end. */
const backwards: Readonly<Record<string, string>> = {
  dependsOn: 'Needed by',
  consumesApi: 'Called by',
  providesApi: 'Provided by',
  partOf: 'Parts',
  hasPart: 'Part of',
  memberOf: 'Members',
  childOf: 'Below it',
};

/** What an entity is related with, drawn and listed by relation: the overview of whatever has no page of its own making. */
export function Part({ entity, entityRef }: EntityPartProps) {
  const go = useGo();
  const answer = useCall(
    getCatalogGraph,
    { query: { ref: entityRef, depth: 1, direction: 'both', limit: 300 } },
    { live: ['catalog.entity.changed', 'catalog.source.synced'] },
  );
  if (answer.data === undefined) return <div style={{ minHeight: 240 }} aria-busy="true" />;
  const edges = answer.data.edges.filter((edge) => edge.type !== 'ownedBy');
  const nodes = new Map(answer.data.nodes.map((node) => [node.ref, node]));
  const touched = new Set(edges.flatMap((edge) => [edge.from, edge.to]));
  if (edges.length === 0) {
    return (
      <Section title="Relations">
        <p className="p-13 p-t2">Nothing says that it needs {titleOf(entity)}, and it names nothing that it needs.</p>
      </Section>
    );
  }
  const lists = Map.groupBy(edges, (edge) =>
    edge.from === entityRef ? capital(relationWord(edge.type)) : (backwards[edge.type] ?? `${capital(relationWord(edge.type))}, from`),
  );
  const explore = <Link href={`/catalog/graph?ref=${encodeURIComponent(entityRef)}`}>Explore</Link>;
  return (
    <>
      {touched.size > DRAWN ? null : (
        <Section title="Relations" more={explore}>
          <div className="p-relations-graph">
            <GraphView
              label={`What ${entity.metadata.name} is related with`}
              nodes={[...touched].flatMap((ref) => {
                const node = nodes.get(ref);
                return node === undefined ? [] : [{ ...boxOf(node), self: ref === entityRef }];
              })}
              edges={edges.map(({ from, to }) => ({ from, to }))}
              height={Math.min(420, 140 + touched.size * 24)}
              tools={false}
              onChoose={(id) => go(entityHref(id))}
            />
          </div>
        </Section>
      )}
      {[...lists].map(([title, held]) => (
        <Section key={title} title={title} note={held.length} more={touched.size > DRAWN ? explore : undefined}>
          <ul className="p-list">
            {held.slice(0, LISTED).map((edge) => {
              const ref = edge.from === entityRef ? edge.to : edge.from;
              return <Related key={`${edge.type}${ref}`} id={ref} node={nodes.get(ref)} />;
            })}
          </ul>
        </Section>
      ))}
    </>
  );
}

function Related({ id, node }: { id: string; node: CatalogNode | undefined }) {
  return (
    <li>
      <Icon of={iconOf(node?.kind ?? '', node?.type)} />
      <div className="body">
        <Link className="p-name" href={entityHref(id)}>
          {node?.title ?? nameOf(id)}
        </Link>
        <small>{node === undefined ? '' : noteOf(node)}</small>
      </div>
      <span className="when">{node?.owner === undefined ? 'no owner' : nameOf(node.owner)}</span>
    </li>
  );
}
