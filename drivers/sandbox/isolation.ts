import { spawnSync } from 'node:child_process';
import { openCgroup, removeStale, type CgroupVersion } from './cgroup.ts';
import { probeCutOff } from './network.ts';
import { hasSandboxUsers } from './sandbox-user.ts';

/**
 * What this machine lets us do, best first.
 * `root-namespaces`: own user, own view of files and processes. `user-namespaces`: the same user, own view of files and processes.
 * `own-user`: own user, files guarded by ordinary permissions. `none`: only a watchdog.
 */
export const isolationKinds = ['root-namespaces', 'user-namespaces', 'own-user', 'none'] as const;
export type IsolationKind = (typeof isolationKinds)[number];

export interface Isolation {
  readonly kind: IsolationKind;
  readonly cgroups?: CgroupVersion;
  /** Whether a command that wants no network gets none. */
  readonly cutsOff: boolean;
  readonly sentence: string;
}

const safePath = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
export const GROUP_PREFIX = 'paved-command-';

/** Tries what works here, by doing it. Takes some 30 ms. */
export function probeIsolation(only?: IsolationKind): Isolation {
  const kind = only ?? probeKind();
  const cgroups = probeCgroups();
  const cutsOff = (kind === 'root-namespaces' || kind === 'user-namespaces') && probeCutOff(kind);
  return { kind, cutsOff, ...(cgroups === undefined ? {} : { cgroups }), sentence: `${sentenceOf(kind, cgroups)} ${networkOf(cutsOff)}` };
}

/** The best kind that works here. */
export function probeKind(): IsolationKind {
  const possible: IsolationKind[] = process.getuid?.() === 0 ? ['root-namespaces', 'own-user', 'none'] : ['user-namespaces', 'none'];
  return possible.find(works) ?? 'none';
}

function networkOf(cutsOff: boolean): string {
  return cutsOff
    ? 'Steps that say "network: none" are cut off from every network.'
    : 'Steps that say "network: none" keep the network: the kernel permits no network namespace here.';
}

function works(kind: IsolationKind): boolean {
  if (process.platform !== 'linux') return kind === 'none';
  const ends = (command: string, ...args: string[]): boolean => {
    const tried = spawnSync(command, args, { env: safePath, stdio: 'ignore', timeout: 5_000 });
    return tried.status === 0;
  };
  const drop = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', '--no-new-privs', '--bounding-set', '-all'];
  const mounts = 'mount -t tmpfs -o mode=755,size=1m paved /mnt && mount --rbind /usr /mnt && umount -l /mnt';
  switch (kind) {
    case 'root-namespaces':
      return (
        hasSandboxUsers() &&
        ends(
          'unshare',
          '--mount',
          '--pid',
          '--ipc',
          '--fork',
          '--kill-child',
          '--mount-proc',
          'sh',
          '-c',
          `${mounts} && exec ${drop.join(' ')} prlimit --core=0 true`,
        )
      );
    case 'user-namespaces':
      return ends(
        ...(['unshare', '--user', '--map-root-user', '--mount', '--pid', '--ipc', '--fork', '--kill-child', '--mount-proc'] as const),
        'sh',
        '-c',
        `${mounts} && exec unshare --user --map-user=1000 --map-group=1000 setpriv --no-new-privs prlimit --core=0 true`,
      );
    case 'own-user':
      return hasSandboxUsers() && ends(drop[0] ?? '', ...drop.slice(1), 'prlimit', '--core=0', 'true');
    case 'none':
      return true;
  }
}

function probeCgroups(): CgroupVersion | undefined {
  removeStale(GROUP_PREFIX);
  const opened = openCgroup(`${GROUP_PREFIX}probe-${process.pid}`, { memoryMb: 64, cpus: 1, timeoutMs: 1, outputBytes: 1 });
  void opened?.group.remove();
  return opened?.version;
}

function sentenceOf(kind: IsolationKind, cgroups: CgroupVersion | undefined): string {
  const limits =
    cgroups === undefined ? 'memory and processes watched by the platform' : `memory, processes and CPU limited by cgroups ${cgroups}`;
  switch (kind) {
    case 'root-namespaces':
      return `Commands run as a user of their own in namespaces that hide the data directory, homes and other processes; ${limits}.`;
    case 'user-namespaces':
      return `Commands run in a user namespace that hides the data directory, your home and other processes; ${limits}.`;
    case 'own-user':
      return `Commands run as a user of their own, kept out of the data directory by file permissions only (no namespaces here); ${limits}.`;
    case 'none':
      return `Commands run as the same user as the platform and could read its keys: neither root nor user namespaces are available; ${limits}.`;
  }
}
