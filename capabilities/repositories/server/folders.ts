import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Git } from './git/git.ts';

/** Where repositories lie below the capability's data directory. */
export interface Folders {
  /** The folder that holds all repositories, absolute. */
  readonly root: string;
  /** An empty folder git may call home. */
  readonly home: string;
  /** Short-lived files. */
  readonly scratch: string;
  of(slug: string): string;
  /** Makes an empty bare repository beside the final place; `settle` moves it there. */
  prepare(git: Git, id: string, defaultBranch: string): Promise<string>;
  /** Moves a prepared repository to its place. What lies there without belonging to anything goes to the trash first. */
  settle(prepared: string, slug: string): Promise<void>;
  /** Moves a repository to the trash; nothing happens when it is gone already. */
  discard(slug: string, id: string): Promise<void>;
  /** Removes a prepared repository that is not needed. */
  abandon(prepared: string): Promise<void>;
  /** Removes what is older than given: leftovers of a crash (prepared repositories, short-lived files), and the trash. */
  tidy(before: { leftovers: Date; trash: Date }): Promise<void>;
  /** Size on disk of its objects, in bytes. */
  size(slug: string): Promise<number>;
}

export async function openFolders(dataDir: string): Promise<Folders> {
  const root = path.resolve(dataDir);
  const of = (slug: string): string => path.join(root, `${slug}.git`);
  // Names with a leading dot can be no project.
  const [home, scratch, incoming, trash] = ['.home', '.scratch', '.incoming', '.trash'].map((name) => path.join(root, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const folder of [home, scratch, incoming, trash]) await mkdir(folder, { recursive: true, mode: 0o700 });
  const discard = async (slug: string, id: string): Promise<void> => {
    const to = path.join(trash, `${id}-${slug.replace('/', '-')}.git`);
    await rename(of(slug), to).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  };
  return {
    root,
    home,
    scratch,
    of,
    discard,
    async prepare(git, id, defaultBranch) {
      const folder = path.join(incoming, `${id}.git`);
      await git(['init', '--quiet', '--bare', '--template=', '--object-format=sha1', `--initial-branch=${defaultBranch}`, folder]);
      await writeFile(path.join(folder, 'description'), 'Hosted by Paved; do not edit by hand.\n');
      // The journal of each ref is what push events are read from, also after a crash: nobody may shorten it.
      await git(['config', 'core.logAllRefUpdates', 'always'], { repository: folder });
      await git(['config', 'gc.reflogExpire', 'never'], { repository: folder });
      await git(['config', 'gc.reflogExpireUnreachable', 'never'], { repository: folder });
      return folder;
    },
    async settle(prepared, slug) {
      await mkdir(path.dirname(of(slug)), { recursive: true, mode: 0o700 });
      await discard(slug, `orphan-${path.basename(prepared, '.git')}`);
      await rename(prepared, of(slug));
    },
    abandon: (prepared) => rm(prepared, { recursive: true, force: true }),
    async tidy(before) {
      for (const [folder, limit] of [
        [incoming, before.leftovers],
        [scratch, before.leftovers],
        [trash, before.trash],
      ] as const) {
        for (const name of await readdir(folder)) {
          const file = path.join(folder, name);
          const left = await stat(file).catch(() => undefined);
          // Moving a folder changes its ctime, not its mtime.
          if (left !== undefined && left.ctime < limit) await rm(file, { recursive: true, force: true });
        }
      }
    },
    async size(slug) {
      const walk = async (folder: string): Promise<number> => {
        const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
        const sizes = await Promise.all(
          entries.map((e) =>
            e.isDirectory()
              ? walk(path.join(folder, e.name))
              : stat(path.join(folder, e.name)).then(
                  (s) => s.size,
                  () => 0,
                ),
          ),
        );
        return sizes.reduce((sum, size) => sum + size, 0);
      };
      return walk(path.join(of(slug), 'objects'));
    },
  };
}
