import type { Operation, SecurityScheme } from './reading.ts';

/** What somebody filled in to try an operation. */
export interface Filled {
  readonly server: string;
  /** By `<in> <name>`. */
  readonly values: Readonly<Record<string, string>>;
  readonly body: string;
  readonly contentType: string | undefined;
  readonly credential: string;
}

export interface BuiltRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: string;
}

/** What has to be filled in before the request makes sense. */
export const missingOf = (operation: Operation, filled: Filled): readonly string[] =>
  operation.parameters
    .filter(
      (parameter) => parameter.required && parameter.in !== 'cookie' && (filled.values[`${parameter.in} ${parameter.name}`] ?? '') === '',
    )
    .map((parameter) => parameter.name);

/** The request as it would be sent. `base` completes a server that is only a path. */
export function requestOf(operation: Operation, filled: Filled, scheme: SecurityScheme | undefined, base: string): BuiltRequest {
  const value = (place: string, name: string): string => filled.values[`${place} ${name}`] ?? '';
  const path = operation.path.replaceAll(/\{([^{}]+)\}/g, (whole, name: string) => {
    const given = value('path', name);
    return given === '' ? whole : encodeURIComponent(given);
  });
  const server = new URL(filled.server.endsWith('/') ? filled.server : `${filled.server}/`, base);
  const url = new URL(`.${path}`, server);
  const headers: [string, string][] = [['accept', 'application/json']];
  const form = new URLSearchParams();
  for (const { name, in: place } of operation.parameters) {
    const given = value(place, name);
    if (given === '') continue;
    if (place === 'query') url.searchParams.append(name, given);
    if (place === 'header') headers.push([name, given]);
    if (place === 'form') form.append(name, given);
  }
  if (filled.credential !== '' && scheme !== undefined) {
    if (scheme.type === 'bearer' || scheme.type === 'other') headers.push(['authorization', `Bearer ${filled.credential}`]);
    if (scheme.type === 'basic') headers.push(['authorization', `Basic ${base64(filled.credential)}`]);
    if (scheme.type === 'key' && scheme.in === 'query') url.searchParams.append(scheme.name ?? 'key', filled.credential);
    if (scheme.type === 'key' && scheme.in === 'header') headers.push([scheme.name ?? 'x-api-key', filled.credential]);
  }
  const body = operation.body !== undefined && filled.body.trim() !== '' ? filled.body : [...form].length > 0 ? form.toString() : undefined;
  if (body !== undefined)
    headers.push([
      'content-type',
      operation.body === undefined ? 'application/x-www-form-urlencoded' : (filled.contentType ?? 'application/json'),
    ]);
  return { method: operation.method.toUpperCase(), url: url.href, headers, ...(body === undefined ? {} : { body }) };
}

const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The same as a command; nothing in it is read by the shell. */
export function curlOf({ method, url, headers, body }: BuiltRequest): string {
  return [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${quoted(url)}`,
    ...headers.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`--data-raw ${quoted(body)}`]),
  ].join(' \\\n  ');
}
