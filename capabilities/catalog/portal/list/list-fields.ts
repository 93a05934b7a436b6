import { INGESTION, type IngestionState } from '../../model/list/ingestion-state.ts';
import { capital, nameOf, typeWords } from '@paved/ui';

/** A field of entities as the list names it: in the address, to the API, and in words. */
export interface Field {
  /** In the address: a short name, or the path itself. */
  readonly id: string;
  /** To the API. */
  readonly path: string;
  readonly title: string;
  /** Before a value: "owner is". */
  readonly word: string;
}

const field = (id: string, path: string, title: string, word = `${title.toLowerCase()} is`): Field => ({ id, path, title, word });

const known: readonly Field[] = [
  field('name', 'metadata.name', 'Name'),
  field('kind', 'kind', 'Kind'),
  field('owner', 'relations.ownedBy', 'Owner'),
  field('type', 'spec.type', 'Type'),
  field('lifecycle', 'spec.lifecycle', 'Lifecycle'),
  field('system', 'relations.partOf', 'Part of', 'part of'),
  field('tag', 'metadata.tags', 'Tag', 'tagged'),
  field('namespace', 'metadata.namespace', 'Namespace'),
  field(INGESTION, INGESTION, 'Ingestion'),
  field('title', 'metadata.title', 'Title'),
  field('description', 'metadata.description', 'Description'),
];
const byId = new Map(known.map((entry) => [entry.id, entry]));

/** Fields that narrow the list beside it, in this order. */
export const FACETS: readonly string[] = ['kind', 'owner', 'type', 'lifecycle', 'system', 'tag', 'namespace', INGESTION];

/** The field of an id; an id with a dot is a path of its own. */
export const fieldOf = (id: string, title?: string): Field =>
  byId.get(id) ?? field(id, id, title ?? pathWords(id), `${(title ?? pathWords(id)).toLowerCase()} is`);

/** The short name of a path where it has one. */
export const idOf = (path: string): string => known.find((entry) => entry.path.toLowerCase() === path.toLowerCase())?.id ?? path;

/** `spec.costCenter` → "Cost center", `metadata.annotations.acme.com/tier` → "acme.com/tier". */
export function pathWords(path: string): string {
  const annotation = /^metadata\.(?:annotations|labels)\.(.+)$/.exec(path)?.[1];
  if (annotation !== undefined) return annotation;
  const last = path.split('.').at(-1) ?? path;
  return capital(
    last
      .replace(/([a-z\d])([A-Z])/g, '$1 $2')
      .replaceAll(/[-_]/g, ' ')
      .toLowerCase(),
  );
}

const ingestionWords: Readonly<Record<string, string>> = {
  ok: 'Current',
  stale: 'Old version',
  orphan: 'Orphan',
} satisfies Record<IngestionState, string>;

/** A value for people: references by name, types as they are spelled. */
export function valueWords(id: string, value: string): string {
  if (fieldOf(id).path.startsWith('relations.')) return capital(nameOf(value));
  if (id === 'type') return typeWords(value);
  if (id === INGESTION) return ingestionWords[value] ?? value;
  return id === 'lifecycle' ? capital(value) : value;
}
