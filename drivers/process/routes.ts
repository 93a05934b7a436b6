/** Where requests for a host and path prefix go. */
export interface Route<T> {
  readonly host: string;
  /** `/` or `/api`; matches whole segments. */
  readonly path: string;
  readonly owner: string;
  readonly target: T;
}

/** Host of a Host header: lower case, no port, no trailing dot. */
export function hostOf(header: string | undefined): string {
  const host = (header ?? '').trim().toLowerCase();
  const bare = host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : (host.split(':')[0] ?? '');
  return bare.endsWith('.') ? bare.slice(0, -1) : bare;
}

/** `/api/` and `api` mean `/api`. */
export function normalPath(path: string): string {
  const trimmed = `/${path}`.replaceAll(/\/{2,}/g, '/').replace(/\/$/, '');
  return trimmed === '' ? '/' : trimmed;
}

/** Whether the request path lies below the prefix, segment by segment: `/api` takes `/api` and `/api/x`, not `/apis`. */
function isBelow(prefix: string, path: string): boolean {
  return prefix === '/' || path === prefix || path.startsWith(`${prefix}/`);
}

/** The longest prefix wins. `known` tells an unknown host from an unknown path. */
export function matchRoute<T>(routes: readonly Route<T>[], host: string, url: string): { route?: Route<T>; known: boolean } {
  const path = url.split(/[?#]/, 1)[0] ?? '/';
  const ofHost = routes.filter((route) => route.host === host);
  const [best] = ofHost.filter((route) => isBelow(route.path, path)).sort((a, b) => b.path.length - a.path.length);
  return { known: ofHost.length > 0, ...(best === undefined ? {} : { route: best }) };
}
