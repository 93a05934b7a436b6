import type { Audit } from '@paved/audit';
import { STORED_BY_PEOPLE, type Catalog } from '@paved/catalog';
import type { Events, Guard } from '@paved/host';
import { formatRef, parseRef, PavedError, refOf, type Actor, type Entity, type JsonObject, type Page } from '@paved/kernel';
import { CONFIRMATION_ASKED, CONFIRMATION_GIVEN, type OnCall, type Suggestion, type TrustState, type UnownedReason } from '../index.ts';
import { everybodyIn, livingOwner, type Directory } from '../model/directory.ts';
import { onCallOf } from '../model/on-call.ts';
import { suggestOwners } from '../model/suggest-owners.ts';
import { trustOf, type Trust as Judged } from '../model/trust.ts';
import type { DirectoryReader } from './directory.ts';
import { evidenceOf, type EvidenceDeps } from './evidence.ts';
import type { Asked, Store, Word } from './store.ts';

export interface OwnershipDeps extends EvidenceDeps {
  readonly catalog: Catalog;
  readonly audit: Audit;
  readonly events: Events;
  readonly guard: Guard;
  readonly store: Store;
  readonly directory: DirectoryReader;
  /** How often owners are asked, and how long an answer may take; 0 asks nobody. */
  readonly everyMs: number;
  readonly patienceMs: number;
}

/** What is known of an owner's word, as clients see it. */
export interface Trust {
  readonly state: TrustState;
  readonly by?: string;
  readonly at?: string;
  readonly until?: string;
  readonly askedAt?: string;
  readonly note?: string;
}

export interface OwnerState {
  readonly ref: string;
  readonly title: string;
  readonly living: boolean;
  readonly reason?: 'unknown owner' | 'nobody in it';
  /** People in it, nested groups included; 1 for a person. */
  readonly people: number;
}

export interface OwnershipOf {
  readonly ref: string;
  readonly owners: readonly OwnerState[];
  readonly trust: Trust;
  readonly onCall?: OnCall;
  /** Whether the caller may speak for an owner. */
  readonly mayConfirm: boolean;
}

export interface Item {
  readonly ref: string;
  readonly title: string;
  readonly kind: string;
  readonly ownerRefs: readonly string[];
}
export interface UnownedItem extends Item {
  readonly reason: UnownedReason;
  readonly note?: string;
}
export interface ConfirmationItem extends Item {
  readonly trust: Trust;
}
export interface Team {
  readonly ref: string;
  readonly title: string;
  readonly type?: string;
  readonly parent?: string;
  readonly people: number;
  readonly everybody: number;
  /** Entities that name it as owner. */
  readonly owns: number;
  readonly onCall?: OnCall;
}

const CONFIRM = 'ownership.entity.confirm';
const WALK = 1000;
const SOURCE = 'metadata.annotations.backstage.io/managed-by-location';

export type Ownership = ReturnType<typeof createOwnership>;

/** Who owns what, whether somebody stands behind it, and whether they still say so. */
export function createOwnership(deps: OwnershipDeps) {
  const { catalog, store, now } = deps;
  const canonical = (ref: string): string => formatRef(parseRef(ref));
  const must = async (ref: string): Promise<Entity> => {
    const entity = await catalog.get(ref);
    if (entity === undefined)
      throw new PavedError('not_found', `The catalog has no ${canonical(ref)}.`, { fix: 'Check its kind, namespace and name.' });
    return entity;
  };
  const ownersIn = (entity: Entity): string[] =>
    (entity.relations ?? []).filter(({ type }) => type === 'ownedBy').map(({ targetRef }) => targetRef.toLowerCase());
  const itemOf = (entity: Entity): Item => ({
    ref: refOf(entity),
    title: entity.metadata.title ?? entity.metadata.name,
    kind: entity.kind,
    ownerRefs: ownersIn(entity),
  });
  const stateOf = (directory: Directory, ref: string): OwnerState => {
    const living = livingOwner(directory, ref);
    return {
      ref,
      title: directory.titleOf.get(ref) ?? ref,
      living: living.living,
      ...(living.living ? {} : { reason: living.reason }),
      people: ref.startsWith('user:') ? (living.living ? 1 : 0) : everybodyIn(directory, ref).size,
    };
  };
  const trusts = async (entities: readonly Entity[]): Promise<Trust[]> => {
    const refs = entities.map(refOf);
    const [words, asked] = await Promise.all([store.lastWords(refs), store.asked(refs)]);
    return entities.map((entity, index) => {
      const word = words.get(refs[index] ?? '');
      const ask = asked.get(refs[index] ?? '');
      return toldTrust(
        trustOf({
          ...(word === undefined ? {} : { last: wordOf(word) }),
          ...(ask === undefined ? {} : { askedAt: ask.at.getTime() }),
          ownerRefs: ownersIn(entity),
          everyMs: deps.everyMs,
          patienceMs: deps.patienceMs,
          now: now().getTime(),
        }),
      );
    });
  };
  /** Owners that entities name and nobody stands behind. */
  const deadOwners = async (directory: Directory): Promise<Map<string, UnownedReason>> => {
    const named = await catalog.facet('relations.ownedBy');
    return new Map(
      named.flatMap(({ value }): [string, UnownedReason][] => {
        const living = livingOwner(directory, value);
        return living.living ? [] : [[value, living.reason]];
      }),
    );
  };
  const onCall = async (entity: Entity): Promise<OnCall | undefined> => {
    const system = (entity.relations ?? []).find(({ type, targetRef }) => type === 'partOf' && targetRef.startsWith('system:'))?.targetRef;
    const refs = [...(system === undefined ? [] : [system]), ...ownersIn(entity)];
    const others = await catalog.byRefs(refs);
    return onCallOf([entity, ...others].flatMap((one) => (one === undefined ? [] : [{ ref: refOf(one), entity: one }])));
  };

  const suggestions = async (ref: string): Promise<Suggestion[]> => {
    const entity = await must(ref);
    const facts = await evidenceOf(deps, entity);
    return facts === undefined ? [] : suggestOwners(await deps.directory.get(), facts);
  };

  return {
    suggestions,

    async of(ref: string, actor: Actor): Promise<OwnershipOf> {
      const entity = await must(ref);
      const directory = await deps.directory.get();
      const [trust] = await trusts([entity]);
      const reached = await onCall(entity);
      const ownerRefs = ownersIn(entity);
      return {
        ref: refOf(entity),
        owners: ownerRefs.map((owner) => stateOf(directory, owner)),
        trust: trust ?? { state: 'off' },
        ...(reached === undefined ? {} : { onCall: reached }),
        mayConfirm: ownerRefs.length > 0 && deps.guard.decide(actor, CONFIRM, { ref: refOf(entity), ownerRefs }).allowed,
      };
    },

    /** Entities of kinds that name an owner, without one that lives; with why. */
    async unowned(query: { kind?: string | undefined; limit: number; offset: number }): Promise<Page<UnownedItem>> {
      const directory = await deps.directory.get();
      const dead = await deadOwners(directory);
      const disowned = new Map((await store.disowned()).map((word) => [word.entity_ref, word]));
      const kinds = query.kind === undefined ? catalog.ownedKinds() : [query.kind.toLowerCase()];
      // What a part of the platform put there itself, such as its built-in types, has no people behind it and needs none.
      const builtIn: JsonObject = { $all: [{ [SOURCE]: { $hasPrefix: 'paved:' } }, { $not: { [SOURCE]: `paved:${STORED_BY_PEOPLE}` } }] };
      const without: JsonObject[] = [{ $all: [{ $not: { 'relations.ownedBy': { $exists: true } } }, { $not: builtIn }] }];
      if (dead.size > 0) without.push({ 'relations.ownedBy': { $in: [...dead.keys()] } });
      const page = await catalog.query({
        predicate: { $all: [{ kind: { $in: [...kinds] } }, { $any: without }] },
        orderBy: [{ field: 'metadata.name', order: 'asc' }],
        limit: query.limit,
        offset: query.offset,
      });
      const items = page.items
        .filter((entity) => ownersIn(entity).every((owner) => dead.has(owner)))
        .map((entity): UnownedItem => {
          const [first] = ownersIn(entity);
          return { ...itemOf(entity), reason: first === undefined ? 'names none' : (dead.get(first) ?? 'unknown owner') };
        });
      // What its owners gave back stands before what never had one.
      const given =
        query.offset > 0
          ? []
          : (await catalog.byRefs([...disowned.keys()])).flatMap((entity): UnownedItem[] => {
              const word = entity === undefined ? undefined : disowned.get(refOf(entity));
              if (
                entity === undefined ||
                word === undefined ||
                !ownersIn(entity).includes(word.owner_ref) ||
                !kinds.includes(entity.kind.toLowerCase())
              )
                return [];
              return [{ ...itemOf(entity), reason: 'disowned', ...(word.note === null ? {} : { note: word.note }) }];
            });
      return { items: [...given, ...items], totalItems: page.totalItems + given.length, pageInfo: {} };
    },

    /** What owners are to confirm: of these owners, or of all; what was asked longest ago comes first. */
    async confirmations(query: { ownerRefs: readonly string[]; limit: number; all: boolean }): Promise<Page<ConfirmationItem>> {
      if (query.ownerRefs.length === 0 || (deps.everyMs === 0 && !query.all)) return { items: [], totalItems: 0, pageInfo: {} };
      const found: ConfirmationItem[] = [];
      for (let offset = 0; ; offset += WALK) {
        const page = await catalog.query({
          predicate: { kind: { $in: [...catalog.ownedKinds()] }, 'relations.ownedBy': { $in: [...query.ownerRefs] } },
          limit: WALK,
          offset,
        });
        const known = await trusts(page.items);
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
      const entities = await Promise.all([...new Set(refs.map(canonical))].map(must));
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
      const known = await trusts(entities);
      return entities.map((entity, index) => ({ ...itemOf(entity), trust: known[index] ?? { state: 'off' as const } }));
    },

    /** Asks every living owner for what is due; gives how many entities of how many owners. Asking again changes nothing. */
    async ask(): Promise<{ entities: number; owners: number }> {
      if (deps.everyMs === 0) return { entities: 0, owners: 0 };
      const dead = await deadOwners(await deps.directory.get());
      const perOwner = new Map<string, number>();
      for (let offset = 0; ; offset += WALK) {
        const page = await catalog.query({
          predicate: { kind: { $in: [...catalog.ownedKinds()] }, 'relations.ownedBy': { $exists: true } },
          limit: WALK,
          offset,
        });
        const known = await trusts(page.items);
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

    /** Every group with its place in the hierarchy, its people and what it owns. */
    async teams(): Promise<Team[]> {
      const [directory, groups, owned] = await Promise.all([
        deps.directory.get(),
        catalog.ofKind('group'),
        catalog.facet('relations.ownedBy'),
      ]);
      const counts = new Map(owned.map(({ value, count }) => [value, count]));
      return groups.map((entity): Team => {
        const ref = refOf(entity);
        const parent = directory.parentOf.get(ref);
        const reached = onCallOf([{ ref, entity }]);
        return {
          ref,
          title: directory.titleOf.get(ref) ?? entity.metadata.name,
          ...(typeof entity.spec?.['type'] === 'string' ? { type: entity.spec['type'] } : {}),
          ...(parent === undefined ? {} : { parent }),
          people: directory.peopleOf.get(ref)?.length ?? 0,
          everybody: everybodyIn(directory, ref).size,
          owns: counts.get(ref) ?? 0,
          ...(reached === undefined ? {} : { onCall: reached }),
        };
      });
    },
  };
}

const wordOf = (word: Word) => ({
  verdict: word.verdict,
  ownerRef: word.owner_ref,
  by: word.by_name,
  at: word.at.getTime(),
  ...(word.note === null ? {} : { note: word.note }),
});

const toldTrust = ({ at, until, askedAt, ...rest }: Judged): Trust => ({
  ...rest,
  ...(at === undefined ? {} : { at: new Date(at).toISOString() }),
  ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
  ...(askedAt === undefined ? {} : { askedAt: new Date(askedAt).toISOString() }),
});
