import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { git } from './service.ts';

/** A clone of a hosted repository, in a folder that is gone at the end of its scope. */
export interface Clone extends Disposable {
  readonly work: string;
}

/** Clones with a token, as any person's Git would. */
export function clone(address: string, token: string): Clone {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'paved-clone-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const remote = new URL(address);
    remote.username = 'token';
    remote.password = token;
    git(folder, 'clone', '--quiet', remote.href, 'work');
  } catch (error) {
    remove();
    throw error;
  }
  return { work: path.join(folder, 'work'), [Symbol.dispose]: remove };
}
