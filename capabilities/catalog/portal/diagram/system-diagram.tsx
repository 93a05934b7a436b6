import { getCatalogGraph } from '@paved/client';
import { entityHref, GraphView, Link, nameOf, Section, useCall, useGo, type EntityPartProps } from '@paved/ui';
import { boxOf } from '../graph/catalog-graph.ts';
import { useWorkloads } from '../workloads.ts';

/** More than this is a picture nobody reads; the parts stay in their list, and the explorer shows all. */
const MOST = 48;

/** How the parts of a system hang together, and what outside they touch. */
export function Part({ entity, entityRef }: EntityPartProps) {
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
        limit: 300,
      },
    },
    { live: ['catalog.entity.changed', 'catalog.source.synced'] },
  );
  const graph = answer.data;
  if (graph === undefined) return <div style={{ minHeight: 320 }} aria-busy="true" />;
  const inside = new Set(graph.edges.filter((edge) => edge.type === 'partOf' && edge.to === entityRef).map((edge) => edge.from));
  const edges = graph.edges.filter((edge) => edge.type !== 'partOf' && (inside.has(edge.from) || inside.has(edge.to)));
  const touched = new Set(edges.flatMap((edge) => [edge.from, edge.to]));
  const nodes = graph.nodes.filter((node) => touched.has(node.ref));
  if (edges.length === 0 || nodes.length > MOST) return null;
  return (
    <Section title="How it hangs together" more={<Link href={`/catalog/graph?ref=${encodeURIComponent(entityRef)}&depth=2`}>Explore</Link>}>
      <GraphView
        label={`Parts of ${entity.metadata.name} and what they need`}
        nodes={nodes.map((node) => {
          const state = workloads?.get(node.ref);
          const out = !inside.has(node.ref);
          return {
            ...boxOf(node),
            ...(out ? { outside: true, note: `outside ${nameOf(entityRef)}` } : {}),
            ...(state === undefined ? {} : { status: state.health }),
          };
        })}
        edges={edges.map(({ from, to }) => ({ from, to }))}
        height={Math.min(460, 150 + nodes.length * 26)}
        onChoose={(id) => go(entityHref(id))}
      />
    </Section>
  );
}
