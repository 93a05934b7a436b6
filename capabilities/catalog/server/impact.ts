import type { Database } from '@paved/host';
import { IMPACT_RELATIONS, impactWalk, type Impact } from '../model/impact.ts';
import { plainEdge } from '../model/plain-edge.ts';
import { byTier, tierOf, type Tier } from '../model/tier.ts';
import { describeNode, type NodeFacts } from './graph.ts';
import { edgesOfTypes, nodesOf, tierFacts } from './views.ts';

export type ImpactItem = Impact & NodeFacts & Partial<Tier>;

export interface ImpactAnswer {
  readonly root: string;
  readonly items: readonly ImpactItem[];
  /** More than `limit` are affected; those further away were left out. */
  readonly truncated: boolean;
}

/** `nearest` first, or by `tier`: what matters most first, and the nearest of those. */
export type ImpactOrder = 'nearest' | 'tier';

/** Everything that an entity's failure reaches, hop by hop; `model/impact.ts` says what reaches what. */
export async function impactOf(db: Database, root: string, limit: number, order: ImpactOrder = 'nearest'): Promise<ImpactAnswer> {
  const walk = impactWalk(root);
  const found: Impact[] = [];
  let last: readonly string[] = [root];
  while (last.length > 0 && found.length <= limit) {
    const reached = walk.next((await edgesOfTypes(db, last, EDGE_TYPES)).map(plainEdge));
    found.push(...reached);
    last = reached.map((one) => one.ref);
  }
  const kept = found.slice(0, limit);
  const refs = kept.map((one) => one.ref);
  const [nodes, facts] = await Promise.all([nodesOf(db, refs), tierFacts(db, refs)]);
  const known = new Map(nodes.map((node) => [node.ref, node]));
  const said = Map.groupBy(facts, (fact) => fact.ref);
  const items = kept.map((one): ImpactItem => ({
    ...one,
    ...describeNode(one.ref, known.get(one.ref)),
    ...tierOf(said.get(one.ref) ?? []),
  }));
  return {
    root,
    items: order === 'tier' ? items.toSorted((a, b) => byTier(tierIn(a), tierIn(b))) : items,
    truncated: found.length > limit,
  };
}

const tierIn = ({ tier, tierRank }: ImpactItem): Tier | undefined =>
  tier === undefined ? undefined : { tier, ...(tierRank === undefined ? {} : { tierRank }) };

/** As edges are kept: from whichever end they were written. */
const EDGE_TYPES = [...IMPACT_RELATIONS, 'dependencyOf', 'apiConsumedBy', 'apiProvidedBy', 'hasPart'];
