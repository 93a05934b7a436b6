import { getCatalogGraph } from '@paved/client';
import type { Entity } from '@paved/kernel';
import { useCall } from '@paved/ui';
import type { CatalogEdge, CatalogNode } from '../graph/catalog-graph.ts';
import { relationGroups, type RelationGroup } from './relation-groups.ts';

/** Neighbours whose titles, types and owners are asked for; of the others the reference is shown. */
const MOST = 500;

/** What stands around an entity: its relations by what they say, what is known of each neighbour, and the relations as edges. */
export function useAround(
  entity: Entity,
  entityRef: string,
): { groups: readonly RelationGroup[]; nodes: ReadonlyMap<string, CatalogNode>; edges: readonly CatalogEdge[]; loading: boolean } {
  const groups = relationGroups(entity);
  const answer = useCall(
    getCatalogGraph,
    { query: { ref: entityRef, depth: 1, direction: 'both', limit: MOST } },
    { live: ['catalog.entity.changed', 'catalog.source.synced'], off: groups.length === 0 },
  );
  return {
    groups,
    nodes: new Map((answer.data?.nodes ?? []).map((node) => [node.ref, node])),
    edges: (answer.data?.edges ?? []).filter((edge) => edge.type !== 'ownedBy'),
    loading: groups.length > 0 && answer.data === undefined && answer.error === null,
  };
}
