import { existsSync, realpathSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Command } from '@paved/pipelines';
import { closedAncestors } from './hand-over.ts';
import type { IsolationKind } from './isolation.ts';
import { mountScript, mountSteps, quote, type MountStep } from './mounts.ts';
import type { SandboxUser } from './sandbox-user.ts';

interface LaunchPlan {
  readonly kind: IsolationKind;
  readonly command: Command;
  readonly user?: SandboxUser;
  /** Folders the command must not see. */
  readonly hidden: readonly string[];
  /** Its own folder for temporary files; holds `passwd` beside `tmp`. */
  readonly scratch: string;
  /** Files into which the process writes its id before it becomes anybody else. */
  readonly joinFiles: readonly string[];
  /** Processes the user may have, where no cgroup counts them. */
  readonly processes: number;
}

/** Environment of everything that runs before rights are dropped: nothing of it comes from the command. */
export const wrapperEnvironment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };

/** Where mounts are put aside; an empty folder on every system. */
const stashes = ['/mnt', '/media', '/srv', '/opt'];
const OPEN_FILES = 8192;

/** The program and arguments that put the isolation around a command. Its environment is read from descriptor 3 once rights are dropped. */
export function launchArguments(plan: LaunchPlan): string[] {
  const join = plan.joinFiles.map((file) => `echo $$ > ${quote(file)}`);
  const limits = ['prlimit', '--core=0', `--nofile=${OPEN_FILES}`, ...(plan.user === undefined ? [] : [`--nproc=${plan.processes}`])];
  const inner = [...limits, '/bin/sh', '-c', quote(innerScript(plan.command))].join(' ');
  switch (plan.kind) {
    case 'root-namespaces':
      return shell([
        ...join,
        `exec setpriv --pdeathsig KILL unshare --mount --pid --ipc --fork --kill-child --mount-proc /bin/sh -c ${quote(
          insideNamespace(plan, `${dropTo(plan)} ${inner}`),
        )}`,
      ]);
    case 'user-namespaces':
      return shell([
        ...join,
        `exec setpriv --pdeathsig KILL unshare --user --map-root-user --mount --pid --ipc --fork --kill-child --mount-proc /bin/sh -c ${quote(
          insideNamespace(plan, `unshare --user --map-user=1000 --map-group=1000 setpriv --no-new-privs ${inner}`),
        )}`,
      ]);
    case 'own-user':
      return shell([...join, `cd ${quote(plan.command.folder)}`, `exec ${dropTo(plan)} setpriv --pdeathsig KILL ${inner}`]);
    case 'none':
      return shell([...join, `cd ${quote(plan.command.folder)}`, innerScript(plan.command)]);
  }
}

/** What descriptor 3 carries: `export` lines. Names that a shell cannot hold are left out. */
export function environmentScript(environment: Readonly<Record<string, string>>): string {
  const named = Object.entries(environment).filter(([name]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  return named.map(([name, value]) => `export ${name}=${quote(value)}`).join('\n');
}

const shell = (lines: readonly string[]): string[] => ['/bin/sh', '-c', lines.join('\n')];

function dropTo(plan: LaunchPlan): string {
  const { uid, gid } = plan.user ?? { uid: 65534, gid: 65534 };
  return `setpriv --reuid ${uid} --regid ${gid} --clear-groups --no-new-privs --bounding-set -all --inh-caps -all`;
}

function innerScript(command: Command): string {
  // Files of a shared cache stay writable for the group.
  return [`umask 0002`, `eval "$(cat <&3)"`, `exec 3<&-`, `exec /bin/sh -c ${quote(command.line)}`].join('\n');
}

/** As first process of the namespace: mounts, then the command as its child, so that its orphans are reaped and it ends like any process. */
function insideNamespace(plan: LaunchPlan, child: string): string {
  const steps = mountSteps({
    folder: plan.command.folder,
    writable: plan.command.writable ?? [],
    readable: [...toolFolders(plan.command), ...(plan.command.readable ?? [])],
    hidden: hiddenFolders(plan),
    temporary: { from: path.join(plan.scratch, 'tmp'), at: [...new Set(['/tmp', realpathSync(os.tmpdir())])] },
  });
  const stash = stashes.find((folder) => existsSync(folder) && !plan.command.folder.startsWith(`${folder}/`)) ?? '/mnt';
  const passwd = path.join(plan.scratch, 'passwd');
  const withPasswd = plan.kind === 'root-namespaces' ? [`mount --bind ${quote(passwd)} /etc/passwd`] : [];
  return [
    'set -e',
    ...withPasswd,
    mountScript(steps.filter(exists), stash),
    // The user's own files outside the home stay readable, but nothing is written there.
    ...(plan.kind === 'user-namespaces' ? ['mount -o remount,bind,ro / 2>/dev/null || true'] : []),
    `cd ${quote(plan.command.folder)}`,
    'set +e',
    child,
    'exit $?',
  ].join('\n');
}

function exists(step: MountStep): boolean {
  return existsSync(step.kind === 'hide' ? step.at : step.from);
}

function hiddenFolders(plan: LaunchPlan): string[] {
  // Not os.userInfo(): a user without an entry in /etc/passwd has none.
  const home = os.homedir();
  const always = [...plan.hidden, '/dev/shm', ...(home === '/' ? [] : [home])];
  const runtime = `/run/user/${process.getuid?.() ?? 0}`;
  // Another user cannot pass a closed folder: an open, empty one takes its place, in which only what is shown exists.
  const shown = [plan.command.folder, ...(plan.command.writable ?? []), ...(plan.command.readable ?? []), ...toolFolders(plan.command)];
  const closed =
    plan.user === undefined ? [] : shown.filter((folder) => existsSync(folder)).flatMap((folder) => closedAncestors(folder).slice(0, 1));
  return [...new Set([...always, runtime, ...closed])].filter((folder) => existsSync(folder) && statSync(folder).isDirectory());
}

/** Our Node, and the npm that the server's PATH leads to, wherever they are installed. */
function toolFolders(command: Command): string[] {
  const folders = [path.dirname(realpathSync(process.execPath))];
  for (const folder of (command.environment['PATH'] ?? '').split(':')) {
    const npm = path.join(folder, 'npm');
    if (!path.isAbsolute(folder) || !existsSync(npm)) continue;
    // <prefix>/lib/node_modules/npm/bin/npm-cli.js
    folders.push(path.resolve(path.dirname(realpathSync(npm)), '..'));
    folders.push(folder);
    break;
  }
  return folders.filter((folder) => !['/usr/bin', '/bin', '/usr/local/bin'].includes(folder));
}
