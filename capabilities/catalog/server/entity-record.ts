import { createHash } from 'node:crypto';
import { canonicalJson, refOf, type Entity } from '@paved/kernel';
import type { Edge } from '../model/relations.ts';
import { searchRowsOf, wordsOf, type SearchRow } from '../model/search-keys.ts';

/** An entity made ready for the tables. */
export interface EntityRecord {
  readonly ref: string;
  readonly kind: string;
  readonly kindTitle: string;
  readonly namespace: string;
  readonly name: string;
  readonly words: string;
  /** Its JSON text without uid, etag, relations and status: what comes after `{"metadata":{"uid":…,"etag":…,`. */
  readonly head: string;
  readonly hash: string;
  /** Where it stands, for people: a file or URL; `origin:<name>` for entities without a source. */
  readonly source: string;
  readonly document: number;
  readonly line: number;
  readonly parentRef: string | undefined;
  /** Of the text it was read from and all that decides what becomes of it; empty: read every time. */
  readonly print: string;
  /** The commit it was read at, where its source knows one. */
  readonly revision: string | undefined;
  readonly edges: readonly Edge[];
  readonly rows: readonly SearchRow[];
}

/** Where a document was read. */
export interface Place {
  readonly source: string;
  readonly document: number;
  readonly line: number;
  readonly parentRef?: string;
  readonly print?: string;
  readonly revision?: string;
}

export function toRecord(entity: Entity, edges: readonly Edge[], place: Place): EntityRecord {
  const { uid: _uid, etag: _etag, ...metadata } = entity.metadata;
  const { apiVersion, kind, spec } = entity;
  const head =
    `${JSON.stringify(metadata).slice(1)},${JSON.stringify({ apiVersion, kind, ...(spec === undefined ? {} : { spec }) }).slice(1, -1)}`.replaceAll(
      '\u0000',
      '',
    );
  const hash = createHash('sha256')
    .update(canonicalJson([{ metadata, apiVersion, kind, spec }, edges, place.parentRef ?? null, place.source]))
    .digest('base64url');
  return {
    ref: refOf(entity),
    kind: kind.toLowerCase(),
    kindTitle: kind,
    namespace: (metadata.namespace ?? 'default').toLowerCase(),
    name: metadata.name.toLowerCase(),
    words: wordsOf(entity),
    head,
    hash,
    source: place.source,
    document: place.document,
    line: place.line,
    parentRef: place.parentRef,
    print: place.print ?? '',
    revision: place.revision,
    edges,
    rows: searchRowsOf({ ...entity, metadata }),
  };
}
