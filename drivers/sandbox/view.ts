import { existsSync, realpathSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { closedAncestors } from './hand-over.ts';
import { mountScript, mountSteps, quote, type MountStep } from './mounts.ts';

/** What a program of strangers sees of this machine. */
export interface View {
  /** Where it works. */
  readonly folder: string;
  readonly writable: readonly string[];
  readonly readable: readonly string[];
  /** What it must not see, above all the data directory. Homes are hidden in any case. */
  readonly hidden: readonly string[];
  /** A folder of its own that it sees as `/tmp`. */
  readonly temporary: string;
  /** It runs as another user than we: folders that are closed to others are replaced by open, empty ones. */
  readonly otherUser: boolean;
  /** A file that it sees as `/etc/passwd`. */
  readonly passwd?: string;
  /** It sees shared memory of this machine (files with secrets may lie there, each with its own owner). */
  readonly sharedMemory?: boolean;
}

/** Where mounts are put aside; an empty folder on every system. */
const stashes = ['/mnt', '/media', '/srv', '/opt'];

/** Shell lines that make the view; run as (mapped) root in a mount namespace of their own. They end inside `folder`. */
export function viewScript(view: View): string[] {
  const steps = mountSteps({
    folder: view.folder,
    writable: view.writable,
    readable: view.readable,
    hidden: hiddenFolders(view),
    temporary: { from: view.temporary, at: [...new Set(['/tmp', realpathSync(os.tmpdir())])] },
  });
  const stash = stashes.find((folder) => existsSync(folder) && !view.folder.startsWith(`${folder}/`)) ?? '/mnt';
  return [
    'set -e',
    ...(view.passwd === undefined ? [] : [`mount --bind ${quote(view.passwd)} /etc/passwd`]),
    mountScript(steps.filter(exists), stash),
    // The user's own files outside the home stay readable, but nothing is written there.
    ...(view.otherUser ? [] : ['mount -o remount,bind,ro / 2>/dev/null || true']),
    `cd ${quote(view.folder)}`,
    'set +e',
  ];
}

function exists(step: MountStep): boolean {
  return existsSync(step.kind === 'hide' ? step.at : step.from);
}

function hiddenFolders(view: View): string[] {
  // Not os.userInfo(): a user without an entry in /etc/passwd has none.
  const home = os.homedir();
  const always = [...view.hidden, ...(view.sharedMemory === true ? [] : ['/dev/shm']), ...(home === '/' ? [] : [home])];
  const runtime = `/run/user/${process.getuid?.() ?? 0}`;
  // Another user cannot pass a closed folder: an open, empty one takes its place, in which only what is shown exists.
  const shown = [view.folder, ...view.writable, ...view.readable];
  const closed = view.otherUser
    ? shown.filter((folder) => existsSync(folder)).flatMap((folder) => closedAncestors(folder).slice(0, 1))
    : [];
  return [...new Set([...always, runtime, ...closed])].filter((folder) => existsSync(folder) && statSync(folder).isDirectory());
}

/** Our Node, and the npm that `searchPath` leads to, wherever they are installed. */
export function toolFolders(searchPath: string): string[] {
  const folders = [path.dirname(realpathSync(process.execPath))];
  for (const folder of searchPath.split(':')) {
    const npm = path.join(folder, 'npm');
    if (!path.isAbsolute(folder) || !existsSync(npm)) continue;
    // <prefix>/lib/node_modules/npm/bin/npm-cli.js
    folders.push(path.resolve(path.dirname(realpathSync(npm)), '..'));
    folders.push(folder);
    break;
  }
  return folders.filter((folder) => !['/usr/bin', '/bin', '/usr/local/bin'].includes(folder));
}
