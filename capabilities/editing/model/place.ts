import type { SourcePlace } from '../index.ts';

/** Where an entity's document is kept, and so where a change of it goes. */
export type DocumentPlace =
  /** A file in a repository that the platform can commit to. */
  | { readonly type: 'source'; readonly source: SourcePlace }
  /** A file on the server. */
  | { readonly type: 'disk'; readonly path: string }
  /** The catalog's store: the entity has no source. */
  | { readonly type: 'store' }
  /** Somewhere the platform cannot write. */
  | { readonly type: 'elsewhere'; readonly source: string; readonly reason: string; readonly fix: string };

/** How a change is saved. */
export const changeModes = ['commit', 'pull-request', 'store', 'write'] as const;
export type ChangeMode = (typeof changeModes)[number];

/** The ways a place takes changes. */
export function modesOf(place: DocumentPlace): readonly ChangeMode[] {
  switch (place.type) {
    case 'source':
      return ['pull-request', 'commit'];
    case 'disk':
      return ['write'];
    case 'store':
      return ['store'];
    case 'elsewhere':
      return [];
  }
}

/** `playback/player-api › catalog-info.yaml`, as people read it. */
export function placeWords(place: DocumentPlace): string {
  switch (place.type) {
    case 'source':
      return `${place.source.label} › ${place.source.path}`;
    case 'disk':
      return place.path;
    case 'store':
      return 'the catalog’s store';
    case 'elsewhere':
      return place.source;
  }
}

/** Why a path cannot be a new catalog file; undefined when it can. Workflows and hidden files of a repository are never written. */
export function newPathProblem(path: string): string | undefined {
  const parts = path.split('/');
  if (path === '' || path.length > 300 || parts.some((part) => part === '' || part.startsWith('.') || !/^[\w@+. -]+$/.test(part)))
    return `"${path}" is no path for a catalog file.`;
  return /\.(ya?ml|json)$/i.test(path) ? undefined : `"${path}" is no YAML or JSON file.`;
}
