import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '@paved/host';
import type { EntityRecord } from '../entity-record.ts';
import { addTexts } from '../text/store.ts';
import { copyIn, type CopyRow } from './copy-in.ts';
import { searchColumns, searchRows } from './search-rows.ts';

const entityColumns = [
  ...['id', 'ref', 'kind', 'kind_title', 'namespace', 'name', 'words', 'head', 'relations', 'etag', 'hash', 'source', 'document', 'line'],
  ...['parent_ref', 'print', 'revision', 'owner_key', 'location_id', 'created_at', 'updated_at', 'since', 'written'],
];

/**
 * Adds entities that are not there yet, with search rows and edges. Their relations are worked out before they are written, so
 * each is written once. Answers the other ends of their edges: entities that were there before and show these edges too.
 */
export async function addEntities(
  tx: Database,
  records: readonly EntityRecord[],
  owner: { key: string; locationId: string | null },
  at: Date,
): Promise<string[]> {
  const refs = new Set(records.map((record) => record.ref));
  const { rows: ids } = await sql<{ id: string }>`
    select nextval(pg_get_serial_sequence('catalog.entity', 'id')) as id from generate_series(1, ${records.length}::int)`.execute(tx);
  const { rows: writes } = await sql<{ at: string; n: string }>`select at::text as at, n from catalog.generation`.execute(tx);
  if (writes[0] === undefined) throw new Error('A write begins with beginWrite.');
  const write = writes[0];
  const relations = relationsOf(records, await pointingAt(tx, [...refs]));
  const written = at.toISOString();
  const numbered = records.map((record, i) => ({ id: ids[i]?.id ?? '', record }));
  const others = new Set(records.flatMap(({ edges }) => edges.filter((edge) => !refs.has(edge.to)).map((edge) => edge.to)));
  function* entities(): Generator<CopyRow> {
    for (const { id, record } of numbered) {
      const text = relationsText(relations.get(record.ref) ?? []);
      yield [
        ...[id, record.ref, record.kind, record.kindTitle, record.namespace, record.name, record.words, record.head, text],
        ...[etagOf(record.head, text), record.hash, record.source, record.document, record.line, record.parentRef ?? null],
        ...[record.print, record.revision ?? null, owner.key, owner.locationId, write.at, written, write.at, write.n],
      ];
    }
  }
  function* edges(): Generator<CopyRow> {
    for (const record of records) for (const edge of record.edges) yield [edge.from, edge.type, edge.to, edge.reverse, write.at];
  }
  await copyIn(tx, 'catalog.entity', entityColumns, entities());
  await copyIn(tx, 'catalog.search', searchColumns, searchRows(numbered));
  await addTexts(tx, numbered);
  await copyIn(tx, 'catalog.edge', ['from_ref', 'type', 'to_ref', 'reverse', 'since'], edges());
  return [...others];
}

interface Relation {
  readonly type: string;
  readonly target: string;
}

/** Edges of entities that are there already and point at these. */
async function pointingAt(tx: Database, refs: readonly string[]): Promise<{ ref: string; type: string; target: string }[]> {
  return (
    await sql<{ ref: string; type: string; target: string }>`
    select to_ref as ref, reverse as type, from_ref as target from catalog.edge where to_ref = any(${refs})`.execute(tx)
  ).rows;
}

/** Both directions: what the new entities point at, and what points at them. */
function relationsOf(
  records: readonly EntityRecord[],
  before: readonly { ref: string; type: string; target: string }[],
): Map<string, Relation[]> {
  const relations = new Map<string, Relation[]>(records.map((record) => [record.ref, []]));
  for (const { ref, type, target } of before) relations.get(ref)?.push({ type, target });
  for (const record of records) {
    for (const { from, type, to, reverse } of record.edges) {
      relations.get(from)?.push({ type, target: to });
      relations.get(to)?.push({ type: reverse, target: from });
    }
  }
  return relations;
}

// The same text and the same digest as `refreshRelations` makes in the database: sorted by bytes, each relation once.
const byBytes = (a: string, b: string): number =>
  // Code units sort as bytes do, but for what lies beyond the basic plane.
  /[\ud800-\udfff]/.test(a + b) ? Buffer.compare(Buffer.from(a), Buffer.from(b)) : a < b ? -1 : a > b ? 1 : 0;

function relationsText(relations: Relation[]): string {
  if (relations.length === 0) return '[]';
  relations.sort((a, b) => byBytes(a.type, b.type) || byBytes(a.target, b.target));
  const parts: string[] = [];
  for (const [i, { type, target }] of relations.entries()) {
    const before = relations[i - 1];
    if (before?.type === type && before.target === target) continue;
    parts.push(`{"type":${JSON.stringify(type)},"targetRef":${JSON.stringify(target)}}`);
  }
  return `[${parts.join(',')}]`;
}

const etagOf = (head: string, relations: string): string => createHash('sha256').update(head).update(relations).digest('hex').slice(0, 40);
