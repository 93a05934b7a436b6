import { createHash } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PavedError } from '@paved/kernel';
import type { WorkloadContainer, WorkloadValue } from '@paved/orchestrator';
import { resolveValue, type Reveal } from './environment.ts';

interface Places {
  /** Working folder of the container. */
  readonly app: string;
  /** Where absolute targets go. */
  readonly filesRoot: string;
}

/**
 * Puts a container's files and volumes in place. A file with a secret in it lies in memory (`/dev/shm`) with a link to it, so that no clear
 * secret is ever on the disk. Gives back the secrets, for masking.
 */
export async function placeFiles(container: WorkloadContainer, places: Places, reveal: Reveal): Promise<string[]> {
  const secrets = new Set<string>();
  for (const [target, file] of Object.entries(container.files)) {
    const at = prepare(places, target);
    const secret = file.content !== undefined && isSecret(file.content);
    const body =
      file.binaryContent === undefined
        ? Buffer.from(await resolveValue(file.content ?? '', reveal, secrets))
        : Buffer.from(file.binaryContent, 'base64');
    const mode = file.mode === undefined ? 0o600 : Number.parseInt(file.mode, 8);
    if (secret) symlinkSync(writeInMemory(places, target, body, mode), at);
    else writeFileSync(at, body, { mode });
    if (!secret) chmodSync(at, mode);
  }
  for (const [target, volume] of Object.entries(container.volumes)) {
    const source = volume.path === undefined ? volume.source : inside(volume.source, volume.path, `volume path "${volume.path}"`);
    mkdirSync(source, { recursive: true, mode: 0o700 });
    const at = prepare(places, target);
    symlinkSync(source, at);
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

/** A free place for the target: parents made, whatever stood there gone (never through a link that leads out). */
function prepare(places: Places, target: string): string {
  const at = locate(places, target);
  const root = path.isAbsolute(target) ? places.filesRoot : places.app;
  let folder = root;
  mkdirSync(root, { recursive: true, mode: 0o700 });
  for (const part of path.relative(root, path.dirname(at)).split(path.sep).filter(Boolean)) {
    folder = path.join(folder, part);
    if (!existsSync(folder)) mkdirSync(folder, { mode: 0o755 });
    if (lstatSync(folder).isSymbolicLink() || !statSync(folder).isDirectory()) {
      throw new PavedError('invalid', `The target "${target}" passes through "${path.relative(root, folder)}", which is not a folder.`, {
        fix: 'Choose another target in score.yaml.',
      });
    }
  }
  rmSync(at, { recursive: true, force: true });
  return at;
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
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, createHash('sha256').update(target).digest('hex').slice(0, 16));
  rmSync(file, { force: true });
  writeFileSync(file, body, { mode, flag: 'wx' });
  chmodSync(file, mode);
  return file;
}
