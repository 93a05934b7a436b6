import type { Database } from '@paved/host';
import { IMPACT_RELATIONS, impactWalk, type Impact } from '../model/impact.ts';
import { plainEdge } from '../model/plain-edge.ts';
import { describeNode, type NodeFacts } from './graph.ts';
import { edgesOfTypes, nodesOf } from './views.ts';

export interface ImpactAnswer {
  readonly root: string;
  /** Nearest first. */
  readonly items: readonly (Impact & NodeFacts)[];
  /** More than `limit` are affected; those further away were left out. */
  readonly truncated: boolean;
}

/** Everything that an entity's failure reaches, hop by hop; `model/impact.ts` says what reaches what. */
export async function impactOf(db: Database, root: string, limit: number): Promise<ImpactAnswer> {
  const walk = impactWalk(root);
  const found: Impact[] = [];
  let last: readonly string[] = [root];
  while (last.length > 0 && found.length <= limit) {
    const reached = walk.next((await edgesOfTypes(db, last, EDGE_TYPES)).map(plainEdge));
    found.push(...reached);
    last = reached.map((one) => one.ref);
  }
  const kept = found.slice(0, limit);
  const known = new Map((await nodesOf(db, [root, ...kept.map((one) => one.ref)])).map((node) => [node.ref, node]));
  return {
    root,
    items: kept.map((one) => ({ ...one, ...describeNode(one.ref, known.get(one.ref)) })),
    truncated: found.length > limit,
  };
}

/** As edges are kept: from whichever end they were written. */
const EDGE_TYPES = [...IMPACT_RELATIONS, 'dependencyOf', 'apiConsumedBy', 'apiProvidedBy', 'hasPart'];
