import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SourceFile } from './source-file.ts';

/** What an address held when it was read last. */
export interface KeptRead {
  readonly revision: string;
  /** What the other side wants to hear to say "not changed". */
  readonly validators?: { readonly etag?: string; readonly lastModified?: string };
  readonly files: readonly SourceFile[];
}

/** The last content of every address that is read, on disk: an unchanged one is not fetched again, also after a restart. */
export interface KeptReads {
  get(type: string, target: string): Promise<KeptRead | undefined>;
  put(type: string, target: string, read: KeptRead): Promise<void>;
  /** Forgets what nobody asked for since a month. */
  tidy(now: Date): Promise<void>;
}

const FORGET_AFTER_MS = 30 * 86_400_000;
const TOUCH_AFTER_MS = 86_400_000;

export function createKeptReads(folder: string): KeptReads {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fileOf = (type: string, target: string): string =>
    path.join(folder, `${createHash('sha256').update(`${type}:${target}`).digest('hex')}.json`);
  let drafts = 0;
  return {
    async get(type, target) {
      const file = fileOf(type, target);
      try {
        const kept = JSON.parse(await readFile(file, 'utf8')) as KeptRead & { target: string };
        const { mtimeMs } = await stat(file);
        if (Date.now() - mtimeMs > TOUCH_AFTER_MS) await utimes(file, new Date(), new Date());
        return kept.target === target ? kept : undefined;
      } catch {
        // Not there, or half written when the power went: read it anew.
        return undefined;
      }
    },
    async put(type, target, read) {
      const file = fileOf(type, target);
      const draft = `${file}.${process.pid}.${drafts++}`;
      await writeFile(draft, JSON.stringify({ target, ...read }), { mode: 0o600 });
      await rename(draft, file);
    },
    async tidy(now) {
      for (const name of await readdir(folder)) {
        const file = path.join(folder, name);
        const info = await stat(file).catch(() => undefined);
        if (info !== undefined && now.getTime() - info.mtimeMs > FORGET_AFTER_MS) await rm(file, { force: true });
      }
    },
  };
}
