import { entityHref, GraphView, SkeletonRows, State, useGo, type EntityTabProps } from '@paved/ui';
import { IconSitemap } from '@tabler/icons-react';
import { useState } from 'react';
import { useNeighbourhood } from '../neighbourhood.ts';

/** The dependency graph with its list. */
export function Tab({ entity, entityRef }: EntityTabProps) {
  const go = useGo();
  const [chosen, setChosen] = useState<string>();
  const { nodes, edges, loading } = useNeighbourhood(entity, entityRef);
  if (loading) return <SkeletonRows label="Dependencies" />;
  if (nodes.length === 1) {
    return (
      <State icon={IconSitemap} title="Nothing is declared">
        Name what it needs under spec.dependsOn or spec.consumesApis in its catalog file, and it appears here with everything that needs it.
      </State>
    );
  }
  return (
    <GraphView
      label={`Dependencies of ${entity.metadata.name}`}
      nodes={nodes}
      edges={edges}
      height={520}
      chosen={chosen ?? entityRef}
      onChoose={(id) => (id === chosen ? go(entityHref(id)) : setChosen(id))}
      onOpen={(id) => go(entityHref(id))}
    />
  );
}
