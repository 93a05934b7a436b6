import type { Audit } from '@paved/audit';
import type { Catalog, OwnerFigures } from '@paved/catalog';
import type { Events, Guard } from '@paved/host';
import { PavedError, refOf, type Actor, type Page } from '@paved/kernel';
import { CONFIRMATION_ASKED, CONFIRMATION_GIVEN } from '../index.ts';
import { deadOwners } from './dead-owners.ts';
import type { DirectoryReader } from './directory.ts';
import { canonical, itemOf, mustGet, ownersIn, type Item } from './owned-item.ts';
import type { Asked, Word } from './store.ts';
import { trustsOf, type Trust, type TrustDeps } from './trusts.ts';

export interface ConfirmingDeps extends TrustDeps {
  readonly catalog: Catalog;
  readonly ownerFigures: OwnerFigures;
  readonly audit: Audit;
  readonly events: Events;
  readonly guard: Guard;
  readonly directory: DirectoryReader;
}

export interface ConfirmationItem extends Item {
  readonly trust: Trust;
}

/** The permission to speak for an owner. */
export const CONFIRM = 'ownership.entity.confirm';
const WALK = 1000;

/** Owners are asked whether things are still theirs, and answer. */
export function createConfirming(deps: ConfirmingDeps) {
  const { catalog, store, now } = deps;
  return {
    /** What owners are to confirm: of these owners, or of all; what was asked longest ago comes first. */
    async confirmations(query: { ownerRefs: readonly string[]; limit: number; all: boolean }): Promise<Page<ConfirmationItem>> {
      if (query.ownerRefs.length === 0 || (deps.everyMs === 0 && !query.all)) return { items: [], totalItems: 0, pageInfo: {} };
      const found: ConfirmationItem[] = [];
      for (let offset = 0; ; offset += WALK) {
        const page = await catalog.query({
          predicate: { kind: { $in: [...catalog.ownedKinds()] }, 'relations.ownedBy': { $in: [...query.ownerRefs] } },
          limit: WALK,
          total: false,
          offset,
        });
        const known = await trustsOf(deps, page.items);
        for (const [index, entity] of page.items.entries()) {
          const trust = known[index];
          if (trust !== undefined && (query.all || trust.state === 'due' || trust.state === 'overdue'))
            found.push({ ...itemOf(entity), trust });
        }
        if (page.items.length < WALK) break;
      }
      found.sort((a, b) => Number(b.trust.state === 'overdue') - Number(a.trust.state === 'overdue') || a.title.localeCompare(b.title));
      return { items: found.slice(0, query.limit), totalItems: found.length, pageInfo: {} };
    },

    /** Says for each entity that it is its owner's, or that it is not. All or none. */
    async confirm(
      refs: readonly string[],
      verdict: 'confirmed' | 'disowned',
      note: string | undefined,
      actor: Actor,
    ): Promise<ConfirmationItem[]> {
      const entities = await Promise.all([...new Set(refs.map(canonical))].map((ref) => mustGet(catalog, ref)));
      for (const entity of entities) {
        const ownerRefs = ownersIn(entity);
        if (ownerRefs.length === 0)
          throw new PavedError('conflict', `${refOf(entity)} names no owner, so there is nothing to confirm.`, {
            fix: 'Give it an owner in its source first.',
          });
        deps.guard.require(actor, CONFIRM, { ref: refOf(entity), ownerRefs });
      }
      const at = now();
      await store.transaction(async (tx) => {
        const words = entities.map((entity): Word => {
          const ownerRefs = ownersIn(entity);
          return {
            entity_ref: refOf(entity),
            owner_ref: ownerRefs.find((owner) => actor.ownershipRefs.includes(owner)) ?? ownerRefs[0] ?? '',
            verdict,
            by_ref: actor.ref,
            by_name: actor.displayName,
            note: note ?? null,
            at,
          };
        });
        await store.addWords(words, tx);
        await store.forgetAsked(
          words.map((word) => word.entity_ref),
          tx,
        );
        for (const word of words)
          await deps.audit.record(
            {
              actor,
              action: CONFIRM,
              subject: word.entity_ref,
              after: { verdict, owner: word.owner_ref, ...(note === undefined ? {} : { note }) },
            },
            tx,
          );
        await deps.events.publish(
          tx,
          ...words.map((word) => ({
            type: CONFIRMATION_GIVEN,
            subject: word.entity_ref,
            data: { ref: word.entity_ref, verdict, by: actor.ref },
          })),
        );
      });
      const known = await trustsOf(deps, entities);
      return entities.map((entity, index) => ({ ...itemOf(entity), trust: known[index] ?? { state: 'off' as const } }));
    },

    /** Asks every living owner for what is due; gives how many entities of how many owners. Asking again changes nothing. */
    async ask(): Promise<{ entities: number; owners: number }> {
      if (deps.everyMs === 0) return { entities: 0, owners: 0 };
      const dead = deadOwners(await deps.ownerFigures.now.ownerSets(), await deps.directory.get());
      const perOwner = new Map<string, number>();
      for (let offset = 0; ; offset += WALK) {
        const page = await catalog.query({
          predicate: { kind: { $in: [...catalog.ownedKinds()] }, 'relations.ownedBy': { $exists: true } },
          limit: WALK,
          total: false,
          offset,
        });
        const known = await trustsOf(deps, page.items);
        const rows = page.items.flatMap((entity, index): Asked[] => {
          const owner = ownersIn(entity).find((ref) => !dead.has(ref));
          return owner === undefined || known[index]?.state !== 'due' ? [] : [{ entity_ref: refOf(entity), owner_ref: owner, at: now() }];
        });
        await store.transaction(async (tx) => {
          const asked = await store.ask(rows, tx);
          for (const row of asked) perOwner.set(row.owner_ref, (perOwner.get(row.owner_ref) ?? 0) + 1);
        });
        if (page.items.length < WALK) break;
      }
      await store.transaction((tx) =>
        deps.events.publish(
          tx,
          ...[...perOwner].map(([ownerRef, entities]) => ({ type: CONFIRMATION_ASKED, subject: ownerRef, data: { ownerRef, entities } })),
        ),
      );
      return { entities: [...perOwner.values()].reduce((sum, n) => sum + n, 0), owners: perOwner.size };
    },
  };
}
