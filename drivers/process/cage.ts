import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  environmentScript,
  giveFolder,
  openWay,
  quote,
  toolFolders,
  viewScript,
  wrapperEnvironment,
  type IsolationKind,
} from '@paved/driver-sandbox';
import type { WorkloadContainer } from '@paved/orchestrator';
import { MARKER } from './child.ts';
import { isWorkloadUser, type WorkloadUser, type WorkloadUsers } from './workload-user.ts';

/** What is to run, as the workload describes it. */
interface Program {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** What really is spawned for it. */
export interface Launch {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The program's environment as shell lines, to be sent through descriptor 3; undefined when `environment` is all there is. */
  readonly sent?: string;
}

/** What is put around the processes of one instance. */
export interface Cage {
  readonly user?: WorkloadUser;
  /** Gives what is the workload's own to its user; asked before each start, does nothing when it is so already. */
  settle(container: WorkloadContainer): Promise<void>;
  launch(program: Program, container: WorkloadContainer): Launch;
}

export interface InstanceFolders {
  /** The instance's own folder: passed, but not written, by the workload. */
  readonly root: string;
  readonly app: string;
  readonly files: string;
  readonly home: string;
  readonly temporary: string;
  /** Log pipes and exit files. */
  readonly run: string;
}

interface CageOptions {
  readonly kind: IsolationKind;
  readonly user?: WorkloadUser;
  readonly users: Pick<WorkloadUsers, 'holderOf'>;
  readonly folders: InstanceFolders;
  /** The platform's data directory and whatever else is not for workloads. */
  readonly hidden: readonly string[];
}

/** The ways a cage is made of are those of the sandbox driver, without its limits, and so that the process outlives the server. */
export function createCage({ kind, user, users, folders, hidden }: CageOptions): Cage {
  const passwd = path.join(folders.run, 'passwd');
  const sourcesOf = (container: WorkloadContainer): string[] => Object.values(container.volumes).map(({ source }) => source);

  const settle = async (container: WorkloadContainer): Promise<void> => {
    if (user === undefined) return;
    const own = [folders.app, folders.files, folders.home, folders.temporary];
    for (const folder of own) if (existsSync(folder) && lstatSync(folder).uid !== user.uid) await giveFolder(folder, user);
    for (const folder of [folders.root, folders.run]) chmodSync(folder, 0o711);
    writeFileSync(passwd, passwdWith(user, folders.home), { mode: 0o644 });
    for (const source of sourcesOf(container)) {
      mkdirSync(source, { recursive: true, mode: 0o700 });
      const { uid } = lstatSync(source);
      // A folder with files from elsewhere stays whose it is: who named it says who may use it.
      const ours = hidden.some((dir) => source.startsWith(`${dir}${path.sep}`)) || isWorkloadUser(uid) || readdirSync(source).length === 0;
      if (!ours) continue;
      // Shared: it belongs to the workload that had it first; we join its group.
      if (uid === user.uid || (uid !== 0 && users.holderOf(uid) !== undefined)) continue;
      await giveFolder(source, user);
      chmodSync(source, 0o2770);
    }
    if (kind !== 'own-user') return;
    for (const folder of toolFolders('')) openWay(path.join(folder, 'node'), []);
    for (const folder of [folders.app, ...sourcesOf(container)]) {
      openWay(folder, hidden);
      for (const dir of hidden) closeBeside(folder, dir);
    }
  };

  const drop = (container: WorkloadContainer): string => {
    if (user === undefined) return 'unshare --user --map-user=1000 --map-group=1000 setpriv --no-new-privs';
    const joined = new Set(sourcesOf(container).map((source) => statSync(source).gid));
    joined.delete(user.gid);
    joined.delete(0);
    const groups = joined.size === 0 ? '--clear-groups' : `--groups ${[...joined].join(',')}`;
    return `setpriv --reuid ${user.uid} --regid ${user.gid} ${groups} --no-new-privs --bounding-set -all --inh-caps -all`;
  };

  const view = (container: WorkloadContainer, program: Program): string[] =>
    viewScript({
      folder: folders.root,
      writable: Object.values(container.volumes).flatMap(({ source, readOnly }) => (readOnly === true ? [] : [source])),
      readable: [
        ...toolFolders(program.environment['PATH'] ?? ''),
        ...Object.values(container.volumes).flatMap(({ source, readOnly }) => (readOnly === true ? [source] : [])),
      ],
      hidden,
      temporary: folders.temporary,
      otherUser: user !== undefined,
      sharedMemory: true,
      ...(user === undefined ? {} : { passwd }),
    });

  return {
    ...(user === undefined ? {} : { user }),
    settle,
    launch(program, container) {
      if (kind === 'none') return program;
      const marker = program.environment[MARKER];
      const inside = [
        `cd ${quote(program.cwd)}`,
        `exec ${drop(container)} /bin/sh -c ${quote(innerScript(program.argv, user !== undefined))}`,
      ];
      const namespaced = (options: string): string =>
        `exec unshare ${options} /bin/sh -c ${quote([...view(container, program), ...inside].join('\n'))}`;
      const script =
        kind === 'root-namespaces'
          ? namespaced('--mount')
          : kind === 'user-namespaces'
            ? namespaced('--user --map-root-user --mount')
            : ['set -e', ...inside].join('\n');
      return {
        argv: ['/bin/sh', '-c', script],
        cwd: '/',
        // Nothing of the workload's own environment until rights are dropped; with the marker it is found if we end right now.
        environment: { ...wrapperEnvironment, ...(marker === undefined ? {} : { [MARKER]: marker }) },
        sent: `${environmentScript(program.environment)}\npaved_all=1\n`,
      };
    },
  };
}

/** As the workload's user: takes its environment, then becomes the program. Half an environment (we ended while sending) starts nothing. */
function innerScript(argv: readonly string[], ownUser: boolean): string {
  return [
    // Volumes may be shared through a group; everything else lies in folders of its own that are closed to others.
    ...(ownUser ? ['umask 0002'] : []),
    'unset PWD OLDPWD SHLVL',
    'eval "$(cat <&3)"',
    'exec 3<&-',
    'test "$paved_all" = 1 || exit 125',
    'unset paved_all',
    `exec ${argv.map(quote).join(' ')}`,
  ].join('\n');
}

function passwdWith(user: WorkloadUser, home: string): string {
  const others = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8') : '';
  return `${others.trimEnd()}\nservice:x:${user.uid}:${user.gid}:Paved workload:${home}:/bin/sh\n`;
}

/** On the way to `folder` nothing beside the way may be read by others: who may pass a folder may open what it can name. */
function closeBeside(folder: string, top: string): void {
  for (let at = path.dirname(folder); at === top || at.startsWith(`${top}${path.sep}`); at = path.dirname(at)) {
    for (const name of readdirSync(at)) {
      const beside = path.join(at, name);
      const found = lstatSync(beside, { throwIfNoEntry: false });
      if (found === undefined || found.isSymbolicLink()) continue;
      // Folders may be on the way of somebody else: passing stays possible.
      const open = found.mode & (found.isDirectory() ? 0o006 : 0o007);
      if (open !== 0) chmodSync(beside, found.mode & 0o7777 & ~open);
    }
    const { mode } = lstatSync(at);
    if ((mode & 0o006) !== 0) chmodSync(at, mode & 0o7771);
  }
}

/** Ends whatever still runs as the workload's user, in one call, so that nothing can fork out of it. */
export function endProcessesOf(user: WorkloadUser): void {
  spawnSync('/bin/sh', ['-c', 'kill -9 -1'], {
    uid: user.uid,
    gid: user.gid,
    cwd: '/',
    env: wrapperEnvironment,
    stdio: 'ignore',
    timeout: 5_000,
  });
}
