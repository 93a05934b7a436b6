import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { seedNpmCache } from './npm-cache.ts';
import { root } from './setup.mjs';

/** Everything between `npm ci` and a first start: the portal is built, golden paths can install without a network. */
export async function prepare(say: (text: string) => void): Promise<void> {
  buildPortal(say);
  await seedNpmCache(say);
}

/** Builds the portal when its sources changed since the last build. */
function buildPortal(say: (text: string) => void): void {
  const portal = path.join(root, 'apps/portal');
  if (!existsSync(path.join(portal, 'index.html'))) return;
  const stamp = path.join(portal, 'dist/.sources');
  const wanted = digestOf(
    [
      path.join(root, 'packages/ui'),
      path.join(root, 'packages/client'),
      path.join(root, 'packages/kernel'),
      portal,
      path.join(root, 'capabilities'),
    ],
    /\.(tsx?|css|html|json|svg)$/,
  );
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('Building the portal …');
  const built = spawnSync(process.execPath, [path.join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'], {
    cwd: portal,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (built.status !== 0) {
    console.error('The portal could not be built; its message stands above.');
    process.exit(1);
  }
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

/** SHA-256 over names, sizes and contents of matching files, without node_modules, dist and server sides. */
function digestOf(folders: readonly string[], pattern: RegExp): string {
  const hash = createHash('sha256');
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (['node_modules', 'dist', 'server', 'cli'].includes(entry.name) || /\.test\.tsx?$/.test(entry.name)) continue;
      const full = path.join(folder, entry.name);
      if (entry.isDirectory()) walk(full);
      else if (pattern.test(entry.name)) hash.update(`${full}\0${statSync(full).size}\0`).update(readFileSync(full));
    }
  };
  for (const folder of folders) walk(folder);
  return hash.digest('hex');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await prepare(console.log);
