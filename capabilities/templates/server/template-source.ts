import { mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PavedError } from '@paved/kernel';
import type { Scm } from '@paved/repositories';
import { slugOfTarget } from './own-repository.ts';

/** Where a template's relative URLs start, and the folder that they cannot leave. */
export interface TemplateSource {
  readonly folder: string;
  readonly root: string;
}

/**
 * Finds the folder that a template was read from. `file:` locations are used in place; a template in one of the platform's
 * repositories is checked out into `into` at its default branch.
 */
export async function openTemplateSource(
  deps: { scm: Scm; baseUrl: () => string },
  template: { ref: string; location: string; originLocation: string },
  into: string,
): Promise<TemplateSource> {
  const { type, target } = splitLocation(template.location);
  if (type === 'file' || target.startsWith('file:')) {
    const folder = path.dirname(fileOf(target));
    const origin = splitLocation(template.originLocation);
    const above =
      origin.type === 'directory' ? fileOf(origin.target) : origin.type === 'file' ? path.dirname(fileOf(origin.target)) : folder;
    const root = folder === above || folder.startsWith(above + path.sep) ? above : folder;
    return { folder: await realpath(folder), root: await realpath(root) };
  }
  const found = slugOfTarget(target, deps.baseUrl());
  if (found === undefined) {
    throw new PavedError('unsupported', `${template.ref} was read from ${template.location}, whose files cannot be read here.`, {
      fix: 'Keep the template in one of the platform’s repositories or in a folder on the server.',
    });
  }
  const repository = await deps.scm.get(found.slug);
  const sha = repository === undefined ? undefined : await deps.scm.resolve(found.slug, repository.defaultBranch);
  if (sha === undefined) throw new PavedError('not_found', `The repository ${found.slug} of ${template.ref} has no commits.`);
  const root = into;
  const marker = path.join(path.dirname(root), `${path.basename(root)}.commit`);
  if ((await readFile(marker, 'utf8').catch(() => '')) === '') {
    // What a crash left half-written is thrown away.
    await rm(root, { recursive: true, force: true });
    await mkdir(root, { recursive: true });
    await deps.scm.checkout(found.slug, sha, root);
    await writeFile(marker, sha);
  }
  return { folder: path.join(root, path.dirname(found.path)), root };
}

/** `file:/srv/x.yaml` → type `file`, target `/srv/x.yaml`; `git:https://…` keeps its URL. */
export function splitLocation(location: string): { type: string; target: string } {
  const cut = location.indexOf(':');
  return cut < 0 ? { type: '', target: location } : { type: location.slice(0, cut), target: location.slice(cut + 1) };
}

const fileOf = (target: string): string => (target.startsWith('file://') ? fileURLToPath(target) : path.resolve(target));
