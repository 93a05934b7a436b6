import { spawnSync } from 'node:child_process';
import { wrapperEnvironment } from '@paved/driver-sandbox';
import { PavedError } from '@paved/kernel';
import type { WorkloadUser } from './workload-user.ts';

/**
 * Changes files below `folder` with a workload's own rights (ours when it has no user): whatever links it may have laid there lead no
 * further than it could go itself. `folder` is entered before rights are dropped, so the way to it may be closed; paths are relative to it.
 */
export function asUser(
  user: WorkloadUser | undefined,
  folder: string,
  script: string,
  args: readonly string[],
  input: Buffer = Buffer.alloc(0),
): void {
  const done = spawnSync('/bin/sh', ['-ec', script, 'sh', ...args], {
    cwd: folder,
    env: wrapperEnvironment,
    input,
    stdio: ['pipe', 'ignore', 'pipe'],
    timeout: 10_000,
    ...user,
  });
  if (done.status === 0) return;
  const why = done.error?.message ?? done.stderr.toString().trim().split('\n').at(-1) ?? '';
  throw new PavedError('invalid', `A file or volume of the workload could not be put in place: ${why}.`, {
    fix: 'Look at its targets in score.yaml, and at the room on the disk.',
  });
}
