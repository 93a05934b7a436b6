import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, resolve, sep } from 'node:path';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** Serves a folder: index pages, ETags, nothing outside the folder. `/healthz` says that it runs. */
export function createSiteServer(folder) {
  const root = resolve(folder);
  return createServer(async (request, response) => {
    const send = (status, headers, body = '') => response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body);
    if (request.method !== 'GET' && request.method !== 'HEAD') return send(405, { allow: 'GET, HEAD' });
    let path;
    try {
      path = decodeURIComponent(new URL(request.url ?? '/', 'http://site').pathname);
    } catch {
      return send(400, {}, 'Bad request');
    }
    if (path === '/healthz') return send(200, { 'content-type': 'application/json' }, '{"status":"ok"}');
    const file = resolve(root, `.${path.endsWith('/') ? `${path}index.html` : path}`);
    if (path.includes('\0') || !file.startsWith(root + sep)) return send(404, {}, 'Not found');
    try {
      const body = await readFile(file);
      const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
      const headers = { etag, 'cache-control': 'no-cache', 'content-type': types[extname(file)] ?? 'application/octet-stream', 'x-content-type-options': 'nosniff' };
      return request.headers['if-none-match'] === etag ? response.writeHead(304, headers).end() : send(200, headers, body);
    } catch (error) {
      // A folder without its slash: say where it is.
      if (error.code === 'EISDIR') return send(301, { location: `${encodeURI(path).replace(/^\/+/, '/')}/` });
      return send(404, { 'content-type': 'text/plain; charset=utf-8' }, 'Not found');
    }
  });
}
