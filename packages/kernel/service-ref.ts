/**
 * A typed name for what a capability offers others at run time. The contract (`index.ts`) exports the reference and
 * the interface; `defineCapability({ provides, needs })` connects them. No imports of another capability's server side.
 */
export interface ServiceRef<T> {
  readonly id: string;
  /** Never set: carries the type. */
  readonly type?: T;
}

/** Declares a service reference; the id equals the capability's name. */
export function serviceRef<T>(id: string): ServiceRef<T> {
  return { id };
}

/** The services behind an object of references. */
export type ServicesOf<Needs extends Record<string, ServiceRef<unknown>>> = {
  [K in keyof Needs]: Needs[K] extends ServiceRef<infer T> ? T : never;
};
