/** An edge between two references. */
export interface PlainEdge {
  readonly from: string;
  readonly type: string;
  readonly to: string;
}

/** Relations that only say another one backwards. */
const backwards: Readonly<Record<string, string>> = {
  ownerOf: 'ownedBy',
  hasPart: 'partOf',
  dependencyOf: 'dependsOn',
  parentOf: 'childOf',
  hasMember: 'memberOf',
  apiProvidedBy: 'providesApi',
  apiConsumedBy: 'consumesApi',
};

/** The plain reading of an edge, whichever end wrote it down: `from dependsOn to`, never `to dependencyOf from`. */
export function plainEdge(edge: PlainEdge): PlainEdge {
  const type = backwards[edge.type];
  return type === undefined ? edge : { from: edge.to, type, to: edge.from };
}
