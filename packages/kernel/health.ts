/** Health words of the portal (design/portal.md §4), worst first. */
export const healthStates = ['failed', 'degraded', 'waiting', 'unknown', 'progressing', 'healthy', 'suspended'] as const;
export type Health = (typeof healthStates)[number];

/** The worst of several; `unknown` when there is none. */
export function worstHealth(states: readonly Health[]): Health {
  return healthStates.find((state) => states.includes(state)) ?? 'unknown';
}
