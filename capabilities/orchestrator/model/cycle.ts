/** The first circle found, its first member repeated at the end; undefined when there is none. Deterministic for sorted input. */
export function cycleIn(members: readonly string[], next: (member: string) => readonly string[]): string[] | undefined {
  const done = new Set<string>();
  for (const start of members) {
    if (done.has(start)) continue;
    const path: string[] = [];
    const on = new Set<string>();
    const open: { member: string; rest: string[] }[] = [];
    const enter = (member: string): void => {
      path.push(member);
      on.add(member);
      open.push({ member, rest: next(member).toReversed() });
    };
    enter(start);
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const following = top.rest.pop();
      if (following === undefined) {
        done.add(top.member);
        on.delete(top.member);
        path.pop();
        open.pop();
      } else if (on.has(following)) return [...path.slice(path.indexOf(following)), following];
      else if (!done.has(following)) enter(following);
    }
  }
  return undefined;
}
