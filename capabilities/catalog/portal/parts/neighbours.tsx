import { entityHref, GraphView, Section, useGo, Link, type EntityPartProps } from '@paved/ui';
import { useNeighbourhood } from '../neighbourhood.ts';

/** What it needs and what needs it, small. */
export function Part({ entity, entityRef }: EntityPartProps) {
  const go = useGo();
  const { nodes, edges } = useNeighbourhood(entity, entityRef);
  return (
    <Section
      title="Dependencies"
      more={nodes.length > 1 ? <Link href={entityHref(entityRef, 'dependencies')}>Open graph</Link> : undefined}
    >
      {nodes.length === 1 ? (
        <p className="p-13 p-t2">Nothing is declared. Name what it needs under spec.dependsOn in its catalog file.</p>
      ) : (
        <GraphView
          label={`Dependencies of ${entity.metadata.name}`}
          nodes={nodes.slice(0, 8)}
          edges={edges}
          direction="TB"
          height={264}
          tools={false}
          onChoose={(id) => go(entityHref(id))}
        />
      )}
    </Section>
  );
}
