import { PavedError } from '@paved/kernel';

// oxlint-disable-next-line no-control-regex -- a path with control characters is never meant
const unfit = /[\u0000-\u001f\\]/;

/** A path of the documentation's source, without leading slash; throws `invalid` when it would leave it. */
export function pagePath(text: string): string {
  const path = joinPath('', text);
  if (
    path === undefined ||
    path === '' ||
    path.length > 1000 ||
    unfit.test(path) ||
    path.split('/').some((p) => p.toLowerCase() === '.git')
  ) {
    throw new PavedError('invalid', `"${text}" is not a page of this documentation.`, { fix: 'Choose one from its contents.' });
  }
  return path;
}

/** Joins and normalises with `/`; undefined when the result leaves the root. */
export function joinPath(folder: string, relative: string): string | undefined {
  const parts: string[] = [];
  for (const part of `${folder}/${relative}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

export const isMarkdown = (path: string): boolean => /\.(md|markdown)$/i.test(path);
