import path from 'node:path';
import type { Command } from '@paved/pipelines';
import type { IsolationKind } from './isolation.ts';
import { quote } from './mounts.ts';
import { loopback } from './network.ts';
import type { SandboxUser } from './sandbox-user.ts';
import { toolFolders, viewScript } from './view.ts';

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
  /** Without a network: nothing but a loopback of its own. Only in namespaces. */
  readonly cutOff: boolean;
}

/** Environment of everything that runs before rights are dropped: nothing of it comes from the command. */
export const wrapperEnvironment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };

const OPEN_FILES = 8192;

/** The program and arguments that put the isolation around a command. Its environment is read from descriptor 3 once rights are dropped. */
export function launchArguments(plan: LaunchPlan): string[] {
  const join = plan.joinFiles.map((file) => `echo $$ > ${quote(file)}`);
  const limits = ['prlimit', '--core=0', `--nofile=${OPEN_FILES}`, ...(plan.user === undefined ? [] : [`--nproc=${plan.processes}`])];
  const inner = [...limits, '/bin/sh', '-c', quote(innerScript(plan.command))].join(' ');
  const network = plan.cutOff ? ' --net' : '';
  switch (plan.kind) {
    case 'root-namespaces':
      return shell([
        ...join,
        `exec setpriv --pdeathsig KILL unshare --mount${network} --pid --ipc --fork --kill-child --mount-proc /bin/sh -c ${quote(
          insideNamespace(plan, `${dropTo(plan)} ${inner}`),
        )}`,
      ]);
    case 'user-namespaces':
      return shell([
        ...join,
        `exec setpriv --pdeathsig KILL unshare --user --map-root-user --mount${network} --pid --ipc --fork --kill-child --mount-proc /bin/sh -c ${quote(
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
  const view = viewScript({
    folder: plan.command.folder,
    writable: plan.command.writable ?? [],
    readable: [...toolFolders(plan.command.environment['PATH'] ?? ''), ...(plan.command.readable ?? [])],
    hidden: plan.hidden,
    temporary: path.join(plan.scratch, 'tmp'),
    otherUser: plan.user !== undefined,
    ...(plan.kind === 'root-namespaces' ? { passwd: path.join(plan.scratch, 'passwd') } : {}),
  });
  return [...(plan.cutOff ? [loopback] : []), ...view, child, 'exit $?'].join('\n');
}
