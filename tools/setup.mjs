// Plain JavaScript on purpose: this is what runs before anything is installed, on whatever Node (≥ 20) is there.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Installs what the lockfile names and is not there: from nothing with `npm ci`, otherwise only the difference. */
export function installDependencies(say = console.log) {
  if (isInstalled()) return;
  const release = takeTurn();
  try {
    // Another process may just have done it.
    if (isInstalled()) return;
    const word = existsSync(path.join(root, 'node_modules/.package-lock.json')) ? 'install' : 'ci';
    say(`Installing dependencies (npm ${word}), ${word === 'ci' ? 'about a minute' : 'only what is new'} …`);
    const npm = spawnSync('npm', [word, '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      // Standard output belongs to the program that starts afterwards: somebody may read JSON there.
      stdio: ['ignore', process.stderr, process.stderr],
    });
    if (npm.error) fail(`npm could not be started: ${npm.error.message}`);
    if (npm.status !== 0) fail(`npm ${word} did not finish; its message stands above.`);
  } finally {
    release();
  }
}

/** Every package of the lockfile that this machine needs is there in its version, by npm's own record of what it installed. */
function isInstalled() {
  try {
    const read = (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages;
    const installed = read('node_modules/.package-lock.json');
    return Object.entries(read('package-lock.json')).every(([at, entry]) => {
      // Optional ones are for other systems too; what is not below node_modules is the repository itself.
      if (entry.optional || !at.startsWith('node_modules/')) return true;
      if (entry.link) return existsSync(path.join(root, at));
      return installed[at]?.version === entry.version;
    });
  } catch {
    return false;
  }
}

/** One process installs at a time; the turn of a process that died is over. */
function takeTurn() {
  const turn = path.join(root, '.installing');
  for (;;) {
    try {
      mkdirSync(turn);
      writeFileSync(path.join(turn, 'pid'), String(process.pid));
      return () => rmSync(turn, { recursive: true, force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!isAlive(turn)) rmSync(turn, { recursive: true, force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  }
}

function isAlive(turn) {
  try {
    const pid = Number(readFileSync(path.join(turn, 'pid'), 'utf8'));
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    // Its owner has not written its number yet, or is somebody else's process.
    return error.code === 'ENOENT' ? existsSync(turn) : error.code === 'EPERM';
  }
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
