import type { StatusName } from '@paved/ui';

/** A source as `GET /api/catalog/sources` answers it. */
export interface Source {
  readonly id: string;
  readonly type: string;
  readonly target: string;
  readonly origin: string;
  readonly createdBy: string;
  readonly state: SourceState;
  readonly watched: boolean;
  readonly kinds?: readonly string[];
  readonly entities: number;
  readonly stale: number;
  readonly problems: number;
  readonly orphans: number;
  readonly syncedAt?: string;
  readonly readAt?: string;
  readonly askedAt?: string;
  readonly nextReadAt?: string;
  readonly durationMs?: number;
  readonly runId?: string;
  readonly failures: number;
  readonly failure?: { readonly message: string; readonly fix?: string };
  readonly outcome?: { readonly added: number; readonly updated: number; readonly removed: number; readonly unchanged: number };
  readonly leftConfigAt?: string;
  readonly pendingRemoval?: {
    readonly removes: number;
    readonly of: number;
    readonly since: string;
    readonly refs: readonly string[];
    readonly confirmedBy?: string;
  };
}

export type SourceState = 'held' | 'failing' | 'waiting' | 'problems' | 'left' | 'new' | 'ok';

export interface SourcePage {
  readonly items: readonly Source[];
  readonly totalItems: number;
  readonly states: Readonly<Record<SourceState, number>>;
  readonly pageInfo: { readonly nextCursor?: string };
}

/** Something wrong in a source. */
export interface SourceProblem {
  readonly kind: 'broken' | 'conflict' | 'missing' | 'removal';
  readonly locationId: string;
  readonly location: string;
  readonly source: string;
  readonly line: number;
  readonly path: string;
  readonly ref?: string;
  readonly other?: string;
  readonly message: string;
  readonly fix?: string;
  readonly since: string;
}

/** Problems as `GET /api/catalog/problems` answers them. */
export interface ProblemPage {
  readonly items: readonly SourceProblem[];
  readonly totalItems: number;
  /** How many there are of each sort. */
  readonly kinds: Readonly<Record<string, number>>;
}

/** After these events sources may stand differently. */
export const SOURCE_EVENTS = [
  'catalog.source.read',
  'catalog.source.synced',
  'catalog.entity.changed',
  'catalog.removal.held',
  'catalog.removal.confirmed',
];

const looks: Record<SourceState, { status: StatusName; word: string }> = {
  held: { status: 'waiting', word: 'Removal waits' },
  failing: { status: 'failed', word: 'Cannot be read' },
  waiting: { status: 'suspended', word: 'Host asked to wait' },
  problems: { status: 'degraded', word: 'Has problems' },
  left: { status: 'unknown', word: 'Left the configuration' },
  new: { status: 'queued', word: 'Not read yet' },
  ok: { status: 'healthy', word: 'In sync' },
};

export const lookOf = (state: SourceState): { status: StatusName; word: string } => looks[state];

/** States as people read them, worst first. */
export const sourceStates = Object.entries(looks).map(([state, { word }]) => ({ state: state as SourceState, word }));

/** Why a source cannot be read, without the address that stands before it anyway: "does not exist", not "The file /a/b does not exist". */
export function reasonOf(source: Source): string | undefined {
  const message = source.failure?.message;
  if (message === undefined) return undefined;
  const at = message.indexOf(source.target);
  const rest = at < 0 ? message : message.slice(at + source.target.length).replace(/^[\s:,.)”"]+/, '');
  // What was said before the address is part of the reason where it is more than the word for it.
  const before = at < 0 ? '' : message.slice(0, at).trim();
  if (rest === '' || !/^(The )?(file|folder|address|repository|directory)?$/i.test(before)) return message;
  return rest.replace(/^\p{L}/u, (letter) => letter.toUpperCase());
}

const types: Record<string, string> = { file: 'File', directory: 'Folder', git: 'Git', url: 'Address' };
export const typeWord = (type: string): string => types[type] ?? type;

/** Where a document stands, without the word before its address. */
export const placeOf = (source: string): string => source.replace(/^(file|url|git|directory):/, '');

/** The last parts of an address, and what stands before them. */
export function shortTarget(target: string): { name: string; before: string } {
  const [, host = '', path = target] = /^[a-z][a-z0-9+.-]*:\/\/([^/]*)(.*)$/i.exec(target) ?? [];
  const parts = path.split('/').filter((part) => part !== '');
  const name = parts.slice(-2).join('/');
  const before = [host, ...parts.slice(0, -2)].filter((part) => part !== '').join('/');
  return name === '' ? { name: host, before: '' } : { name, before: host === '' && before !== '' ? `/${before}` : before };
}
