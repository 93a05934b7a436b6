import type { Database } from '@paved/host';
import { PavedError, refOf, type Actor, type Entity, type Problem } from '@paved/kernel';
import { annotate } from '../model/location.ts';
import { validateDocument } from '../model/validate.ts';
import { toRecord, type EntityRecord } from './entity-record.ts';
import { beginWrite, knownByRefs, removeEntities, writeEntities, type Known } from './store.ts';
import { tell, type SyncDeps } from './sync.ts';

const originKey = (origin: string): string => `origin:${origin}`;

/** What became of one document. */
export interface ApplyResult {
  readonly ref?: string;
  readonly outcome: 'added' | 'updated' | 'unchanged' | 'refused';
  readonly problems: readonly Problem[];
}

export type Judged = { readonly record: EntityRecord } | { readonly problems: readonly Problem[]; readonly ref?: string };

/** Checks a document that has no source and makes it ready. */
export function judge(deps: Pick<SyncDeps, 'registry'>, document: unknown, origin: string): Judged {
  const verdict = validateDocument(stripped(document), deps.registry);
  if (!verdict.valid) return { problems: verdict.problems };
  const place = `paved:${origin}`;
  return {
    record: toRecord(annotate(verdict.entity, { location: place, origin: place }), verdict.edges, { source: place, document: 0, line: 1 }),
  };
}

/** What the catalog itself adds to an answer may come back with it. */
function stripped(document: unknown): unknown {
  if (document === null || typeof document !== 'object' || Array.isArray(document)) return document;
  const { relations: _relations, status: _status, ...rest } = document as Record<string, unknown>;
  return rest;
}

/** Writes entities of an origin in the caller's transaction; those that belong to someone else are refused. */
export async function putRecords(
  deps: SyncDeps,
  tx: Database,
  records: readonly EntityRecord[],
  origin: string,
  actor: Actor,
): Promise<Map<string, ApplyResult>> {
  const at = deps.now();
  await beginWrite(tx, { at, actor: actor.ref, cause: originKey(origin) });
  const known = await knownByRefs(
    tx,
    records.map((record) => record.ref),
  );
  const results = new Map<string, ApplyResult>();
  const changed: EntityRecord[] = [];
  for (const record of records) {
    const before = known.get(record.ref);
    if (before !== undefined && before.ownerKey !== originKey(origin))
      results.set(record.ref, { ref: record.ref, outcome: 'refused', problems: [belongsElsewhere(record.ref, before)] });
    else if (before?.hash === record.hash) results.set(record.ref, { ref: record.ref, outcome: 'unchanged', problems: [] });
    else {
      results.set(record.ref, { ref: record.ref, outcome: before === undefined ? 'added' : 'updated', problems: [] });
      changed.push(record);
    }
  }
  await writeEntities(tx, changed, { key: originKey(origin), locationId: null }, at);
  await tell(
    deps,
    tx,
    changed.map((record) => ({ ref: record.ref, change: known.has(record.ref) ? 'updated' : 'added' })),
  );
  for (const record of changed) {
    await deps.audit.record(
      {
        actor,
        action: known.has(record.ref) ? 'catalog.entity.update' : 'catalog.entity.create',
        subject: record.ref,
        after: record.head,
        facts: { origin },
      },
      tx,
    );
  }
  return results;
}

const belongsElsewhere = (ref: string, known: Known): Problem => ({
  at: '/metadata/name',
  message: `${ref} is kept in ${known.source}.`,
  fix: known.ownerKey.startsWith('location:') ? 'Change it there, or give this one another name.' : 'Give this one another name.',
});

/** The contract's `put`: all or nothing. */
export async function putEntities(deps: SyncDeps, tx: Database, entities: readonly Entity[], origin: string, actor: Actor): Promise<void> {
  const records = entities.map((entity) => {
    const judged = judge(deps, entity, origin);
    if ('record' in judged) return judged.record;
    throw new PavedError('invalid', judged.problems.map((p) => p.message).join(' '), {
      problems: judged.problems,
      ...(judged.problems[0]?.fix === undefined ? {} : { fix: judged.problems[0].fix }),
      facts: { entity: nameOf(entity) },
    });
  });
  const refused = [...(await putRecords(deps, tx, [...new Map(records.map((r) => [r.ref, r])).values()], origin, actor)).values()].find(
    (result) => result.outcome === 'refused',
  );
  const problem = refused?.problems[0];
  if (problem !== undefined) throw new PavedError('conflict', problem.message, problem.fix === undefined ? {} : { fix: problem.fix });
}

const nameOf = (entity: Entity): string => {
  try {
    return refOf(entity);
  } catch {
    return 'unnamed';
  }
};

/** Removes entities of an origin; those of others stay. Answers what is gone. */
export async function removeOfOrigin(
  deps: SyncDeps,
  tx: Database,
  refs: readonly string[],
  origin: string,
  actor: Actor,
): Promise<string[]> {
  const at = deps.now();
  await beginWrite(tx, { at, actor: actor.ref, cause: originKey(origin) });
  const known = await knownByRefs(tx, refs);
  const mine = refs.filter((ref) => known.get(ref)?.ownerKey === originKey(origin));
  const removed = await removeEntities(tx, mine, at);
  await tell(
    deps,
    tx,
    removed.map((ref) => ({ ref, change: 'removed' })),
  );
  for (const ref of removed) await deps.audit.record({ actor, action: 'catalog.entity.delete', subject: ref, facts: { origin } }, tx);
  return removed;
}
