import path from 'node:path';
import { watch as watchFiles, type FSWatcher } from 'chokidar';
import picomatch from 'picomatch';
import { messageOf, systemActor } from '@paved/kernel';
import { SOURCE_READ } from '../index.ts';
import type { Locations } from './locations.ts';
import { readLocation } from './reading/read-location.ts';
import { stateOf } from './reading/store.ts';
import { allLocations, locationById, type LocationRow } from './store.ts';
import { ownerKeyOf, type SyncDeps } from './sync.ts';
import { sourcesOfOwner } from './views.ts';

/** Keeps files and folders fresh by watching them. */
export interface Watch {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Looks at the list of locations again (one was added, removed or synced). */
  rescan(): Promise<void>;
}

const SETTLE_MS = 150;
const RESCAN_MS = 30_000;
const MAX_FOLDERS = 2000;

interface Watched {
  readonly folders: string;
  readonly watcher: FSWatcher;
  timer?: NodeJS.Timeout;
}

export function createWatch(deps: SyncDeps, locations: Locations): Watch {
  const watched = new Map<string, Watched>();
  let timer: NodeJS.Timeout | undefined;
  let hears = (): void => {};
  let hurry: NodeJS.Timeout | undefined;
  let stopped = true;
  let scanning: Promise<void> | undefined;

  /** Starts a run only when the source says something else than at the last sync. */
  const look = async (id: string): Promise<void> => {
    try {
      // First which run read it last: one that ends from here on leaves a row that says so, or the same reason.
      const last = (await stateOf(deps.db, id))?.runId;
      const row = await locationById(deps.db, id);
      if (row === undefined || stopped) return;
      const reading = await readLocation(deps, row);
      if (reading.revision === row.revision && (reading.unreadable ?? null) === row.error) return;
      // Read by another run meanwhile: what is known of it is old.
      if ((await stateOf(deps.db, id))?.runId !== last) return await look(id);
      // Every server that watches sees the same change since the same read: one run carries it out.
      const change = [last, reading.revision, reading.unreadable].join('\n');
      await locations.syncNow(row, systemActor, { type: 'system', ref: 'a file changed' }, change);
      await rescan();
    } catch (error) {
      if (!stopped)
        deps.log.warn({ location: id, reason: messageOf(error) }, 'A changed source could not be read; its next change tries again.');
    }
  };

  const open = (id: string, folders: readonly string[], recursive: boolean): void => {
    const watcher = watchFiles([...folders], {
      ignoreInitial: true,
      ignorePermissionErrors: true,
      ...(recursive ? {} : { depth: 0 }),
      ignored: (file) => folders.every((folder) => file !== folder) && /(^|[/\\])(node_modules|\.[^/\\]+)$/.test(file),
    });
    const entry: Watched = { folders: folders.join('\n'), watcher };
    const lookSoon = (): void => {
      clearTimeout(entry.timer);
      if (watched.get(id) === entry) entry.timer = setTimeout(() => void look(id), SETTLE_MS);
    };
    watcher.on('all', lookSoon);
    // What changed between the last sync and now was not heard.
    watcher.on('ready', lookSoon);
    watcher.on('error', (error) =>
      deps.log.warn({ location: id, reason: messageOf(error) }, 'Watching a source failed; it is read again when the server starts.'),
    );
    watched.set(id, entry);
  };

  const close = async (id: string): Promise<void> => {
    const entry = watched.get(id);
    watched.delete(id);
    clearTimeout(entry?.timer);
    await entry?.watcher.close();
  };

  const scan = async (): Promise<void> => {
    clearTimeout(hurry);
    hurry = undefined;
    const rows = await allLocations(deps.db);
    if (stopped) return;
    for (const id of watched.keys()) if (!rows.some((row) => row.id === id)) await close(id);
    for (const row of rows) {
      if (row.type === 'file' || row.type === 'directory') {
        const { folders, recursive } = await foldersOf(row);
        if (watched.get(row.id)?.folders === folders.join('\n')) continue;
        await close(row.id);
        if (!stopped) open(row.id, folders, recursive);
      }
    }
  };

  /** A folder or pattern is watched as a tree; a file with the folders of everything it led to. */
  const foldersOf = async (row: LocationRow): Promise<{ folders: string[]; recursive: boolean }> => {
    const target = path.resolve(row.target);
    if (row.type === 'directory') return { folders: [target], recursive: true };
    const scanned = picomatch.scan(target);
    if (scanned.isGlob) return { folders: [scanned.base], recursive: true };
    const files = (await sourcesOfOwner(deps.db, ownerKeyOf(row.id)))
      .filter((source) => source.startsWith('file:'))
      .map((source) => source.slice('file:'.length));
    return {
      folders: [...new Set([path.dirname(target), ...files.filter((file) => !/[*?]/.test(file)).map((file) => path.dirname(file))])]
        .sort()
        .slice(0, MAX_FOLDERS),
      recursive: false,
    };
  };

  function rescan(): Promise<void> {
    scanning = (scanning ?? Promise.resolve()).then(async () => {
      if (!stopped) await scan();
    });
    scanning = scanning.catch((error: unknown) => {
      if (!stopped) deps.log.warn({ reason: messageOf(error) }, 'The list of sources could not be read.');
    });
    return scanning;
  }

  return {
    rescan,
    async start() {
      stopped = false;
      timer = setInterval(() => void rescan(), RESCAN_MS);
      timer.unref();
      // Whichever server or capability added a source, or read a file that leads to others now: all watch what is new.
      hears = deps.events.subscribe([SOURCE_READ], ({ subject, data }) => {
        const isNew = subject.startsWith('directory:') && !watched.has(String(data['locationId']));
        if (isNew || subject.startsWith('file:')) hurry ??= setTimeout(() => void rescan(), SETTLE_MS).unref();
      });
      await rescan();
    },
    async stop() {
      stopped = true;
      hears();
      clearInterval(timer);
      clearTimeout(hurry);
      await scanning;
      for (const id of watched.keys()) await close(id);
    },
  };
}
