import type { Events, Logger } from '@paved/host';
import type { JsonObject } from '@paved/kernel';
import { ENTITY_CHANGED, SOURCE_SYNCED } from '../../index.ts';
import { parseEntity, projected, type Queries } from '../lists/queries.ts';

/** What a watcher hears. `synced` says that everything up to here was told; an entity that stops matching counts as removed. */
export type WatchMessage =
  | { readonly event: 'added' | 'updated'; readonly ref: string; readonly entity: string }
  | { readonly event: 'removed'; readonly ref: string }
  | { readonly event: 'reset' }
  | { readonly event: 'synced'; readonly entities: number };

export interface WatchDeps {
  readonly queries: Queries;
  readonly events: Events;
  readonly log: Logger;
}

export interface WatchRequest {
  readonly query: JsonObject;
  readonly fields: readonly string[] | undefined;
  /** The id of the last message heard before. */
  readonly resume?: string;
  /** Told with the position that the message brings the watcher to. */
  readonly tell: (message: WatchMessage, position: string) => void;
}

/** Changes that come close together are looked at once. */
const GATHER_MS = 50;
/** More changed entities than this are compared by walking through the whole result. */
const ONE_BY_ONE = 1_000;

/**
 * Tells the result of a query and everything that changes in it, until the returned function is called. Each entity's etag is
 * remembered, so that a change which does not change the entity is not told.
 */
export async function watchQuery(deps: WatchDeps, request: WatchRequest): Promise<() => void> {
  const known = new Map<string, string>();
  const changed = new Set<string>();
  let everything = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let stopped = false;

  const facts = (body: string): { ref: string; etag: string } => {
    const { kind, metadata } = parseEntity(body);
    return { ref: `${kind}:${metadata.namespace}/${metadata.name}`.toLowerCase(), etag: metadata.etag ?? '' };
  };
  const text = (body: string): string => projected([body], request.fields)[0] ?? body;

  const walk = async (tell: (ref: string, body: string, before: string | undefined) => void): Promise<void> => {
    const gone = new Set(known.keys());
    for await (const bodies of deps.queries.pages({ query: request.query, order: [] })) {
      if (stopped) return;
      for (const body of bodies) {
        const { ref, etag } = facts(body);
        const before = known.get(ref);
        gone.delete(ref);
        known.set(ref, etag);
        if (before !== etag) tell(ref, body, before);
      }
    }
    for (const ref of gone) {
      known.delete(ref);
      request.tell({ event: 'removed', ref }, position);
    }
  };
  let position = deps.events.position();
  const tellChange = (ref: string, body: string, before: string | undefined): void =>
    request.tell({ event: before === undefined ? 'added' : 'updated', ref, entity: text(body) }, position);

  const lookAt = async (refs: readonly string[]): Promise<void> => {
    const bodies = await deps.queries.byRefs(refs, request.query);
    for (const [index, ref] of refs.entries()) {
      const body = bodies[index];
      const before = known.get(ref);
      if (body === undefined) {
        if (known.delete(ref)) request.tell({ event: 'removed', ref }, position);
        continue;
      }
      const { etag } = facts(body);
      if (before === etag) continue;
      known.set(ref, etag);
      tellChange(ref, body, before);
    }
  };

  const look = async (): Promise<void> => {
    // Read before the catalog is: what comes later is told again rather than missed.
    const from = deps.events.position();
    const refs = [...changed];
    const all = everything || refs.length > ONE_BY_ONE;
    changed.clear();
    everything = false;
    await (all ? walk(tellChange) : lookAt(refs));
    position = from;
    if (!stopped) request.tell({ event: 'synced', entities: known.size }, position);
  };
  const soon = (): void => {
    if (stopped || timer !== undefined || looking !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      looking = look()
        .catch((error: unknown) => {
          everything = true;
          deps.log.warn({ err: error }, 'A watched query could not be looked at; it is tried again.');
        })
        .finally(() => {
          looking = undefined;
          if (changed.size > 0 || everything) soon();
        });
    }, GATHER_MS);
  };

  const unsubscribe = deps.events.subscribe([ENTITY_CHANGED, SOURCE_SYNCED], (event) => {
    if (event.type === ENTITY_CHANGED) changed.add(event.subject);
    else everything = true;
    soon();
  });
  const stop = (): void => {
    stopped = true;
    clearTimeout(timer);
    unsubscribe();
  };
  looking = begin();
  try {
    await looking;
  } catch (error) {
    stop();
    throw error;
  }
  looking = undefined;
  if (changed.size > 0 || everything) soon();
  return stop;

  /** Everything as added; or, for who resumes, only what changed since. */
  async function begin(): Promise<void> {
    const missed = request.resume === undefined ? undefined : await deps.events.since(request.resume);
    const whole = missed === undefined || missed.some((event) => event.type === SOURCE_SYNCED);
    if (missed !== undefined && whole) request.tell({ event: 'reset' }, position);
    const touched = new Set((missed ?? []).filter((event) => event.type === ENTITY_CHANGED).map((event) => event.subject));
    await walk((ref, body) => {
      if (whole) tellChange(ref, body, undefined);
      else if (touched.delete(ref)) tellChange(ref, body, 'before');
    });
    for (const ref of whole ? [] : touched) request.tell({ event: 'removed', ref }, position);
    request.tell({ event: 'synced', entities: known.size }, position);
  }
}
