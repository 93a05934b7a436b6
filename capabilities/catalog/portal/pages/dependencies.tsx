import { entityHref, GraphView, Link, Segments, SkeletonRows, State, titleOf, useGo, useUrlState, type EntityTabProps } from '@paved/ui';
import { IconSitemap } from '@tabler/icons-react';
import { useState } from 'react';
import { useNeighbourhood } from '../neighbourhood.ts';
import { Impact } from '../parts/impact.tsx';
import './dependencies.css';

/** What it needs and what needs it, and who is affected when it breaks. */
export function Tab({ entity, entityRef }: EntityTabProps) {
  const { params, set } = useUrlState();
  const impact = params.get('show') === 'impact';
  return (
    <>
      <div className="p-dependencies-tools">
        <Segments
          label="What is shown"
          value={impact ? 'impact' : 'neighbours'}
          onChange={(value) => set((next) => (value === 'impact' ? next.set('show', 'impact') : next.delete('show')))}
          options={[
            { value: 'neighbours', label: 'Neighbours' },
            { value: 'impact', label: 'If it breaks' },
          ]}
        />
        <span className="p-grow" />
        {impact ? null : (
          <Link className="p-button" href={`/catalog/graph?ref=${encodeURIComponent(entityRef)}`}>
            Explore
          </Link>
        )}
      </div>
      {impact ? <Impact entityRef={entityRef} name={titleOf(entity)} /> : <Neighbours entity={entity} entityRef={entityRef} />}
    </>
  );
}

function Neighbours({ entity, entityRef }: EntityTabProps) {
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
