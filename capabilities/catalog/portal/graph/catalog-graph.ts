import type { GetCatalogGraphResponse } from '@paved/client';
import { iconOf, typeWords, type GraphNode } from '@paved/ui';

/** A graph as `GET /api/catalog/graph` answers it. */
export type CatalogGraph = GetCatalogGraphResponse;
export type CatalogNode = CatalogGraph['nodes'][number];
export type CatalogEdge = CatalogGraph['edges'][number];

/** Second line of an entity in a picture: what it is, or that nobody describes it. */
export const noteOf = (node: Pick<CatalogNode, 'kind' | 'type' | 'known'>): string =>
  !node.known ? 'not in the catalog' : node.type === undefined ? node.kind : typeWords(node.type);

/** An entity as a node of the small graphs. */
export const boxOf = (node: Omit<CatalogNode, 'depth'>): GraphNode => ({
  id: node.ref,
  label: node.title,
  note: noteOf(node),
  icon: iconOf(node.kind, node.type),
});

/** Who says it needs whom, in words: "depends on". */
export const relationWords: Readonly<Record<string, string>> = {
  dependsOn: 'depends on',
  consumesApi: 'calls',
  providesApi: 'provides',
  partOf: 'part of',
  ownedBy: 'owned by',
  memberOf: 'member of',
  childOf: 'below',
  hasPart: 'has part',
};

/** A relation for people; those of declared kinds are spelled out. */
export const relationWord = (type: string): string =>
  relationWords[type] ?? type.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
