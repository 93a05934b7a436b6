import { diffArrays } from 'diff';

/**
 * For each line of `from`, the line of `to` it is found at again. With `reformed`, a block that has as many lines on both sides counts
 * as the same lines written differently.
 */
function matches(from: readonly string[], to: readonly string[], reformed: boolean): Map<number, number> {
  const found = new Map<number, number>();
  const parts = diffArrays([...from], [...to]);
  let [a, b] = [0, 0];
  parts.forEach((part, i) => {
    const pair = parts[i + 1];
    if (part.removed && reformed && pair?.added === true && pair.count === part.count)
      for (let n = 0; n < part.count; n++) found.set(a + n, b + n);
    if (part.added) b += part.count;
    else if (part.removed) a += part.count;
    else for (let n = 0; n < part.count; n++) found.set(a++, b++);
  });
  return found;
}

/**
 * Brings a change into a text that differs from the change's base in form only: what the change left alone comes from `ours`, what
 * it touched from `theirs`. (The three-way merge of diff3, with conflicts decided for the change.)
 */
export function mergeLines(base: readonly string[], ours: readonly string[], theirs: readonly string[]): string[] {
  const inOurs = matches(base, ours, true);
  const inTheirs = matches(base, theirs, false);
  const merged: string[] = [];
  let [b, o, t] = [0, 0, 0];
  const take = (toBase: number, toOurs: number, toTheirs: number): void => {
    const was = base.slice(b, toBase);
    const changed = theirs.slice(t, toTheirs);
    const same = was.length === changed.length && was.every((line, i) => line === changed[i]);
    merged.push(...(same ? ours.slice(o, toOurs) : changed));
    [b, o, t] = [toBase, toOurs, toTheirs];
  };
  for (let i = 0; i < base.length; i++) {
    const [ourLine, theirLine] = [inOurs.get(i), inTheirs.get(i)];
    if (ourLine === undefined || theirLine === undefined) continue;
    take(i, ourLine, theirLine);
    merged.push(ours[ourLine] ?? '');
    [b, o, t] = [i + 1, ourLine + 1, theirLine + 1];
  }
  take(base.length, ours.length, theirs.length);
  return merged;
}
