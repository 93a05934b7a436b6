import { parseRef } from '@paved/kernel';
import { capital, pathOf } from '@paved/ui';

/** A version as `…/history` and `/api/catalog/changes` answer it. */
export interface Version {
  readonly ref: string;
  readonly version: number;
  readonly change: 'added' | 'updated' | 'removed';
  readonly kind: string;
  readonly title: string;
  readonly at: string;
  readonly until?: string;
  readonly actor?: string;
  readonly cause?: string;
  readonly run?: string;
  readonly source: string;
  readonly line: number;
  readonly revision?: string;
  readonly commitUrl?: string;
  /** The version before is no longer kept. */
  readonly forgotten?: true;
  readonly diff: readonly { readonly path: string; readonly before?: unknown; readonly after?: unknown }[];
}

export interface VersionPage {
  readonly items: readonly Version[];
  readonly totalItems: number;
  readonly pageInfo: { readonly nextCursor?: string };
}

/** Where an entity's versions are answered. */
export function historyPath(ref: string): string {
  const { kind, namespace, name } = parseRef(ref);
  return `/api/catalog/entities/by-name/${pathOf(kind, namespace, name)}/history`;
}

/** The page that shows a version against the one before; also for what is gone. */
export function versionHref(version: Pick<Version, 'ref' | 'version' | 'change'>): string {
  const { kind, namespace, name } = parseRef(version.ref);
  const query = `?version=${version.version}`;
  return version.change === 'removed'
    ? `/catalog/changes/${pathOf(namespace, kind, name)}${query}`
    : `/catalog/${pathOf(namespace, kind, name)}/history${query}`;
}

/** "owner", "annotation example.com/tier", "title": the last part of a pointer, as people say it. */
function fieldWords(path: string): string {
  const keys = path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (keys[0] === 'metadata' && (keys[1] === 'annotations' || keys[1] === 'labels') && keys[2] !== undefined)
    return `${keys[1].slice(0, -1)} ${keys[2]}`;
  const [first, ...rest] = keys;
  return first === undefined ? 'everything' : rest.length === 0 ? first : rest.join('.');
}

const SHOWN = 3;

/** What a version did: "Owner, tags and 2 more", "Added", "Its file could not be read". */
export function changeWords(version: Version): string {
  if (version.change !== 'updated') return capital(version.change);
  if (version.forgotten) return 'Changed';
  const broke = version.diff.find((one) => one.path === '/status');
  if (broke !== undefined && version.diff.length === 1)
    return broke.after === undefined ? 'Its document is whole again' : 'Its document broke';
  const fields = [...new Set(version.diff.map((one) => fieldWords(one.path)))];
  if (fields.length === 0) return 'Read from another place';
  const named = fields.slice(0, SHOWN).join(', ');
  return capital(fields.length > SHOWN ? `${named} and ${fields.length - SHOWN} more` : named);
}

const causes: Readonly<Record<string, string>> = {
  push: 'after a push',
  pull_request: 'after a pull request',
  schedule: 'at a regular look',
  user: 'when asked to read',
  system: 'when its source was read',
  run: 'in a run',
  delete: 'by deleting it',
  unregister: 'when its source was removed',
  'origin:api': 'through the API',
};

/** Why: "after a push", "by templates". */
export const causeWords = (cause: string | undefined): string | undefined =>
  cause === undefined ? undefined : (causes[cause] ?? (cause.startsWith('origin:') ? `by ${cause.slice('origin:'.length)}` : cause));

/** The end of a source's address: "products/royalties.yaml". */
export const placeWords = (source: string): string =>
  source
    .replace(/^(?:file|url|git|directory):/, '')
    .split('/')
    .slice(-2)
    .join('/');
