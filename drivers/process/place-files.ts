import { createHash } from 'node:crypto';
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PavedError } from '@paved/kernel';
import type { WorkloadContainer, WorkloadValue } from '@paved/orchestrator';
import { asUser } from './as-user.ts';
import { resolveValue, type Reveal } from './environment.ts';
import type { WorkloadUser } from './workload-user.ts';

interface Places {
  /** Working folder of the container. */
  readonly app: string;
  /** Where absolute targets go. */
  readonly filesRoot: string;
  /** Whose files they become; without it they are ours. */
  readonly user?: WorkloadUser;
}

/**
 * Puts a container's files and volumes in place. A file with a secret in it lies in memory (`/dev/shm`) with a link to it, so that no clear
 * secret is ever on the disk. Gives back the secrets, for masking.
 */
export async function placeFiles(container: WorkloadContainer, places: Places, reveal: Reveal): Promise<string[]> {
  const secrets = new Set<string>();
  for (const [target, file] of Object.entries(container.files)) {
    const place = placeOf(places, target);
    const secret = file.content !== undefined && isSecret(file.content);
    const body =
      file.binaryContent === undefined
        ? Buffer.from(await resolveValue(file.content ?? '', reveal, secrets))
        : Buffer.from(file.binaryContent, 'base64');
    const mode = file.mode === undefined ? 0o600 : Number.parseInt(file.mode, 8);
    if (secret) putLink(places, place, writeInMemory(places, target, body, mode));
    else
      asUser(places.user, place.root, `${MAKE_ROOM}; umask 077; cat > "$1"; chmod "$3" -- "$1"`, [...place.words, mode.toString(8)], body);
  }
  for (const [target, volume] of Object.entries(container.volumes)) {
    const source = volume.path === undefined ? volume.source : inside(volume.source, volume.path, `volume path "${volume.path}"`);
    mkdirSync(volume.source, { recursive: true, mode: 0o700 });
    if (volume.path !== undefined) {
      const within = path.relative(volume.source, source);
      if (!existsSync(source)) asUser(places.user, volume.source, 'mkdir -p -- "$1"', [within]);
    }
    putLink(places, placeOf(places, target), source);
  }
  return [...secrets];
}

/** Removes what `placeFiles` put into memory. */
export function removeFilesInMemory(places: Places): void {
  rmSync(memoryFolder(places), { recursive: true, force: true });
}

/** Whether the files and volumes of a container are still there (memory is empty after a restart of the machine). */
export function filesInPlace(container: WorkloadContainer, places: Places): boolean {
  return [...Object.keys(container.files), ...Object.keys(container.volumes)].every((target) => existsSync(locate(places, target)));
}

function isSecret(value: WorkloadValue): boolean {
  return typeof value !== 'string' && (!('parts' in value) || value.parts.some((part) => typeof part !== 'string'));
}

function locate(places: Places, target: string): string {
  return inside(path.isAbsolute(target) ? places.filesRoot : places.app, target, `target "${target}"`);
}

/** `$1` is the target, `$2` the folder it goes into; whatever stood there goes. */
const MAKE_ROOM = 'mkdir -p -- "$2"; rm -rf -- "$1"';

interface Place {
  readonly root: string;
  /** The target and its folder, relative to `root`. */
  readonly words: readonly [target: string, folder: string];
}

function placeOf(places: Places, target: string): Place {
  const at = locate(places, target);
  const root = path.isAbsolute(target) ? places.filesRoot : places.app;
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const words = [`./${path.relative(root, at)}`, `./${path.relative(root, path.dirname(at))}`] as const;
  let folder = root;
  for (const part of path.relative(root, path.dirname(at)).split(path.sep).filter(Boolean)) {
    folder = path.join(folder, part);
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (found === undefined) break;
    if (!found.isDirectory()) {
      throw new PavedError('invalid', `The target "${target}" passes through "${path.relative(root, folder)}", which is not a folder.`, {
        fix: 'Choose another target in score.yaml.',
      });
    }
  }
  return { root, words };
}

function putLink(places: Places, { root, words }: Place, to: string): void {
  asUser(places.user, root, `${MAKE_ROOM}; ln -s -- "$3" "$1"`, [...words, to]);
}

function inside(root: string, target: string, what: string): string {
  const at = path.join(root, target);
  if (at === root || !at.startsWith(`${root}${path.sep}`)) {
    throw new PavedError('invalid', `The ${what} leaves its folder.`, { fix: 'Use a path without "..".' });
  }
  return at;
}

function memoryFolder(places: Places): string {
  const root = existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();
  return path.join(root, `paved-files-${createHash('sha256').update(places.filesRoot).digest('hex').slice(0, 16)}`);
}

function writeInMemory(places: Places, target: string, body: Buffer, mode: number): string {
  const folder = memoryFolder(places);
  ownFolder(folder, places.user === undefined ? 0o700 : 0o711);
  const file = path.join(folder, createHash('sha256').update(target).digest('hex').slice(0, 16));
  rmSync(file, { force: true });
  writeFileSync(file, body, { mode: 0o600, flag: 'wx' });
  if (places.user !== undefined) chownSync(file, places.user.uid, places.user.gid);
  chmodSync(file, mode & (places.user === undefined ? 0o777 : 0o770));
  return file;
}

/** Everybody may write where it lies: a folder that somebody else put there under its name is not used. */
function ownFolder(folder: string, mode: number): void {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found !== undefined && (!found.isDirectory() || found.uid !== process.getuid?.())) rmSync(folder, { recursive: true, force: true });
  if (found === undefined || !existsSync(folder)) mkdirSync(folder, { mode });
  chmodSync(folder, mode);
}
