import type { Database } from '@paved/host';
import { canonicalJson, systemActor, type Entity, type Json } from '@paved/kernel';
import type { Outcome } from '../../model/computed/evaluate.ts';
import type { Planned } from '../../model/computed/plan.ts';
import type { PathStep } from '../../model/computed/property.ts';
import { orderRowsOf } from '../../model/computed/order-key.ts';
import { searchRowsOf } from '../../model/search-keys.ts';
import { beginWrite } from '../store.ts';
import { tell, type SyncDeps } from '../sync.ts';
import { SOURCE_SYNCED } from '../../index.ts';
import { Hostile, type Sandbox } from './sandbox.ts';
import { dueNow, noteLater, noteTrouble, strikeOff, troubles, takeTurn, writeComputed, type ComputedRecord, type Due } from './store.ts';
import { keptValues, load, stepBack, stepFrom, type Loaded } from './views.ts';

/** Notes taken in one pass, and entities computed for one property in it: what is beyond waits for the next pass. */
const DUE = 2_000;
const TARGETS = 5_000;
/** Edges that are fetched at once. */
const EDGES = 200_000;
/** Related entities that are read for one value. */
const READ_PER_ENTITY = 10_000;
/** Values that are told one by one; beyond, one event says that many changed. */
const SINGLE_EVENTS = 200;
const BATCH = 500;
/** Related entities that are read for one batch (more only when a single entity has more). */
const READ_PER_BATCH = 2_000;
const LOAD = 200;
/** JSON text that the sandbox keeps before it starts over, in characters. */
const KEPT = 24 * 1024 * 1024;
/** After this a property that took too long gets another chance. */
const TROUBLE_MS = 60 * 60_000;

export interface ComputeDeps extends Pick<SyncDeps, 'db' | 'events' | 'log' | 'now' | 'registry' | 'kinds'> {
  readonly sandbox: Sandbox;
  /** Aborted when the server stops: what is due then waits for another replica, or the next start. */
  readonly ending: AbortSignal;
}

const kindOf = (ref: string): string => ref.slice(0, ref.indexOf(':'));
const digestOf = (one: Planned): string => canonicalJson(one.property.computation as unknown as Json);

/** Computes everything that is due. Call one at a time for a sandbox; replicas wait for each other. */
export async function computeDue(deps: ComputeDeps): Promise<void> {
  while (!deps.ending.aborted && (await pass(deps)));
}

/** Computes one stretch; answers whether there may be more. */
async function pass(deps: ComputeDeps): Promise<boolean> {
  try {
    return await deps.db.transaction().execute(async (tx) => {
      await takeTurn(tx);
      const due = await dueNow(tx, DUE);
      if (due.length === 0) return false;
      // A declaration is there before the notes it makes: after reading them, this is its plan or a newer one.
      await deps.kinds.fresh();
      const { records, later } = await computed(deps, tx, due);
      await beginWrite(tx, { at: deps.now(), actor: systemActor.ref, cause: 'computed' });
      const changed = await writeComputed(tx, records);
      await strikeOff(tx, due);
      await noteLater(tx, later);
      await announce(deps, tx, changed);
      return due.length === DUE || later.length > 0;
    });
  } catch (error) {
    if (!(error instanceof Blamed)) throw error;
    const { kind, kindTitle, property } = error.property;
    await noteTrouble(deps.db, { kind, name: property.name, digest: digestOf(error.property), reason: error.reason, since: deps.now() });
    deps.log.warn(
      { property: `${kindTitle}.${property.name}`, reason: error.reason },
      'A computed property is left out until its declaration changes.',
    );
    return true;
  } finally {
    deps.sandbox.clear();
  }
}

/** A property whose expression had to be stopped. */
class Blamed extends Error {
  readonly property: Planned;
  readonly reason: string;
  constructor(property: Planned, reason: string) {
    super(reason);
    this.property = property;
    this.reason = reason;
  }
}

async function announce(deps: ComputeDeps, tx: Database, changed: readonly string[]): Promise<void> {
  if (changed.length <= SINGLE_EVENTS) {
    await tell(
      deps,
      tx,
      changed.map((ref) => ({ ref, change: 'updated' })),
    );
    return;
  }
  const kinds = [...new Set(changed.map(kindOf))];
  await deps.events.publish(tx, {
    type: SOURCE_SYNCED,
    subject: 'computed',
    data: { added: 0, updated: changed.length, removed: 0, kinds },
  });
}

/** Follows the notes through all properties, each after those it reads. */
async function computed(deps: ComputeDeps, tx: Database, due: readonly Due[]): Promise<{ records: ComputedRecord[]; later: string[] }> {
  const plan = deps.registry.plan();
  const recent = (await troubles(tx)).filter((trouble) => deps.now().getTime() - trouble.since.getTime() < TROUBLE_MS);
  const blamed = new Map(recent.map((trouble) => [`${trouble.kind}.${trouble.name.toLowerCase()}`, trouble]));
  const changed = due.filter((note) => note.changed).map((note) => note.ref);
  const outcomes = new Map<string, Map<string, Outcome>>();
  const valueChanged = new Map<string, Set<string>>();
  const later = new Set<string>();
  const kept = new Map<string, Record<string, Json>>();
  const known = new Set<string>();

  const remember = async (refs: readonly string[]): Promise<void> => {
    const missing = refs.filter((ref) => !kept.has(ref));
    const values = await keptValues(tx, missing);
    for (const ref of missing) {
      const row = values.get(ref);
      if (row !== undefined) kept.set(ref, row.computed === null ? {} : (JSON.parse(row.computed) as Record<string, Json>));
    }
  };
  let size = 0;
  const know = async (refs: Iterable<string>): Promise<void> => {
    if (size > KEPT) {
      deps.sandbox.clear();
      known.clear();
      size = 0;
    }
    const missing = [...new Set(refs)].filter((ref) => !known.has(ref));
    for (let i = 0; i < missing.length; i += LOAD) {
      const part = missing.slice(i, i + LOAD);
      const loaded = (await load(tx, part)).map(slim).map((one) => {
        // What this pass has already computed is newer than what is kept.
        const fresh = outcomes.get(one.ref);
        return fresh === undefined ? one : { ...one, computed: JSON.stringify(merged(one.computed, fresh)) };
      });
      deps.sandbox.know(loaded);
      for (const one of loaded) size += one.body.length;
      for (const ref of part) known.add(ref);
    }
  };

  for (const property of plan) {
    const targets = await targetsOf(tx, property, due, changed, valueChanged);
    await remember(targets);
    // An entity may be gone, or be only a reference.
    const existing = targets.filter((ref) => kept.has(ref));
    const now = existing.slice(0, TARGETS);
    for (const ref of existing.slice(TARGETS)) later.add(ref);
    if (now.length === 0) continue;
    const trouble = blamed.get(property.id);
    const results =
      trouble !== undefined && trouble.digest === digestOf(property)
        ? now.map((): Outcome => ({ value: null, reason: `It is left out: ${trouble.reason}` }))
        : await evaluate(deps, tx, property, now, know);
    const moved = new Set<string>();
    now.forEach((ref, i) => {
      const outcome = results[i] ?? { value: null, reason: 'It was not evaluated.' };
      const before = kept.get(ref)?.[property.property.name];
      if (canonicalJson(before ?? null) !== canonicalJson(outcome.value)) moved.add(ref);
      outcomes.set(ref, (outcomes.get(ref) ?? new Map<string, Outcome>()).set(property.property.name, outcome));
    });
    valueChanged.set(property.id, moved);
  }
  return { records: await recordsOf(tx, plan, due, outcomes), later: [...later] };
}

/** Entities whose value of this property may be another now, sorted. */
async function targetsOf(
  tx: Database,
  property: Planned,
  due: readonly Due[],
  changed: readonly string[],
  valueChanged: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<string[]> {
  const targets = new Set(due.filter((note) => kindOf(note.ref) === property.kind).map((note) => note.ref));
  for (const id of property.readsOwn) for (const ref of valueChanged.get(id) ?? []) targets.add(ref);
  if (property.through.length > 0) {
    let ends = new Set(changed);
    for (const id of property.readsRelated) for (const ref of valueChanged.get(id) ?? []) ends.add(ref);
    for (let i = property.through.length - 1; i >= 0; i--) {
      const step = property.through[i];
      if (step === undefined) continue;
      // An entity on the way that changed may lead elsewhere now.
      ends = new Set([...(await stepBack(tx, [...ends], step)), ...(i > 0 ? changed : [])]);
    }
    for (const ref of ends) if (kindOf(ref) === property.kind) targets.add(ref);
  }
  return [...targets].sort();
}

async function evaluate(
  deps: ComputeDeps,
  tx: Database,
  property: Planned,
  targets: readonly string[],
  know: (refs: Iterable<string>) => Promise<void>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let i = 0; i < targets.length; i += BATCH) {
    const part = targets.slice(i, i + BATCH);
    const related = property.through.length === 0 ? new Map<string, string[]>() : await relatedTo(tx, property, part);
    for (const jobs of groupsOf(
      part.map((ref) => ({ ref, related: related.get(ref) ?? [] })),
      property.usesRelated,
    )) {
      const tooMany = (job: Job): boolean => property.usesRelated && job.related.length > READ_PER_ENTITY;
      const readable = jobs.map((job) => (tooMany(job) ? { ...job, related: [] } : job));
      await know([
        ...(property.usesEntity ? readable.map((job) => job.ref) : []),
        ...(property.usesRelated ? readable.flatMap((job) => job.related) : []),
      ]);
      try {
        const answers = await deps.sandbox.evaluate(property.property, readable);
        jobs.forEach((job, j) => {
          outcomes.push(
            tooMany(job)
              ? { value: null, reason: `It is related to ${job.related.length} entities; at most ${READ_PER_ENTITY} are read.` }
              : (answers[j] ?? { value: null, reason: 'It was not evaluated.' }),
          );
        });
      } catch (error) {
        if (error instanceof Hostile) throw new Blamed(property, error.reason);
        throw error;
      }
    }
  }
  return outcomes;
}

interface Job {
  readonly ref: string;
  readonly related: readonly string[];
}

/** Jobs in groups of bounded reading. */
function groupsOf(jobs: readonly Job[], reading: boolean): Job[][] {
  const groups: Job[][] = [];
  let left = 0;
  for (const job of jobs) {
    if (groups.length === 0 || (reading && job.related.length > left)) {
      groups.push([]);
      left = READ_PER_BATCH;
    }
    groups.at(-1)?.push(job);
    left -= job.related.length;
  }
  return groups;
}

/** API definitions may be megabytes; expressions do without those of large entities. */
function slim(one: Loaded): Loaded {
  if (one.body.length < 64 * 1024) return one;
  const { spec, ...rest } = JSON.parse(one.body) as Entity;
  const { definition: _definition, ...other } = spec ?? {};
  const body = JSON.stringify({ ...rest, spec: other });
  return { ...one, body: body.length < 1024 * 1024 ? body : JSON.stringify({ ...rest, spec: {} }) };
}

/** What each of these entities leads to along the property's path. */
export async function relatedTo(db: Database, property: Pick<Planned, 'through'>, refs: readonly string[]): Promise<Map<string, string[]>> {
  let reached = new Map<string, Set<string>>(refs.map((ref) => [ref, new Set([ref])]));
  for (const [i, step] of property.through.entries()) {
    const ends = [...new Set([...reached.values()].flatMap((set) => [...set]))];
    const next = new Map<string, string[]>();
    for (const { from, to } of await steps(db, ends, step, i === property.through.length - 1)) {
      const list = next.get(from);
      if (list === undefined) next.set(from, [to]);
      else list.push(to);
    }
    reached = new Map([...reached].map(([ref, set]) => [ref, new Set([...set].flatMap((end) => next.get(end) ?? []))]));
  }
  return new Map([...reached].map(([ref, set]) => [ref, [...set].sort()]));
}

/** All steps from these; many at once are fetched in parts. */
async function steps(db: Database, refs: readonly string[], step: PathStep, last: boolean): Promise<{ from: string; to: string }[]> {
  const single = refs.length === 1;
  const found = await stepFrom(db, refs, step, { last, limit: single ? 5 * EDGES : EDGES + 1 });
  if (single || found.length <= EDGES) return found;
  const middle = Math.ceil(refs.length / 2);
  return [...(await steps(db, refs.slice(0, middle), step, last)), ...(await steps(db, refs.slice(middle), step, last))];
}

const merged = (kept: string | null, fresh: ReadonlyMap<string, Outcome>): Record<string, Json> => ({
  ...(kept === null ? {} : (JSON.parse(kept) as Record<string, Json>)),
  ...Object.fromEntries([...fresh].map(([name, outcome]) => [name, outcome.value as Json])),
});

/** What is to be written: the fresh values among those kept, of declared properties only. */
async function recordsOf(
  tx: Database,
  plan: readonly Planned[],
  due: readonly Due[],
  outcomes: ReadonlyMap<string, ReadonlyMap<string, Outcome>>,
): Promise<ComputedRecord[]> {
  const names = new Map<string, string[]>();
  for (const one of plan) names.set(one.kind, [...(names.get(one.kind) ?? []), one.property.name].sort());
  const refs = [...new Set([...outcomes.keys(), ...due.map((note) => note.ref)])];
  const rows = await keptValues(tx, refs);
  return [...rows].flatMap(([ref, row]): ComputedRecord[] => {
    const declared = names.get(kindOf(ref));
    if (declared === undefined) return row.computed === null ? [] : [{ ref, values: null, reasons: null, rows: [] }];
    const before = row.computed === null ? {} : (JSON.parse(row.computed) as Record<string, Json>);
    const whyBefore = row.reasons === null ? {} : (JSON.parse(row.reasons) as Record<string, string>);
    const fresh = outcomes.get(ref);
    const values: Record<string, Json> = {};
    const reasons: Record<string, string> = {};
    for (const name of declared) {
      const outcome = fresh?.get(name);
      values[name] = outcome === undefined ? (before[name] ?? null) : (outcome.value as Json);
      const reason = outcome === undefined ? whyBefore[name] : outcome.value === null ? outcome.reason : undefined;
      if (reason !== undefined) reasons[name] = reason;
    }
    const shown = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
    return [
      {
        ref,
        values: clean(JSON.stringify(values)),
        reasons: Object.keys(reasons).length === 0 ? null : clean(JSON.stringify(reasons)),
        rows: [...searchRowsOf({ computed: shown } as unknown as Entity), ...orderRowsOf(shown)],
      },
    ];
  });
}

/** PostgreSQL's texts hold no NUL, and no half of a surrogate pair. */
const clean = (text: string): string => text.replaceAll('\\u0000', '').toWellFormed();
