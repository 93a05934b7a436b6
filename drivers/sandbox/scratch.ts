import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { identify } from '@paved/host';

const PREFIX = 'paved-command-';

/** A new folder for the temporary files of a command; its name says whose it is, so that what a killed server leaves is known later. */
export function makeScratchFolder(): string {
  const started = nameOf(identify(process.pid)?.started ?? 'unknown');
  return mkdtempSync(path.join(os.tmpdir(), `${PREFIX}${process.pid}-${started}-`));
}

/** Removes the folders of servers that are gone. */
export function removeStaleScratch(parent: string = os.tmpdir()): void {
  for (const name of readdirSync(parent)) {
    const [, pid, started] = /^paved-command-(\d+)-([\w.]+)-\w{6}$/.exec(name) ?? [];
    if (pid === undefined || started === undefined) continue;
    if (nameOf(identify(Number(pid))?.started ?? '') === started) continue;
    const folder = path.join(parent, name);
    try {
      // Somebody else's folder with such a name is not ours to remove.
      const { uid } = lstatSync(folder);
      if (uid === process.getuid?.()) rmSync(folder, { recursive: true, force: true });
    } catch {
      // Another server removes it at this moment.
    }
  }
}

function nameOf(started: string): string {
  return started.replaceAll(/[^\w.]/g, '_');
}
