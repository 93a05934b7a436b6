import { entityHref, GraphView, Link, Segments, SkeletonRows, State, titleOf, useGo, useUrlState, type EntityTabProps } from '@paved/ui';
import { IconSitemap } from '@tabler/icons-react';
import { useState } from 'react';
import { useNeighbourhood } from '../neighbourhood.ts';
import { Impact } from '../parts/impact.tsx';
import { RelationLists } from '../parts/relation-lists.tsx';
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

/** A picture of more is not read here; the explorer draws all. */
const DRAWN = 24;

function Neighbours({ entity, entityRef }: EntityTabProps) {
  const go = useGo();
  const [chosen, setChosen] = useState<string>();
  const { groups, nodes, boxes, edges, loading } = useNeighbourhood(entity, entityRef);
  if (loading) return <SkeletonRows label="Dependencies" />;
  if (groups.length === 0) {
    return (
      <State icon={IconSitemap} title="Nothing is declared">
        Name what it needs under spec.dependsOn or spec.consumesApis in its catalog file, and it appears here with everything that needs it.
      </State>
    );
  }
  return (
    <>
      {boxes.length > DRAWN ? null : (
        <div className="p-relations-graph">
          <GraphView
            label={`Dependencies of ${entity.metadata.name}`}
            nodes={boxes}
            edges={edges}
            height={Math.min(520, 140 + boxes.length * 34)}
            chosen={chosen ?? entityRef}
            tools={false}
            onChoose={(id) => (id === chosen ? go(entityHref(id)) : setChosen(id))}
            onOpen={(id) => go(entityHref(id))}
          />
        </div>
      )}
      <RelationLists groups={groups} nodes={nodes} heading="h2" />
    </>
  );
}
