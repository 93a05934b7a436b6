import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import { PavedError } from '@paved/kernel';

/** The absolute path of `relative` below `folder`. Throws when it leads out, by `..`, an absolute path or a symbolic link. */
export async function inside(folder: string, relative: string, what: string): Promise<string> {
  const root = await realpath(folder);
  const target = path.resolve(root, relative);
  const refuse = (why: string): PavedError =>
    new PavedError('invalid', `${what} "${relative}" ${why}.`, {
      fix: 'Use a path below the folder, without .. and without symbolic links.',
    });
  if (path.isAbsolute(relative) || relative.includes('\0')) throw refuse('is not a relative path');
  if (target !== root && !target.startsWith(root + path.sep)) throw refuse('leads out of its folder');
  // A link anywhere on the way could lead out although the text does not.
  let step = root;
  for (const part of path.relative(root, target).split(path.sep).filter(Boolean)) {
    step = path.join(step, part);
    const stat = await lstat(step).catch(() => undefined);
    if (stat === undefined) break;
    if (stat.isSymbolicLink()) throw refuse('goes through a symbolic link');
  }
  return target;
}
