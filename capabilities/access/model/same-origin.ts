/** What a browser says about where a request comes from. */
export interface RequestOrigin {
  readonly origin: string | undefined;
  readonly secFetchSite: string | undefined;
  readonly host: string | undefined;
}

/**
 * Whether a page of our own sent the request: `Sec-Fetch-Site: same-origin`, or an `Origin` that is this host or the
 * configured base URL. Same-site is not enough: services run on subdomains of the portal's host. Unknown when the
 * request carries neither header (not a browser, or a very old one).
 */
export function sameOrigin(request: RequestOrigin, baseUrl: string): boolean | 'unknown' {
  if (request.secFetchSite !== undefined) return request.secFetchSite === 'same-origin';
  if (request.origin === undefined) return 'unknown';
  if (!/^https?:\/\//.test(request.origin)) return false;
  const base = baseUrl.replace(/^(https?:\/\/[^/]+).*$/, '$1');
  return request.origin === base || request.origin.replace(/^https?:\/\//, '') === request.host;
}

/** Methods that change nothing. */
export const isSafeMethod = (method: string): boolean => method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
