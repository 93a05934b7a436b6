import { entityHref, GraphView, Link, Section, titleOf, useGo, type EntityPartProps } from '@paved/ui';
import { boxOf } from '../graph/catalog-graph.ts';
import { RelationLists } from './relation-lists.tsx';
import { useAround } from './use-around.ts';

/** A picture of more is not read here; the explorer shows it. A picture of two says nothing that the list does not. */
const DRAWN = { least: 3, most: 16 };

/** What an entity is related with, drawn and listed by relation: the overview of whatever has no page of its own making. */
export function Part({ entity, entityRef }: EntityPartProps) {
  const go = useGo();
  const { groups, nodes, edges, loading } = useAround(entity, entityRef);
  if (groups.length === 0) {
    return (
      <Section title="Relations">
        <p className="p-13 p-t2">Nothing says that it needs {titleOf(entity)}, and it names nothing that it needs.</p>
      </Section>
    );
  }
  // How much there is, is known before what it is called: the page has its height at once.
  const count = new Set(groups.flatMap((group) => group.refs)).size;
  const drawn = count + 1 >= DRAWN.least && count + 1 <= DRAWN.most;
  const height = Math.min(420, 146 + count * 26);
  const touched = new Set([entityRef, ...edges.flatMap((edge) => [edge.from, edge.to])]);
  return (
    <Section title="Relations" note={count} more={<Link href={`/catalog/graph?ref=${encodeURIComponent(entityRef)}`}>Explore</Link>}>
      {drawn ? (
        <div className="p-relations-graph" style={{ minHeight: height }} aria-busy={loading}>
          {loading ? null : (
            <GraphView
              label={`What ${entity.metadata.name} is related with`}
              nodes={[...touched].flatMap((ref) => {
                const node = nodes.get(ref);
                return node === undefined ? [] : [{ ...boxOf(node), self: ref === entityRef }];
              })}
              edges={edges.map(({ from, to }) => ({ from, to }))}
              height={height}
              tools={false}
              onChoose={(id) => go(entityHref(id))}
            />
          )}
        </div>
      ) : null}
      <RelationLists groups={groups} nodes={nodes} />
    </Section>
  );
}
