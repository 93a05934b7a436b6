import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { PavedError } from '@paved/kernel';
import type { WorkloadInputs } from '@paved/orchestrator';

/** The folder of the artifact that a static workload serves. */
export function staticFolderOf(release: string, inputs: WorkloadInputs): string {
  const name = inputs.staticFolder ?? ['dist', 'build', 'public'].find((candidate) => existsSync(path.join(release, candidate))) ?? '.';
  const folder = path.resolve(release, name);
  const inside = existsSync(folder) && `${realpathSync(folder)}${path.sep}`.startsWith(`${realpathSync(release)}${path.sep}`);
  if (inside) return folder;
  throw new PavedError('invalid', `${inputs.name} serves the folder "${name}", which its artifact does not have.`, {
    fix: 'Correct the annotation paved.dev/static-folder in score.yaml, or let the build make that folder.',
  });
}
