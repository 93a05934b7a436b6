import type { Database } from '@paved/host';
import type { Entity } from '@paved/kernel';
import { locationRef } from '../../model/location.ts';
import { toRecord, type EntityRecord } from '../entity-record.ts';
import { writeEntities, type Known, type LocationRow } from '../store.ts';
import { keptEntities, noteOrphans, type KeptEntity } from './store.ts';

/** `keep`: an entity that no source names any more stays, marked. `remove`: it goes. */
export type OrphanPolicy = 'keep' | 'remove';

const ORPHAN = 'backstage.io/orphan';

/** Orphans belong to nobody: whoever names them next has them. */
export const orphanKeyOf = (locationId: string): string => `orphan:${locationId}`;
export const isOrphaned = (known: Pick<Known, 'ownerKey'>): boolean => known.ownerKey.startsWith('orphan:');

/** Marks entities that a source does not name any more, and notes who named them until when. Answers which were marked. */
export async function keepAsOrphans(tx: Database, location: LocationRow, refs: readonly string[], at: Date): Promise<string[]> {
  if (refs.length === 0) return [];
  const kept = await keptEntities(tx, refs);
  await writeEntities(tx, kept.map(markedRecord), { key: orphanKeyOf(location.id), locationId: location.id }, at);
  await noteOrphans(tx, { id: location.id, ref: locationRef(location), lastNamedAt: location.syncedAt }, kept, at);
  return kept.map((entity) => entity.ref);
}

function markedRecord(kept: KeptEntity): EntityRecord {
  const entity = JSON.parse(`{"metadata":{${kept.head}}`) as Entity;
  const marked: Entity = {
    ...entity,
    metadata: { ...entity.metadata, annotations: { ...entity.metadata.annotations, [ORPHAN]: 'true' } },
  };
  const { source, document, line, parentRef } = kept;
  return toRecord(marked, kept.edges, { source, document, line, ...(parentRef === null ? {} : { parentRef }) });
}
