import { createHash } from 'node:crypto';
import { canonicalJson, messageOf, PavedError, systemActor, type Entity, type Json } from '@paved/kernel';
import { KIND_CHANGED } from '../../index.ts';
import type { DeclaredKind } from '../../model/custom-kinds/entity-kind.ts';
import { validateDocument } from '../../model/validate.ts';
import { noteKind } from '../computed/store.ts';
import { toRecord, type EntityRecord } from '../entity-record.ts';
import type { Locations } from '../locations.ts';
import { beginWrite, locationById, markStale, writeEntities } from '../store.ts';
import { tell, type SyncDeps } from '../sync.ts';
import {
  appliedKinds,
  forgetEmpty,
  locationsOfFresh,
  locationsWith,
  saveApplied,
  unsourcedOf,
  type AppliedKind,
  type Unsourced,
} from './store.ts';

const PAGE = 500;

export interface ReconcileDeps extends SyncDeps {
  /** Aborted when the server stops: a read that another replica takes over is not waited for. */
  readonly ending: AbortSignal;
}

/**
 * Carries changes of declared kinds through to what exists: sources that hold documents of a changed kind are read again, and
 * entities without a source are judged again. What does not fit any more is kept, marked stale with the reason. May be called
 * any number of times; what was carried through already costs one query.
 */
export async function reconcileKinds(deps: ReconcileDeps, locations: Locations): Promise<void> {
  await deps.kinds.fresh();
  const before = new Map((await appliedKinds(deps.db)).map((kind) => [kind.kind, kind]));
  const wanted = wantedKinds(deps.registry.declared());
  for (const [kind, was] of before) {
    if (!wanted.has(kind) && !was.gone)
      wanted.set(kind, { ...was, digest: '', computedDigest: '', computes: false, gone: !isBuiltIn(deps, kind) });
  }
  for (const [kind, now] of wanted) {
    const was = before.get(kind);
    if (was?.digest === now.digest && was.computedDigest === now.computedDigest && was.gone === now.gone) continue;
    // Noted first: the registry says "gone" from here on, and writers note what they change for computed properties.
    await deps.db.transaction().execute(async (tx) => {
      await beginWrite(tx, { at: deps.now(), actor: systemActor.ref, cause: 'kind' });
      if ((was?.computedDigest ?? '') !== now.computedDigest) await noteKind(tx, kind);
      await saveApplied(tx, { ...now, digest: was?.digest ?? '' });
      await deps.events.publish(tx, { type: KIND_CHANGED, subject: kind, data: { gone: now.gone } });
    });
    await deps.kinds.fresh();
    if ((was?.digest ?? '') !== now.digest || was?.gone !== now.gone)
      await judgeAgain(deps, locations, kind, was === undefined || was.gone);
    await saveApplied(deps.db, now);
  }
  await forgetEmpty(deps.db);
  await rereadRefused(deps, locations);
}

const isBuiltIn = (deps: SyncDeps, kind: string): boolean =>
  deps.registry.all().some((rule) => rule.declaredBy === undefined && rule.kind.toLowerCase() === kind);

/** One row for each kind that is declared or added to. */
function wantedKinds(declared: readonly DeclaredKind[]): Map<string, AppliedKind> {
  const byKind = new Map<string, DeclaredKind[]>();
  for (const one of declared) byKind.set(one.kind.toLowerCase(), [...(byKind.get(one.kind.toLowerCase()) ?? []), one]);
  return new Map(
    [...byKind].map(([kind, list]) => [
      kind,
      {
        kind,
        ref: list[0]?.ref ?? '',
        digest: digestOf(list.map((one) => one.digest)),
        computedDigest: digestOf(list.map((one) => one.computed as unknown as Json)),
        computes: list.some((one) => one.computed.length > 0),
        gone: false,
      },
    ]),
  );
}

const digestOf = (value: Json): string => createHash('sha256').update(canonicalJson(value)).digest('base64url');

async function judgeAgain(deps: ReconcileDeps, locations: Locations, kind: string, isNew: boolean): Promise<void> {
  for (const id of await locationsWith(deps.db, kind, isNew)) await readAgain(deps, locations, id, `the kind ${kind} changed`);
  let after = '0';
  for (;;) {
    const rows = await unsourcedOf(deps.db, kind, after, PAGE);
    if (rows.length > 0) await judgeRows(deps, rows);
    if (rows.length < PAGE) return;
    after = rows.at(-1)?.id ?? after;
  }
}

async function readAgain(deps: ReconcileDeps, locations: Locations, id: string, why: string): Promise<void> {
  const row = await locationById(deps.db, id);
  if (row === undefined) return;
  const ended = Promise.withResolvers<never>();
  const end = (): void => ended.reject(new PavedError('unavailable', 'The server stops; kinds are carried through after its next start.'));
  deps.ending.addEventListener('abort', end, { once: true });
  try {
    if (deps.ending.aborted) end();
    const reading = locations
      .syncNow(row, systemActor, { type: 'system', ref: why })
      .catch((error: unknown) =>
        deps.log.warn({ location: `${row.type}:${row.target}`, reason: messageOf(error) }, 'A source of a changed kind could not be read.'),
      );
    await Promise.race([reading, ended.promise]);
  } finally {
    deps.ending.removeEventListener('abort', end);
  }
}

async function judgeRows(deps: SyncDeps, rows: readonly Unsourced[]): Promise<void> {
  const stale: { ref: string; message: string }[] = [];
  const fitting = new Map<string, EntityRecord[]>();
  for (const row of rows) {
    const { relations: _relations, status: _status, ...document } = JSON.parse(row.body) as Entity;
    const { uid: _uid, etag: _etag, ...metadata } = document.metadata;
    const verdict = validateDocument({ ...document, metadata }, deps.registry);
    if (!verdict.valid) {
      stale.push({ ref: row.ref, message: verdict.problems[0]?.message ?? 'It does not fit its kind.' });
      continue;
    }
    const record = toRecord(verdict.entity, verdict.edges, {
      source: row.source,
      document: row.document,
      line: row.line,
      ...(row.parentRef === null ? {} : { parentRef: row.parentRef }),
      ...(row.revision === null ? {} : { revision: row.revision }),
    });
    if (row.stale || record.hash !== row.hash) fitting.set(row.ownerKey, [...(fitting.get(row.ownerKey) ?? []), record]);
  }
  if (stale.length === 0 && fitting.size === 0) return;
  await deps.db.transaction().execute(async (tx) => {
    const at = deps.now();
    await beginWrite(tx, { at, actor: systemActor.ref, cause: 'kind' });
    const changed = await markStale(tx, stale, at);
    for (const [key, records] of fitting) {
      await writeEntities(tx, records, { key, locationId: null }, at);
      changed.push(...records.map((record) => record.ref));
    }
    await tell(
      deps,
      tx,
      changed.map((ref) => ({ ref, change: 'updated' })),
    );
  });
}

/**
 * Two documents that were both fine alone may be at odds together (two claims, a circle): the first keeps its place, the other
 * is refused. Its source is read once more, so that this stands among the problems, and on the entity.
 */
async function rereadRefused(deps: ReconcileDeps, locations: Locations): Promise<void> {
  const refused = [...deps.kinds.refused().keys()];
  if (refused.length === 0) return;
  for (const id of await locationsOfFresh(deps.db, refused)) await readAgain(deps, locations, id, 'a declaration cannot be used');
  const rows = (await unsourcedOf(deps.db, 'entitykind', '0', 10_000)).filter((row) => !row.stale && refused.includes(row.ref));
  if (rows.length > 0) await judgeRows(deps, rows);
}
