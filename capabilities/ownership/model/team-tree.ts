/** What the tree needs to know of a group. */
export interface TreeTeam {
  readonly ref: string;
  readonly title: string;
  readonly parent?: string | undefined;
}

/** A group at its place: below `path`, the refs from the top to its parent. */
export interface TreeRow<T> {
  readonly team: T;
  /** 0 for groups without a parent. */
  readonly depth: number;
  readonly path: readonly string[];
  readonly children: number;
}

/** Every group once, each after its parent, brothers and sisters by title. A group whose parents go in a circle stands at the top. */
export function teamRows<T extends TreeTeam>(teams: readonly T[]): TreeRow<T>[] {
  const known = new Map(teams.map((team) => [team.ref, team]));
  const below = new Map<string, T[]>();
  const tops: T[] = [];
  for (const team of teams) {
    if (team.parent === undefined || !known.has(team.parent) || inCircle(team, known)) tops.push(team);
    else below.set(team.parent, [...(below.get(team.parent) ?? []), team]);
  }
  const rows: TreeRow<T>[] = [];
  const walk = (some: readonly T[], path: readonly string[]): void => {
    for (const team of some.toSorted((a, b) => a.title.localeCompare(b.title))) {
      const children = below.get(team.ref) ?? [];
      rows.push({ team, depth: path.length, path, children: children.length });
      walk(children, [...path, team.ref]);
    }
  };
  walk(tops, []);
  return rows;
}

function inCircle(team: TreeTeam, known: ReadonlyMap<string, TreeTeam>): boolean {
  const seen = new Set<string>();
  for (let at = team.parent; at !== undefined && !seen.has(at); at = known.get(at)?.parent) {
    if (at === team.ref) return true;
    seen.add(at);
  }
  return false;
}

/** What is shown: nothing below a closed group; with a search what matches, and what stands above it so that its place is seen. */
export function shownRows<T extends TreeTeam>(
  rows: readonly TreeRow<T>[],
  { closed, search }: { closed: ReadonlySet<string>; search: string },
): readonly TreeRow<T>[] {
  const words = search.trim().toLowerCase();
  if (words === '') return rows.filter(({ path }) => !path.some((ref) => closed.has(ref)));
  const hits = rows.filter(({ team }) => team.title.toLowerCase().includes(words) || team.ref.includes(words));
  const kept = new Set(hits.flatMap(({ team, path }) => [team.ref, ...path]));
  return rows.filter(({ team }) => kept.has(team.ref));
}
