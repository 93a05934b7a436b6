import type { PlainEdge } from './plain-edge.ts';

/**
 * Why one thing is affected by another: it depends on it, calls its API, is an API it provides, has it as a part, or is a part of it.
 */
export type ImpactReason = 'dependsOn' | 'consumesApi' | 'providesApi' | 'hasPart' | 'partOf';

/** Who is affected, and the one next to it through whom. */
export interface Affected {
  readonly ref: string;
  readonly by: string;
  readonly reason: ImpactReason;
}

/** Relations an impact walks; nothing else has to be read. */
export const IMPACT_RELATIONS: readonly string[] = ['dependsOn', 'consumesApi', 'providesApi', 'partOf'];

const holdsParts = (ref: string): boolean => /^(system|domain):/.test(ref);

/**
 * Whom an edge carries trouble to, when one of its ends does not work (`broken`). A thing takes along what depends on it or calls its
 * API, the APIs it provides, and the system it is a part of. A system takes no domain along: one service down is not a whole domain
 * down. Whatever is part of a system or domain breaks with it only when the question is about that one (`whole`: it and what it holds).
 */
export function carried(edge: PlainEdge, broken: (ref: string) => boolean, whole: (ref: string) => boolean): Affected | undefined {
  const { from, type, to } = edge;
  if ((type === 'dependsOn' || type === 'consumesApi') && broken(to)) return { ref: from, by: to, reason: type };
  if (type === 'providesApi' && broken(from)) return { ref: to, by: from, reason: type };
  if (type !== 'partOf') return undefined;
  if (broken(to) && holdsParts(to) && whole(to)) return { ref: from, by: to, reason: 'partOf' };
  if (broken(from) && !holdsParts(from)) return { ref: to, by: from, reason: 'hasPart' };
  return undefined;
}

/** One that is affected, how far away, and the way there. */
export interface Impact extends Affected {
  /** Hops from the root, 1 or more. */
  readonly distance: number;
}

/**
 * The walk of an impact, hop by hop: `next` takes the edges around those reached last and gives those it reaches now, until there are
 * none. Cycles end, because everyone is reached once.
 */
export function impactWalk(root: string): { next: (edges: readonly PlainEdge[]) => readonly Impact[] } {
  const seen = new Set([root]);
  const whole = new Set([root]);
  let last = new Set([root]);
  let distance = 0;
  return {
    next(edges) {
      distance += 1;
      const reached: Impact[] = [];
      for (const edge of edges) {
        const found = carried(
          edge,
          (ref) => last.has(ref),
          (ref) => whole.has(ref),
        );
        if (found === undefined || seen.has(found.ref)) continue;
        seen.add(found.ref);
        if (found.reason === 'partOf') whole.add(found.ref);
        reached.push({ ...found, distance });
      }
      last = new Set(reached.map((one) => one.ref));
      return reached;
    },
  };
}

/** The way from the root to one that is affected, both ends included. */
export function wayTo(ref: string, by: ReadonlyMap<string, string>): readonly string[] {
  const way = [ref];
  for (let at = by.get(ref); at !== undefined && !way.includes(at); at = by.get(at)) way.push(at);
  return way.toReversed();
}
