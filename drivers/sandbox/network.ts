import { spawnSync } from 'node:child_process';

/**
 * Brings up the loopback of a new network namespace, by its own sysfs, because programs like `ip` are not everywhere. Run as (mapped) root in
 * mount and network namespaces of their own.
 */
export const loopback = [
  'mount -t sysfs paved /mnt',
  // IFF_UP and IFF_LOOPBACK.
  'echo 0x9 > /mnt/class/net/lo/flags',
  'umount /mnt',
].join('\n');

/** Whether commands can be cut off from every network here; tried by doing it. */
export function probeCutOff(kind: 'root-namespaces' | 'user-namespaces'): boolean {
  const user = kind === 'user-namespaces' ? ['--user', '--map-root-user'] : [];
  const tried = spawnSync(
    'unshare',
    [...user, '--mount', '--net', '--pid', '--ipc', '--fork', '--kill-child', '--mount-proc', 'sh', '-ec', loopback],
    {
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      stdio: 'ignore',
      timeout: 5_000,
    },
  );
  return tried.status === 0;
}
