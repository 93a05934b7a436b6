import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PavedError } from '@paved/kernel';

const execute = promisify(execFile);

/** Files by content: `sha256/<2>/<64>.<extension>`. Written to the side, then renamed: a half-written file is never seen. */
export interface ArtifactStore {
  /** Packs a folder deterministically (sorted, no owners, fixed times): equal content gives an equal digest. */
  packFolder(
    folder: string,
    options: { exclude: readonly string[]; signal: AbortSignal },
  ): Promise<{ digest: string; location: string; size: number }>;
  putText(text: string, extension: string): Promise<{ digest: string; location: string }>;
  /** The file of a digest, if it is here. */
  find(digest: string, extension: string): string | undefined;
}

export function createArtifactStore(root: string): ArtifactStore {
  const place = (hex: string, extension: string): string => path.join(root, 'sha256', hex.slice(0, 2), `${hex}.${extension}`);
  const keep = async (draft: string, extension: string): Promise<{ digest: string; location: string; size: number }> => {
    const hash = createHash('sha256');
    await pipeline(createReadStream(draft), hash);
    const hex = hash.digest('hex');
    const location = place(hex, extension);
    await mkdir(path.dirname(location), { recursive: true });
    if (existsSync(location)) await rm(draft);
    else await rename(draft, location);
    return { digest: `sha256:${hex}`, location, size: (await stat(location)).size };
  };
  const draftName = async (): Promise<string> => {
    await mkdir(path.join(root, 'drafts'), { recursive: true });
    return path.join(root, 'drafts', `${process.pid}-${process.hrtime.bigint()}`);
  };
  return {
    async packFolder(folder, { exclude, signal }) {
      const draft = await draftName();
      try {
        await execute(
          'tar',
          [
            '--sort=name',
            '--owner=0',
            '--group=0',
            '--numeric-owner',
            '--mtime=@0',
            '--format=gnu',
            '--mode=u+rwX,go+rX,go-w',
            '--exclude=./.git',
            ...exclude.map((pattern) => `--exclude=./${pattern}`),
            '--use-compress-program=gzip -n -6',
            '-cf',
            draft,
            '-C',
            folder,
            '.',
          ],
          { signal, timeout: 300_000, env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' } },
        );
      } catch (cause) {
        await rm(draft, { force: true });
        throw new PavedError(
          'internal',
          `The folder could not be packed: ${(cause as { stderr?: string }).stderr?.trim() || String(cause)}`,
          { cause },
        );
      }
      return keep(draft, 'tar.gz');
    },
    async putText(text, extension) {
      const draft = await draftName();
      await writeFile(draft, text);
      return keep(draft, extension);
    },
    find(digest, extension) {
      const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
      if (hex === undefined) return undefined;
      const location = place(hex, extension);
      return existsSync(location) ? location : undefined;
    },
  };
}
