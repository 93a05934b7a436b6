import { getCatalogGraph } from '@paved/client';
import { entityHref, GraphView, Link, related, Section, titleOf, useCall, useEntityTitles, useGo, type EntityPartProps } from '@paved/ui';
import { boxOf } from '../graph/catalog-graph.ts';
import { Part as Members } from '../parts/members.tsx';
import { useWorkloads } from '../workloads.ts';
import { BorderList } from './border-list.tsx';
import { crossings } from './border.ts';
import './system-diagram.css';

/** More than this is a picture nobody reads; the parts stay in their list, and the explorer shows all. */
const MOST = 48;

/** How the parts of a system hang together, what of it is needed outside, what it needs from outside; and its parts as a list. */
export function Part({ entity, entityRef, more }: EntityPartProps) {
  const go = useGo();
  const workloads = useWorkloads();
  const answer = useCall(
    getCatalogGraph,
    {
      query: {
        ref: entityRef,
        depth: 2,
        direction: 'both',
        relations: 'partOf,dependsOn,consumesApi,providesApi',
        kinds: 'component,api,resource,system',
        limit: 1000,
      },
    },
    { live: ['catalog.entity.changed', 'catalog.source.synced'] },
  );
  const graph = answer.data;
  const ownerWords = useEntityTitles((graph?.nodes ?? []).flatMap((node) => node.owner ?? []));
  const parts = <Members entity={entity} entityRef={entityRef} more={more} />;
  if (graph === undefined && answer.error === null) {
    // Its parts are asked for meanwhile, and shown below the picture as soon as that has its height: nothing is pushed away.
    return (
      <>
        <div style={{ minHeight: Math.min(900, 100 + 48 * related(entity, 'hasPart').length) }} aria-busy="true" />
        <div hidden>{parts}</div>
      </>
    );
  }
  if (graph === undefined) return parts;
  const inside = new Set(graph.edges.filter((edge) => edge.type === 'partOf' && edge.to === entityRef).map((edge) => edge.from));
  const edges = graph.edges.filter((edge) => edge.type !== 'partOf' && (inside.has(edge.from) || inside.has(edge.to)));
  if (edges.length === 0) return parts;
  const touched = new Set(edges.flatMap((edge) => [edge.from, edge.to]));
  const all = graph.nodes.filter((node) => touched.has(node.ref));
  // A crowd outside is in the lists below; what is inside can still be read.
  const nodes = all.length > MOST ? all.filter((node) => inside.has(node.ref)) : all;
  const drawn = new Set(nodes.map((node) => node.ref));
  const known = new Map(graph.nodes.map((node) => [node.ref, node]));
  const { offers, uses } = crossings(edges, inside);
  return (
    <>
      {nodes.length > MOST || nodes.length === 0 ? null : (
        <div className="p-system-diagram">
          <Section
            title="How it hangs together"
            more={<Link href={`/catalog/graph?ref=${encodeURIComponent(entityRef)}&depth=2`}>Explore</Link>}
          >
            <GraphView
              label={`Parts of ${entity.metadata.name} and what they need`}
              frame={titleOf(entity)}
              nodes={nodes.map((node) => {
                const state = workloads?.get(node.ref);
                const box = boxOf(node);
                return {
                  ...box,
                  ...(inside.has(node.ref)
                    ? {}
                    : { outside: true, note: node.owner === undefined ? box.note : `${box.note} · ${ownerWords(node.owner)}` }),
                  ...(state === undefined ? {} : { status: state.health }),
                };
              })}
              edges={[
                ...new Map(
                  edges.filter(({ from, to }) => drawn.has(from) && drawn.has(to)).map(({ from, to }) => [`${from} ${to}`, { from, to }]),
                ).values(),
              ]}
              height={Math.max(240, Math.min(480, 150 + nodes.length * 26))}
              onChoose={(id) => go(entityHref(id))}
            />
          </Section>
        </div>
      )}
      <BorderList title="Needed outside" word="by" crossings={offers} nodes={known} />
      <BorderList title="Used from outside" word="for" crossings={uses} nodes={known} />
      {parts}
    </>
  );
}
