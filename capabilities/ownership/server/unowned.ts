import { STORED_BY_PEOPLE, type Catalog, type OwnerFigures, type OwnerReads } from '@paved/catalog';
import { type Entity, type JsonObject, type Page } from '@paved/kernel';
import type { UnownedReason } from '../index.ts';
import { directoryOf } from '../model/directory.ts';
import { deadOwners } from './dead-owners.ts';
import type { DirectoryReader } from './directory.ts';
import { itemOf, ownersIn, type Item } from './owned-item.ts';
import type { Store, Word } from './store.ts';

export interface UnownedDeps {
  readonly catalog: Catalog;
  readonly ownerFigures: OwnerFigures;
  readonly store: Store;
  readonly directory: DirectoryReader;
}

export interface UnownedItem extends Item {
  readonly reason: UnownedReason;
  readonly note?: string;
}

const SOURCE = 'metadata.annotations.backstage.io/managed-by-location';
/** What a part of the platform put there itself, such as its built-in types, has no people behind it and needs none. */
const builtIn: JsonObject = { $all: [{ [SOURCE]: { $hasPrefix: 'paved:' } }, { $not: { [SOURCE]: `paved:${STORED_BY_PEOPLE}` } }] };

interface Found {
  /** Owners that entities name and nobody stands behind. */
  readonly dead: ReadonlyMap<string, UnownedReason>;
  /** Living owners of entities that name a dead one too. */
  readonly beside: readonly string[];
  /** Entities with a living owner who gave them back, with that word. */
  readonly given: readonly { readonly entity: Entity; readonly word: Word }[];
  /** Entities that name no owner, and those whose every owner is dead. */
  readonly naming: { readonly none: number; readonly dead: number };
}

/** What nobody answers for. This is the one place that says so; the catalog's figures ask here. */
export function createUnowned({ catalog, ownerFigures, store, directory }: UnownedDeps) {
  const find = async (reads: OwnerReads, kinds: readonly string[]): Promise<Found> => {
    const [people, sets, words] = await Promise.all([
      reads.time === undefined
        ? directory.get()
        : Promise.all([reads.ofKind('user'), reads.ofKind('group')]).then(([users, groups]) => directoryOf(users, groups)),
      reads.ownerSets(),
      store.disowned(reads.time),
    ]);
    const dead = deadOwners(sets, people);
    const lacks = (owners: readonly string[]): boolean => owners.every((owner) => dead.has(owner));
    const wanted = new Set(kinds);
    const countOf = (which: (owners: readonly string[]) => boolean): number =>
      sets.reduce((sum, set) => sum + (wanted.has(set.kind) && which(set.owners) ? set.count : 0), 0);
    const entities = await reads.byRefs(words.map((word) => word.entity_ref));
    return {
      dead,
      beside: [...new Set(sets.flatMap(({ owners }) => (owners.some((owner) => dead.has(owner)) ? owners : [])))].filter(
        (owner) => !dead.has(owner),
      ),
      given: words.flatMap((word, index) => {
        const entity = entities[index];
        if (entity === undefined || !wanted.has(entity.kind.toLowerCase())) return [];
        const owners = ownersIn(entity);
        return owners.includes(word.owner_ref) && !lacks(owners) ? [{ entity, word }] : [];
      }),
      naming: { none: countOf((owners) => owners.length === 0), dead: countOf((owners) => owners.length > 0 && lacks(owners)) },
    };
  };
  const ownedAmong = (reads: OwnerReads, kind: string | undefined): readonly string[] =>
    reads.ownedKinds().filter((owned) => kind === undefined || owned === kind.toLowerCase());

  return {
    /** How many entities of kinds that name an owner have none that lives, now or at a time of the past. */
    async countUnowned(reads: OwnerReads): Promise<number> {
      const { given, naming } = await find(reads, ownedAmong(reads, undefined));
      return given.length + naming.none + naming.dead;
    },

    /** The same as a list, with why: what its owners gave back stands before what never had one. */
    async unowned(query: { kind?: string | undefined; limit: number; offset: number }): Promise<Page<UnownedItem>> {
      const kinds = ownedAmong(ownerFigures.now, query.kind);
      const { dead, beside, given, naming } = await find(ownerFigures.now, kinds);
      const first = given.slice(query.offset, query.offset + query.limit).map(({ entity, word }): UnownedItem => ({
        ...itemOf(entity),
        reason: 'disowned',
        ...(word.note === null ? {} : { note: word.note }),
      }));
      const rest = query.limit - first.length;
      // Only what there is is looked for: that nothing names an entity's owner takes a look at all relations.
      const noneOrDead: JsonObject[] = [];
      if (naming.none > 0) noneOrDead.push({ $all: [{ $not: { 'relations.ownedBy': { $exists: true } } }, { $not: builtIn }] });
      if (naming.dead > 0) {
        const ofDead: JsonObject = { 'relations.ownedBy': { $in: [...dead.keys()] } };
        noneOrDead.push(beside.length === 0 ? ofDead : { $all: [ofDead, { $not: { 'relations.ownedBy': { $in: [...beside] } } }] });
      }
      const page =
        rest === 0 || noneOrDead.length === 0
          ? []
          : (
              await catalog.query({
                predicate: { $all: [{ kind: { $in: [...kinds] } }, { $any: noneOrDead }] },
                orderBy: [{ field: 'metadata.name', order: 'asc' }],
                limit: rest,
                offset: Math.max(0, query.offset - given.length),
                total: false,
              })
            ).items;
      const items = page.map((entity): UnownedItem => {
        const [owner] = ownersIn(entity);
        return { ...itemOf(entity), reason: owner === undefined ? 'names none' : (dead.get(owner) ?? 'unknown owner') };
      });
      return { items: [...first, ...items], totalItems: given.length + naming.none + naming.dead, pageInfo: {} };
    },
  };
}
