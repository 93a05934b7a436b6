import { refOf, type Entity } from '@paved/kernel';
import { iconOf, nameOf, useData, type GraphEdge, type GraphNode, type StatusName } from '@paved/ui';
import { useWorkloads } from './workloads.ts';

/** Relations that say "needs" (out) and "is needed by" (in). */
const needs = ['dependsOn', 'consumesApi', 'providesApi', 'hasPart'];
const neededBy = ['dependencyOf', 'apiConsumedBy', 'apiProvidedBy'];

/** The entity with its direct neighbours, drawn from callers to what it needs. */
export function useNeighbourhood(
  entity: Entity,
  entityRef: string,
): { nodes: readonly GraphNode[]; edges: readonly GraphEdge[]; loading: boolean } {
  const relations = entity.relations ?? [];
  const out = relations.filter((relation) => needs.includes(relation.type)).map((relation) => relation.targetRef);
  const into = relations.filter((relation) => neededBy.includes(relation.type)).map((relation) => relation.targetRef);
  const refs = [...new Set([...out, ...into])].slice(0, 60);
  const workloads = useWorkloads();
  const filter =
    refs.length === 0
      ? undefined
      : refs.map((ref) => {
          const [kind = '', rest = ''] = ref.split(':');
          const [namespace = 'default', name = ''] = rest.split('/');
          return `kind=${kind},metadata.namespace=${namespace},metadata.name=${name}`;
        });
  const found = useData<{ items: readonly Entity[] }>('/api/catalog/entities/by-query', {
    query: { filter, limit: 100, fields: 'kind,metadata.name,metadata.namespace,spec.type' },
    off: filter === undefined,
  });
  const known = new Map((found.data?.items ?? []).map((item) => [refOf(item), item]));
  const node = (ref: string, self: boolean): GraphNode => {
    const item = self ? entity : known.get(ref);
    const type = item?.spec?.['type'];
    const status: StatusName | undefined = workloads?.get(ref)?.health;
    return {
      id: ref,
      label: nameOf(ref),
      note: self
        ? `this ${typeof type === 'string' ? type : entity.kind.toLowerCase()}`
        : typeof type === 'string'
          ? type
          : (item?.kind.toLowerCase() ?? (found.data ? 'not in the catalog' : (ref.split(':')[0] ?? ''))),
      icon: iconOf(item?.kind ?? ref.split(':')[0] ?? '', type),
      self,
      ...(status ? { status } : {}),
    };
  };
  return {
    nodes: [node(entityRef, true), ...refs.map((ref) => node(ref, false))],
    edges: [...new Set(into)]
      .filter((ref) => refs.includes(ref))
      .map((ref) => ({ from: ref, to: entityRef }))
      .concat([...new Set(out)].filter((ref) => refs.includes(ref)).map((ref) => ({ from: entityRef, to: ref }))),
    loading: filter !== undefined && found.data === undefined,
  };
}
