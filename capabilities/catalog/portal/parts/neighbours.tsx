import { entityHref, GraphView, Section, useGo, Link, type EntityPartProps } from '@paved/ui';
import { useNeighbourhood } from '../neighbourhood.ts';

/** Neighbours that a small picture has room for; of more there is a list with counts. */
const DRAWN = 5;
const HEIGHT = 264;
/** Names of each relation in that list. */
const NAMED = 4;

/** What it needs and what needs it, small. */
export function Part({ entity, entityRef }: EntityPartProps) {
  const go = useGo();
  const { groups, nodes, boxes, edges, loading } = useNeighbourhood(entity, entityRef);
  const tab = entityHref(entityRef, 'dependencies');
  // Known at once, so that the page has its height before the names are there.
  const drawn = boxes.length <= DRAWN + 1;
  return (
    <Section title="Dependencies" more={groups.length > 0 ? <Link href={tab}>{drawn ? 'Open graph' : 'Open all'}</Link> : undefined}>
      {groups.length === 0 ? (
        <p className="p-13 p-t2">Nothing is declared. Name what it needs under spec.dependsOn in its catalog file.</p>
      ) : drawn && loading ? (
        <div style={{ height: HEIGHT }} aria-busy="true" />
      ) : drawn ? (
        <GraphView
          label={`Dependencies of ${entity.metadata.name}`}
          nodes={boxes}
          edges={edges}
          direction="TB"
          height={HEIGHT}
          tools={false}
          onChoose={(id) => go(entityHref(id))}
        />
      ) : (
        <dl className="p-kv">
          {groups.map((group) => (
            <div key={group.type} style={{ display: 'contents' }}>
              <dt>{group.title}</dt>
              <dd>
                {group.refs.slice(0, NAMED).map((ref) => (
                  <div key={ref} className="p-trunc">
                    <Link href={entityHref(ref)}>{nodes.get(ref)?.title ?? ref.split('/').at(-1)}</Link>
                  </div>
                ))}
                {group.refs.length > NAMED ? (
                  <Link className="p-t3" href={tab}>
                    {group.refs.length - NAMED} more
                  </Link>
                ) : null}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Section>
  );
}
