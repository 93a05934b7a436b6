/** Whether an event type is among the wanted ones: exact names, prefixes ending in `.*`, or `*`. */
export function wantsType(types: readonly string[], type: string): boolean {
  return types.some((wanted) => wanted === '*' || wanted === type || (wanted.endsWith('.*') && type.startsWith(wanted.slice(0, -1))));
}
