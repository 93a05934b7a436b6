import type { Catalog } from '@paved/catalog';
import type { Actor, Entity, Role } from '@paved/kernel';
import { DEFAULT_ROLE } from '../index.ts';
import { effectiveRole } from '../model/effective-role.ts';
import type { Store } from './store.ts';

/** How an actor appears in one request. */
export interface Appearance {
  readonly door: Actor['door'];
  readonly token?: string | undefined;
  /** Instead of the user's role. */
  readonly role?: Role | undefined;
}

/** Who a user ref stands for now: name, role and groups, remembered for a few seconds. */
export interface Actors {
  /** `access.roles` of the configuration, by canonical ref. */
  readonly configuredRoles: ReadonlyMap<string, Role>;
  /** Undefined for a ref that is neither a catalog user nor an account, and for suspended accounts. */
  of(userRef: string, appearance: Appearance): Promise<Actor | undefined>;
  /** Actors that somebody else vouches for (an account outside the catalog); never undefined. */
  vouched(userRef: string, name: string, appearance: Appearance): Promise<Actor>;
  /** After a change of roles, accounts, users or groups. */
  drop(): void;
}

interface Known {
  readonly until: number;
  readonly exists: boolean;
  readonly displayName: string;
  readonly role: Role;
  readonly ownershipRefs: readonly string[];
  /** One object per appearance, so that what is derived from an actor can be remembered with it. */
  readonly appearances: Map<string, Actor>;
  /** The same under the name that somebody else vouches for. */
  readonly vouchedAs: Map<string, Known>;
}

const TTL_MS = 5_000;
const LIMIT = 5_000;

export function createActors(deps: {
  store: Store;
  catalog: Catalog;
  now: () => Date;
  configuredRoles: ReadonlyMap<string, Role>;
}): Actors {
  const { store, catalog } = deps;
  const known = new Map<string, Known>();
  let generation = 0;

  const look = async (userRef: string): Promise<Known> => {
    const began = generation;
    const [entity, groupRefs, account] = await Promise.all([catalog.get(userRef), catalog.groupsOf(userRef), store.accountOf(userRef)]);
    const assigned = new Map([...deps.configuredRoles, ...(await store.rolesOf([userRef, ...groupRefs]))]);
    const found: Known = {
      until: deps.now().getTime() + TTL_MS,
      exists: (entity !== undefined || account !== undefined) && account?.suspendedAt == null,
      displayName: nameOf(entity) ?? account?.name ?? userRef.slice(userRef.indexOf('/') + 1),
      role: effectiveRole({ userRef, groupRefs, inCatalog: entity !== undefined, assigned, fallback: DEFAULT_ROLE }),
      ownershipRefs: [userRef, ...groupRefs],
      appearances: new Map(),
      vouchedAs: new Map(),
    };
    if (began === generation) {
      if (known.size >= LIMIT) known.clear();
      known.set(userRef, found);
    }
    return found;
  };

  const current = async (userRef: string): Promise<Known> => {
    const entry = known.get(userRef);
    return entry !== undefined && entry.until > deps.now().getTime() ? entry : look(userRef);
  };

  return {
    configuredRoles: deps.configuredRoles,
    async of(userRef, appearance) {
      const entry = await current(userRef);
      return entry.exists ? appear(userRef, entry, appearance) : undefined;
    },
    async vouched(userRef, name, appearance) {
      const entry = await current(userRef);
      if (entry.exists) return appear(userRef, entry, appearance);
      const named = entry.vouchedAs.get(name) ?? { ...entry, displayName: name, appearances: new Map() };
      entry.vouchedAs.set(name, named);
      return appear(userRef, named, appearance);
    },
    drop() {
      generation += 1;
      known.clear();
    },
  };
}

function appear(userRef: string, entry: Known, { door, token, role }: Appearance): Actor {
  const key = `${door} ${role ?? ''} ${token ?? ''}`;
  const existing = entry.appearances.get(key);
  if (existing !== undefined) return existing;
  const actor: Actor = {
    ref: userRef,
    displayName: entry.displayName,
    role: role ?? entry.role,
    ownershipRefs: entry.ownershipRefs,
    door,
    ...(token === undefined ? {} : { token }),
  };
  entry.appearances.set(key, actor);
  return actor;
}

/** A user's name for people, as the catalog has it. */
export function nameOf(entity: Entity | undefined): string | undefined {
  const profile = entity?.spec?.['profile'];
  const shown = profile !== null && typeof profile === 'object' && !Array.isArray(profile) ? profile['displayName'] : undefined;
  return typeof shown === 'string' && shown !== '' ? shown : (entity?.metadata.title ?? entity?.metadata.name);
}
