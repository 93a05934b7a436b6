import type { ServerResponse } from 'node:http';
import type { ChildProcess } from 'node:child_process';
import type { Git } from './git/git.ts';

export interface BackendRequest {
  readonly root: string;
  readonly slug: string;
  /** `info/refs`, `git-upload-pack` or `git-receive-pack`. */
  readonly operation: string;
  readonly method: string;
  readonly query: string;
  readonly contentType: string;
  readonly contentEncoding?: string;
  readonly contentLength?: string;
  readonly protocol?: string;
  readonly user: string;
  readonly address: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly config?: readonly (readonly [string, string])[];
}

/** Starts `git http-backend` (CGI) for one request. */
export function startBackend(git: Git, request: BackendRequest): ChildProcess {
  return git.start(['http-backend'], {
    config: [['http.receivepack', 'true'], ...(request.config ?? [])],
    env: {
      GIT_PROJECT_ROOT: request.root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: `/${request.slug}.git/${request.operation}`,
      QUERY_STRING: request.query,
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.contentType,
      REMOTE_USER: request.user,
      REMOTE_ADDR: request.address,
      ...(request.contentEncoding === undefined ? {} : { HTTP_CONTENT_ENCODING: request.contentEncoding }),
      ...(request.contentLength === undefined ? {} : { CONTENT_LENGTH: request.contentLength }),
      ...(request.protocol === undefined ? {} : { GIT_PROTOCOL: request.protocol }),
      ...request.env,
    },
  });
}

/** Splits what a CGI program writes into the head, once, and the bytes of the body. */
export function cgiReader(
  onHead: (head: { status: number; headers: [string, string][] }) => void,
  onBody: (chunk: Buffer) => void,
): (chunk: Buffer) => void {
  let waiting: Buffer | undefined = Buffer.alloc(0);
  return (chunk) => {
    if (waiting === undefined) return onBody(chunk);
    waiting = Buffer.concat([waiting, chunk]);
    const end = waiting.indexOf('\r\n\r\n');
    if (end < 0) return;
    const rest = waiting.subarray(end + 4);
    let status = 200;
    const headers: [string, string][] = [];
    for (const line of waiting.subarray(0, end).toString('latin1').split('\r\n')) {
      const colon = line.indexOf(':');
      const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
      if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
      else headers.push([name, value]);
    }
    waiting = undefined;
    onHead({ status, headers });
    if (rest.length > 0) onBody(rest);
  };
}

/** Lets bytes through but for the last ones of them all. */
export function heldBack(bytes: number): { readonly pass: (chunk: Buffer) => Buffer; readonly rest: () => Buffer } {
  let held: Buffer = Buffer.alloc(0);
  return {
    pass(chunk) {
      const all = Buffer.concat([held, chunk]);
      const end = Math.max(0, all.length - bytes);
      held = all.subarray(end);
      return all.subarray(0, end);
    },
    rest: () => held,
  };
}

/**
 * Sends a CGI program's answer as it comes, no faster than the client reads. Without a client it is thrown away. `through` sees each
 * part of the body and gives what is sent of it now.
 */
export function relay(child: ChildProcess, response: ServerResponse, through: (chunk: Buffer) => Buffer = (chunk) => chunk): void {
  response.on('close', () => child.stdout?.resume());
  child.stdout?.on(
    'data',
    cgiReader(
      ({ status, headers }) => {
        for (const [name, value] of headers) response.setHeader(name, value);
        response.writeHead(status);
      },
      (chunk) => {
        if (response.destroyed || response.write(through(chunk))) return;
        child.stdout?.pause();
        response.once('drain', () => child.stdout?.resume());
      },
    ),
  );
}
