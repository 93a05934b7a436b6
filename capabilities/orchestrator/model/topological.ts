/** Kahn's order, ties by key. `keys` are sorted. */
export function topological(keys: readonly string[], edgesOf: (key: string) => readonly string[]): string[] {
  const waiting = new Map(keys.map((key) => [key, edgesOf(key).length]));
  const dependents = new Map<string, string[]>();
  for (const key of keys) for (const to of edgesOf(key)) dependents.set(to, [...(dependents.get(to) ?? []), key]);
  const ready = keys.filter((key) => waiting.get(key) === 0);
  const order: string[] = [];
  for (let key = ready.shift(); key !== undefined; key = ready.shift()) {
    order.push(key);
    for (const dependent of dependents.get(key) ?? []) {
      const left = (waiting.get(dependent) ?? 0) - 1;
      waiting.set(dependent, left);
      if (left > 0) continue;
      const at = ready.findIndex((other) => other > dependent);
      ready.splice(at < 0 ? ready.length : at, 0, dependent);
    }
  }
  return order;
}
