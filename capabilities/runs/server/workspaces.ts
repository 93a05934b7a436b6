import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';

/** Ended runs keep their workspace this long, for looking at it and for retrying. */
export const WORKSPACE_KEPT_MS = 24 * 3_600_000;

/** Each run's own folder below the capability's data directory. */
export interface Workspaces {
  open(runId: string): Promise<string>;
  remove(runId: string): Promise<void>;
}

export function createWorkspaces(dataDir: string): Workspaces {
  const folder = (runId: string): string => path.join(dataDir, 'work', runId);
  return {
    async open(runId) {
      await mkdir(folder(runId), { recursive: true, mode: 0o700 });
      return folder(runId);
    },
    remove: (runId) => rm(folder(runId), { recursive: true, force: true, maxRetries: 3 }),
  };
}
