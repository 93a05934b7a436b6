import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from './setup.mjs';

/** Where the cache that pipelines start from lies. */
const seed = path.join(root, 'node_modules/.cache/paved/npm');

interface Lock {
  packages?: Record<string, { integrity?: string; version?: string }>;
}

/**
 * Fills an npm cache with every package that the golden paths' lockfiles name, so that their pipelines install without a
 * network. Contents come from npm's own cache, where `npm ci` of Paved has just put them; what is missing there is fetched.
 */
export async function seedNpmCache(say: (text: string) => void): Promise<void> {
  const locks = findLocks(path.join(root, 'examples/acme/templates'));
  const stamp = path.join(seed, '.seeded');
  const wanted = createHash('sha256')
    .update(locks.map((file) => readFileSync(file)).join('\0'))
    .digest('hex');
  if (locks.length === 0 || (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted)) return;
  say('Seeding the npm cache for golden paths …');
  rmSync(seed, { recursive: true, force: true });
  mkdirSync(seed, { recursive: true });
  const own = execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  const missing = locks.filter(
    (file) => !integrities(file).every((integrity) => copyContent(path.join(own, '_cacache'), path.join(seed, '_cacache'), integrity)),
  );
  for (const file of missing) fetchInto(file);
  writeFileSync(stamp, wanted);
}

function findLocks(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : findLocks(full);
    return entry.name === 'package-lock.json' ? [full] : [];
  });
}

function integrities(file: string): string[] {
  const { packages = {} } = JSON.parse(readFileSync(file, 'utf8')) as Lock;
  return [...new Set(Object.values(packages).flatMap(({ integrity }) => (integrity === undefined ? [] : [integrity])))];
}

/** Copies one content-addressed file (cacache layout); npm finds it by its integrity. */
function copyContent(from: string, to: string, integrity: string): boolean {
  const [algorithm = '', digest = ''] = integrity.split('-', 2);
  const hex = Buffer.from(digest, 'base64').toString('hex');
  const relative = path.join('content-v2', algorithm, hex.slice(0, 2), hex.slice(2, 4), hex.slice(4));
  if (existsSync(path.join(to, relative))) return true;
  if (!existsSync(path.join(from, relative))) return false;
  mkdirSync(path.dirname(path.join(to, relative)), { recursive: true });
  cpSync(path.join(from, relative), path.join(to, relative));
  return true;
}

/** Installs a lockfile into a throw-away folder through the seed cache. */
function fetchInto(lock: string): void {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'paved-seed-'));
  try {
    cpSync(lock, path.join(folder, 'package-lock.json'));
    // Templates hold placeholders in the manifest; the lock's root entry says the same without them.
    const root = (JSON.parse(readFileSync(lock, 'utf8')) as { packages?: Record<string, object> }).packages?.[''] ?? {};
    const manifest = { name: 'seed', version: '0.0.0', ...root };
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ ...manifest, name: 'seed', version: '0.0.0' }));
    const text = JSON.parse(readFileSync(lock, 'utf8')) as {
      name: string;
      version: string;
      packages: Record<string, { name?: string; version?: string }>;
    };
    writeFileSync(
      path.join(folder, 'package-lock.json'),
      JSON.stringify({
        ...text,
        name: 'seed',
        version: '0.0.0',
        packages: { ...text.packages, '': { ...text.packages[''], name: 'seed', version: '0.0.0' } },
      }),
    );
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--cache', seed, '--loglevel=error'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
