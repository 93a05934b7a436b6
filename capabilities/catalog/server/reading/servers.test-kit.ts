import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import http, { type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly host: string;
  /** Method and path of every request, with `304` behind those that were answered so. */
  readonly asked: string[];
}

/** A real HTTP server on loopback. */
export async function serve(listener: RequestListener): Promise<TestServer> {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    response.on('finish', () => asked.push(`${request.method} ${request.url}${response.statusCode === 304 ? ' 304' : ''}`));
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Serves bare repositories below a folder by git's own `http-backend`. */
export const serveGit = (root: string): Promise<TestServer> =>
  serve((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    const child = spawn('git', ['-c', 'uploadpack.allowFilter=true', '-c', 'safe.directory=*', 'http-backend'], {
      env: {
        PATH: process.env['PATH'],
        HOME: root,
        GIT_PROJECT_ROOT: root,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: decodeURIComponent(url.pathname),
        QUERY_STRING: url.search.slice(1),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        ...(request.headers['content-encoding'] === undefined
          ? {}
          : { HTTP_CONTENT_ENCODING: String(request.headers['content-encoding']) }),
      },
    });
    request.pipe(child.stdin);
    child.stdin.on('error', () => {});
    const out: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.on('close', () => {
      const all = Buffer.concat(out);
      const end = all.indexOf('\r\n\r\n');
      for (const line of all.subarray(0, end).toString().split('\r\n')) {
        const [name = '', value = ''] = line.split(/:\s*/, 2);
        if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
        else response.setHeader(name, value);
      }
      response.end(all.subarray(end + 4));
    });
  });

/** A bare repository and a way to commit files to it. */
export function repository(
  root: string,
  name: string,
): {
  bare: string;
  /** Working folder: what stands in it goes into the next commit too. */
  work: string;
  commit(files: Readonly<Record<string, string | Uint8Array>>, branch?: string): string;
  /** Deletes a file in a commit to main. */
  remove(file: string): void;
  tag(name: string): void;
} {
  const bare = path.join(root, name);
  const work = mkdtempSync(path.join(os.tmpdir(), 'paved-work-'));
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', work, '-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', bare]);
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', work]);
  git('remote', 'add', 'origin', bare);
  return {
    bare,
    work,
    commit(files, branch = 'main') {
      for (const [file, text] of Object.entries(files)) {
        mkdirSync(path.dirname(path.join(work, file)), { recursive: true });
        writeFileSync(path.join(work, file), text);
      }
      git('add', '-A');
      git('commit', '--quiet', '-m', 'c');
      git('push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`);
      return git('rev-parse', 'HEAD');
    },
    remove(file) {
      git('rm', '--quiet', file);
      git('commit', '--quiet', '-m', 'd');
      git('push', '--quiet', 'origin', 'HEAD:refs/heads/main');
    },
    tag(tag) {
      git('tag', tag);
      git('push', '--quiet', 'origin', tag);
    },
  };
}
