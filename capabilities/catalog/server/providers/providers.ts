import { isPavedError, messageOf, PavedError, systemActor, type Actor } from '@paved/kernel';
import type { Cause, Runs } from '@paved/runs';
import { z } from 'zod';
import { PROVIDER_SYNCED, type EntityProvider, type EntityProviders, type ProviderMutation, type ProviderOutcome } from '../../index.ts';
import type { Locations } from '../locations.ts';
import { locationById, locationsWaitingFor } from '../store.ts';
import type { SyncCause, SyncDeps } from '../sync.ts';
import { refsOfOwner } from '../views.ts';
import { applyMutation, providerKey, type Applying } from './mutation.ts';
import { deleteProvider, ensureProvider, noteEnd, noteRead, noteStart, registerProviders } from './store.ts';
import { locationsReadFrom, locationsToRead, providerRows, type ProviderRow } from './views.ts';

export const PROVIDER_RUN = 'catalog.provider.sync';
/** Locations of one provider that are read at the same time. */
const READ_AT_ONCE = 4;
/** Longest time until a provider that was asked to wait is tried again. */
const MAX_PAUSE_MS = 6 * 3_600_000;

export interface ProviderDeps extends SyncDeps {
  readonly runs: Runs;
  readonly locations: Locations;
}

/** Providers, with what the server needs besides their contract. */
export interface Providers {
  readonly contract: EntityProviders;
  list(): Promise<ProviderRow[]>;
  /** Starts a sync; `confirmed` lets it remove more than the threshold. */
  start(name: string, actor: Actor, cause: Cause, options?: { confirmed?: boolean }): Promise<string>;
  /** Removes a provider that is not configured any more, with everything it brought. */
  remove(name: string, actor: Actor): Promise<ProviderOutcome>;
  /** Notes who is configured, plans their schedules and asks those that were never asked. */
  listening(): Promise<void>;
  stop(): void;
}

export function createProviders(deps: ProviderDeps): Providers {
  const known = new Map<string, EntityProvider>();
  const timers = new Map<string, NodeJS.Timeout>();

  const require = (name: string): EntityProvider => {
    const provider = known.get(name);
    if (provider === undefined)
      throw new PavedError('not_found', `There is no provider "${name}".`, {
        fix: known.size === 0 ? 'Configure one below catalog.providers.' : `There are: ${[...known.keys()].join(', ')}.`,
      });
    return provider;
  };

  const inputOf = (name: string, confirmed: boolean) => ({ provider: name, target: known.get(name)?.target ?? name, confirmed });

  const start: Providers['start'] = async (name, actor, cause, options = {}) => {
    require(name);
    const run = await deps.runs.start({ kind: PROVIDER_RUN, input: inputOf(name, options.confirmed === true), actor, cause });
    return run.id;
  };

  /** Asks again when the outside allows it; a restart falls back to the schedule. */
  const later = (name: string, at: Date): void => {
    clearTimeout(timers.get(name));
    const wait = Math.min(Math.max(at.getTime() - deps.now().getTime(), 1000), MAX_PAUSE_MS);
    const timer = setTimeout(() => {
      timers.delete(name);
      start(name, systemActor, { type: 'system', ref: 'the rate limit is over' }).catch((error: unknown) =>
        deps.log.warn({ provider: name, reason: messageOf(error) }, 'A provider could not be asked again.'),
      );
    }, wait);
    timer.unref();
    timers.set(name, timer);
  };

  const giveWay = async (freed: readonly string[]): Promise<void> => {
    for (const id of freed.length === 0 ? [] : await locationsWaitingFor(deps.db, freed)) {
      const row = await locationById(deps.db, id);
      if (row !== undefined) await deps.locations.start(row, systemActor, { type: 'system', ref: 'a name became free' });
    }
  };

  /** Reads what changed below a provider's locations, a few at a time; stops when the outside asks for a pause. */
  const readChanged = async (
    name: string,
    actor: Actor,
    why: SyncCause,
    log: (text: string) => void,
    targets?: readonly string[],
  ): Promise<{ read: number; left: number; retryAt?: Date }> => {
    const waiting = await locationsToRead(deps.db, name, targets);
    const paused = (): Date | undefined => {
      const until = known.get(name)?.pausedUntil?.();
      return until !== undefined && until.getTime() > deps.now().getTime() ? until : undefined;
    };
    let next = 0;
    let read = 0;
    let retryAt: Date | undefined;
    const work = async (): Promise<void> => {
      for (let row = waiting[next++]; row !== undefined; row = waiting[next++]) {
        retryAt ??= paused();
        if (retryAt !== undefined) return;
        try {
          const outcome = await deps.locations.execute(row.id, actor, why);
          if ('added' in outcome && outcome.added + outcome.updated + outcome.removed > 0)
            log(`${row.target}: ${outcome.added} new, ${outcome.updated} changed, ${outcome.removed} gone`);
        } catch (error) {
          if (isPavedError(error, 'rate_limited')) {
            retryAt = paused() ?? retryOf(error, deps.now());
            return;
          }
          // It is noted with the location; the others are read all the same.
          log(`${row.target}: ${messageOf(error)}`);
          read += 1;
          continue;
        }
        read += 1;
        const after = await locationById(deps.db, row.id);
        if (after === undefined) continue;
        if (after.error === null) await noteRead(deps.db, name, row.id, row.stamp);
        else log(`${row.target}: ${after.error}`);
      }
    };
    await Promise.all(Array.from({ length: READ_AT_ONCE }, work));
    return { read, left: waiting.length - read, ...(retryAt === undefined ? {} : { retryAt }) };
  };

  const apply = async (name: string, mutation: ProviderMutation, applying: Applying): Promise<ProviderOutcome> => {
    const provider = known.get(name);
    if (provider !== undefined) await ensureProvider(deps.db, provider);
    const { outcome, freed } = await applyMutation(deps, name, mutation, applying);
    await giveWay(freed);
    return outcome;
  };

  const ended = (name: string, outcome: Parameters<typeof noteEnd>[2]): Promise<void> =>
    deps.db.transaction().execute(async (tx) => {
      await noteEnd(tx, name, outcome, deps.now());
      const data = { provider: name, failed: outcome.error !== null };
      await deps.events.publish(tx, { type: PROVIDER_SYNCED, subject: providerKey(name), data });
    });

  /** Notes why a part of a sync failed, and when to come back when the outside said so. */
  const noting = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      const retryAt = isPavedError(error, 'rate_limited') ? (known.get(name)?.pausedUntil?.() ?? retryOf(error, deps.now())) : undefined;
      if (retryAt !== undefined) later(name, retryAt);
      await ended(name, { error: messageOf(error), retryAt, held: heldOf(error) });
      throw error;
    }
  };

  deps.runs.define({
    kind: PROVIDER_RUN,
    input: z.object({ provider: z.string(), target: z.string(), confirmed: z.boolean().default(false) }),
    title: (input) => `Ask ${input.target}`,
    plan: () => [
      { id: 'ask', title: 'Ask and store' },
      { id: 'files', title: 'Read changed files' },
    ],
    concurrency: { key: (input) => input.provider, perKey: 1 },
    async execute(run) {
      const { provider: name, confirmed } = run.input;
      const why = { run: run.id, cause: run.cause };
      // How it went is noted inside the steps: outside them an error is only its words.
      const outcome = await run.step('ask', { title: 'Ask and store' }, (step) =>
        noting(name, async () => {
          await noteStart(deps.db, name, run.id, deps.now());
          const mutation = await require(name).read({ signal: step.signal, log: step.log });
          return apply(name, mutation, { actor: run.actor, cause: run.cause.type, run: run.id, confirmed });
        }),
      );
      const files = await run.step('files', { title: 'Read changed files' }, (step) =>
        noting(name, async () => {
          const read = await readChanged(name, run.actor, why, step.log);
          const { retryAt: pause, ...counts } = read;
          const waiting = `${read.left} of ${read.left + read.read} changed sources wait until the rate limit is over.`;
          await ended(name, { error: pause === undefined ? null : waiting, retryAt: pause });
          if (pause !== undefined) later(name, pause);
          return counts;
        }),
      );
      return { ...outcome, ...files };
    },
  });

  const contract: EntityProviders = {
    addProvider(provider) {
      if (known.has(provider.name)) throw new Error(`Two providers are called "${provider.name}".`);
      known.set(provider.name, provider);
    },
    syncProvider: (name, actor, cause) => start(name, actor, cause),
    async applyProvided(name, mutation, actor, cause) {
      require(name);
      const outcome = await apply(name, mutation, { actor, cause, confirmed: mutation.type === 'delta' });
      const touched = (mutation.locations ?? []).map((location) => location.target);
      if (touched.length > 0) {
        const { retryAt } = await readChanged(name, actor, { cause: { type: 'push', ref: cause } }, () => {}, touched);
        if (retryAt !== undefined) later(name, retryAt);
      }
      return outcome;
    },
    readFrom: (prefixes) => locationsReadFrom(deps.db, prefixes),
    refsOfProvider: (name) => refsOfOwner(deps.db, providerKey(name)),
  };

  return {
    contract,
    start,
    list: () => providerRows(deps.db),
    async remove(name, actor) {
      if (known.has(name))
        throw new PavedError('conflict', `The provider "${name}" is configured.`, {
          fix: 'Remove it from the configuration first; what it brought stays until then.',
        });
      const [row] = await providerRows(deps.db, name);
      if (row === undefined) throw new PavedError('not_found', `There is no provider "${name}".`);
      const outcome = await apply(name, { type: 'full', entities: [], locations: [] }, { actor, cause: 'user', confirmed: true });
      await deleteProvider(deps.db, name);
      return outcome;
    },
    async listening() {
      await registerProviders(deps.db, [...known.values()]);
      for (const provider of known.values())
        deps.runs.schedule({
          name: `${PROVIDER_RUN}:${provider.name}`,
          cron: provider.schedule,
          run: { kind: PROVIDER_RUN, input: inputOf(provider.name, false), actor: systemActor },
        });
      for (const row of await providerRows(deps.db)) {
        if (row.configured && row.succeededAt === null)
          await start(row.name, systemActor, { type: 'system', ref: 'first sync' }).catch((error: unknown) =>
            deps.log.warn({ provider: row.name, reason: messageOf(error) }, 'A provider could not be asked.'),
          );
      }
    },
    stop() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}

const retryOf = (error: PavedError, now: Date): Date => {
  const wait = error.facts['retryAfterMs'];
  return new Date(now.getTime() + (typeof wait === 'number' ? wait : 60_000));
};

const heldOf = (error: unknown): { removed: number; of: number } | undefined =>
  isPavedError(error, 'conflict') ? (error.facts['held'] as { removed: number; of: number } | undefined) : undefined;
