/** Whether an event's type is among these exact types and prefixes ending in `.*`. */
export const matchesType = (type: string, types: readonly string[]): boolean =>
  types.some((wanted) => wanted === type || wanted === '*' || (wanted.endsWith('.*') && type.startsWith(wanted.slice(0, -1))));
