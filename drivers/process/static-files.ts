import { createReadStream, realpathSync, statSync, type Stats } from 'node:fs';
import type http from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream';
import { createBrotliCompress, createGzip } from 'node:zlib';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.htm': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.xml': 'application/xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.ico': 'image/x-icon',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
  '.pdf': 'application/pdf',
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
};
const SMALLEST_COMPRESSED = 1024;

/** Serves the files of a folder below a path prefix: index.html, ETag, one byte range, compression, the folder's own 404.html. */
export function serveFolder(folder: string, prefix = '/'): (request: http.IncomingMessage, response: http.ServerResponse) => void {
  const root = realpathSync(folder);
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD', 'content-type': 'text/plain; charset=utf-8' });
      response.end('Only GET and HEAD are answered here.\n');
      return;
    }
    const [pathname = '/', query] = (request.url ?? '/').split('?', 2);
    const wanted = below(decode(pathname), prefix);
    const found = wanted === undefined ? undefined : find(root, wanted);
    if (found?.folder === true && !pathname.endsWith('/')) {
      response.writeHead(308, { location: `${pathname}/${query === undefined ? '' : `?${query}`}` });
      response.end();
      return;
    }
    if (found !== undefined) return send(request, response, found.file, found.stats, 200);
    const page = find(root, '/404.html');
    if (page !== undefined) return send(request, response, page.file, page.stats, 404);
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : 'There is no such page.\n');
  };
}

function decode(pathname: string): string | undefined {
  try {
    const decoded = decodeURIComponent(pathname);
    return decoded.includes('\0') ? undefined : decoded;
  } catch {
    return undefined;
  }
}

function below(pathname: string | undefined, prefix: string): string | undefined {
  if (pathname === undefined || prefix === '/') return pathname;
  return pathname.startsWith(prefix) ? pathname.slice(prefix.length) || '/' : undefined;
}

interface Found {
  readonly file: string;
  readonly stats: Stats;
  /** The address named a folder; `file` is its index.html. */
  readonly folder: boolean;
}

/** Only files that really lie inside the folder, links followed; names with a leading dot are not served. */
function find(root: string, wanted: string): Found | undefined {
  const parts = wanted.split('/').filter(Boolean);
  if (parts.some((part) => part === '..' || (part.startsWith('.') && part !== '.well-known'))) return undefined;
  const candidates = wanted.endsWith('/') ? [[...parts, 'index.html']] : [parts, [...parts.slice(0, -1), `${parts.at(-1) ?? ''}.html`]];
  for (const candidate of candidates) {
    try {
      const file = realpathSync(path.join(root, ...candidate));
      if (file !== root && !file.startsWith(`${root}${path.sep}`)) continue;
      const stats = statSync(file);
      if (stats.isFile()) return { file, stats, folder: false };
      const index = path.join(file, 'index.html');
      if (stats.isDirectory()) return { file: index, stats: statSync(index), folder: true };
    } catch {
      // Not there.
    }
  }
  return undefined;
}

function send(request: http.IncomingMessage, response: http.ServerResponse, file: string, stats: Stats, status: number): void {
  // Releases are unpacked once and never change, so size and time of the file identify its content.
  const etag = `W/"${stats.size.toString(36)}-${Math.trunc(stats.mtimeMs).toString(36)}"`;
  const type = types[path.extname(file).toLowerCase()] ?? 'application/octet-stream';
  const compressible = /^text\/|json|javascript|xml|svg|wasm|manifest/.test(type) && stats.size >= SMALLEST_COMPRESSED;
  // Names with a content hash may be kept; everything else is asked for again.
  const hashed = /[.-](?=[\w-]*\d)[\w-]{8,}\.\w+$/.test(path.basename(file)) && !type.startsWith('text/html');
  const headers: Record<string, string | number> = {
    'content-type': type,
    etag,
    'last-modified': stats.mtime.toUTCString(),
    'cache-control': status !== 200 ? 'no-store' : hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    'x-content-type-options': 'nosniff',
    ...(compressible ? { vary: 'accept-encoding' } : { 'accept-ranges': 'bytes' }),
  };
  if (status === 200 && isFresh(request, etag, stats)) {
    response.writeHead(304, headers);
    response.end();
    return;
  }
  const range = compressible || status !== 200 ? undefined : rangeOf(request.headers.range, stats.size);
  if (range === 'beyond') {
    response.writeHead(416, { 'content-range': `bytes */${stats.size}` });
    response.end();
    return;
  }
  const accepted = request.headers['accept-encoding'] ?? '';
  const encoding = !compressible ? undefined : /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : undefined;
  if (encoding !== undefined) headers['content-encoding'] = encoding;
  else headers['content-length'] = range === undefined ? stats.size : range.end - range.start + 1;
  if (range !== undefined) headers['content-range'] = `bytes ${range.start}-${range.end}/${stats.size}`;
  response.writeHead(range === undefined ? status : 206, headers);
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const source = createReadStream(file, range ?? {});
  const end = (): void => {};
  if (encoding === 'br') pipeline(source, createBrotliCompress({ params: { [1]: 4 } }), response, end);
  else if (encoding === 'gzip') pipeline(source, createGzip(), response, end);
  else pipeline(source, response, end);
}

function isFresh(request: http.IncomingMessage, etag: string, stats: Stats): boolean {
  const match = request.headers['if-none-match'];
  if (match !== undefined) return match.split(',').some((one) => one.trim().replace(/^W\//, '') === etag.slice(2));
  const since = Date.parse(request.headers['if-modified-since'] ?? '');
  return !Number.isNaN(since) && Math.trunc(stats.mtimeMs / 1000) * 1000 <= since;
}

function rangeOf(header: string | undefined, size: number): { start: number; end: number } | 'beyond' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return undefined;
  const [, first = '', last = ''] = match;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start > end || start >= size ? 'beyond' : { start, end };
}
