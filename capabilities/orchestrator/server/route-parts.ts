/** What everybody who may look may ask for. */
export const read = { permission: 'orchestrator.deployment.read' } as const;
export const tags = ['orchestrator'];

/** Absent keys stay absent: `exactOptionalPropertyTypes`. */
export const given = <T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };

/** Zod's answers are mutable; ours are not. */
export type Copy<T> = T extends readonly (infer U)[] ? Copy<U>[] : T extends object ? { -readonly [K in keyof T]: Copy<T[K]> } : T;
