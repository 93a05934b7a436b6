import type { Entity } from '@paved/kernel';
import { iconOf, nameOf, titleOf, typeWords, type GraphEdge, type GraphNode } from '@paved/ui';
import { boxOf, type CatalogNode } from './graph/catalog-graph.ts';
import type { RelationGroup } from './parts/relation-groups.ts';
import { useAround } from './parts/use-around.ts';
import { useWorkloads } from './workloads.ts';

/** What something is in says nothing about what it needs. */
const belonging = new Set(['partOf', 'childOf', 'parentOf', 'memberOf', 'hasMember']);

interface Neighbourhood {
  readonly groups: readonly RelationGroup[];
  readonly nodes: ReadonlyMap<string, CatalogNode>;
  /** The same as a picture, the entity first, from callers to what it needs. */
  readonly boxes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly loading: boolean;
}

/** The entity with what it needs and what needs it. */
export function useNeighbourhood(entity: Entity, entityRef: string): Neighbourhood {
  const around = useAround(entity, entityRef);
  const workloads = useWorkloads();
  const groups = around.groups.filter((group) => !belonging.has(group.type));
  const shown = new Set(groups.flatMap((group) => group.refs));
  const edges = around.edges.filter(({ from, to }) => (from === entityRef && shown.has(to)) || (to === entityRef && shown.has(from)));
  const type = entity.spec?.['type'];
  const box = (ref: string): GraphNode => {
    const node = around.nodes.get(ref);
    const status = workloads?.get(ref)?.health;
    const kind = ref.split(':')[0] ?? '';
    return {
      ...(node === undefined ? { id: ref, label: nameOf(ref), note: kind, icon: iconOf(kind) } : boxOf(node)),
      ...(status === undefined ? {} : { status }),
    };
  };
  return {
    groups,
    nodes: around.nodes,
    boxes: [
      {
        ...box(entityRef),
        label: titleOf(entity),
        note: `this ${typeof type === 'string' ? typeWords(type).replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase()) : entity.kind.toLowerCase()}`,
        icon: iconOf(entity.kind, type),
        self: true,
      },
      ...[...shown].map(box),
    ],
    edges: [...new Map(edges.map(({ from, to }) => [`${from} ${to}`, { from, to }])).values()],
    loading: around.loading,
  };
}
