// Plain JavaScript on purpose: this is what runs before anything is installed, on whatever Node (≥ 20) is there.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Installs dependencies from the lockfile when they are missing or older than it. */
export function installDependencies(say = console.log) {
  const lock = path.join(root, 'package-lock.json');
  const stamp = path.join(root, 'node_modules/.paved-installed');
  const wanted = createHash('sha256').update(readFileSync(lock)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('Installing dependencies (npm ci) …');
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (npm.error) fail(`npm could not be started: ${npm.error.message}`);
  if (npm.status !== 0) fail('npm ci did not finish; its message stands above.');
  writeFileSync(stamp, wanted);
}

/** The Node 24 to run Paved with: this one when it is new enough, else the one that came with the dependencies. */
export function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  const bundled = path.join(root, `node_modules/node-${process.platform}-${process.arch}/bin/node`);
  if (existsSync(bundled)) {
    // Alpine and other systems without glibc have the file but cannot run it.
    if (spawnSync(bundled, ['--version']).status === 0) return bundled;
  }
  return fail(
    `Paved needs Node 24, and none comes with it for ${process.platform} ${process.arch}. Install Node 24 or newer and run the command again.`,
  );
}

export function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
