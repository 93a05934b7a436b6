import type { Actor, Role } from '@paved/kernel';
import type { Accounts, Presented } from './accounts.ts';
import type { Actors } from './actors.ts';
import { sha256 } from './sha256.ts';
import type { Store } from './store.ts';

/** Personal tokens begin with it, so that people and scanners recognise one. */
export const TOKEN_PREFIX = 'pvd_';

/** Who a token made beside the data directory acts as: nobody of the catalog. */
export const LOCAL_ADMINISTRATOR = { ref: 'user:default/local-administrator', name: 'Local administrator' } as const;

/** What a credential proved. */
export interface Verified {
  readonly userRef: string;
  readonly name: string;
  readonly token?: { readonly id: string; readonly name: string; readonly role: Role | undefined };
  readonly session?: { readonly id: string; readonly userId: string };
}

/** Checks sessions and tokens, and remembers what it found for at most five seconds. */
export interface Credentials {
  verify(presented: Presented): Promise<Verified | undefined>;
  /** The actor behind a verified credential now. */
  actorFor(verified: Verified, door: Actor['door']): Promise<Actor | undefined>;
  /** Forgets what is remembered of a person: something of theirs was revoked. */
  drop(userRef: string): void;
}

interface Remembered {
  readonly verified: Verified;
  readonly until: number;
}

const TTL_MS = 5_000;
const LIMIT = 10_000;
/** `last_used_at` is good to a minute; a write per lookup is not worth it. */
const TOUCH_AFTER_MS = 60_000;

export function createCredentials(deps: { store: Store; accounts: Accounts; actors: Actors; now: () => Date }): Credentials {
  const { store, accounts, actors } = deps;
  const remembered = new Map<string, Remembered>();
  const looking = new Map<string, Promise<Verified | undefined>>();
  let generation = 0;

  const lookUpToken = async (digest: string): Promise<{ verified: Verified; expiresAt: Date | null } | undefined> => {
    const token = await store.tokenByDigest(digest);
    const at = deps.now();
    if (token === undefined || (token.expires_at !== null && token.expires_at <= at)) return undefined;
    if (token.last_used_at === null || at.getTime() - token.last_used_at.getTime() > TOUCH_AFTER_MS) await store.touchToken(token.id, at);
    const verified = {
      userRef: token.user_ref,
      name: token.user_ref === LOCAL_ADMINISTRATOR.ref ? LOCAL_ADMINISTRATOR.name : token.name,
      token: { id: token.id, name: token.name, role: token.role ?? undefined },
    };
    return { verified, expiresAt: token.expires_at };
  };

  const lookUpSession = async (presented: Presented): Promise<{ verified: Verified; expiresAt: Date } | undefined> => {
    const session = await accounts.session(presented);
    if (session === undefined || session.suspended) return undefined;
    return {
      verified: { userRef: session.userRef, name: session.name, session: { id: session.id, userId: session.userId } },
      expiresAt: session.expiresAt,
    };
  };

  const lookUp = async (presented: Presented, digest: string): Promise<Verified | undefined> => {
    const began = generation;
    const isToken = 'bearer' in presented && presented.bearer.startsWith(TOKEN_PREFIX);
    const found = await (isToken ? lookUpToken(digest) : lookUpSession(presented));
    if (found === undefined) return undefined;
    // What was revoked while we looked must not be remembered.
    if (began === generation) {
      if (remembered.size >= LIMIT) remembered.clear();
      remembered.set(digest, {
        verified: found.verified,
        until: Math.min(deps.now().getTime() + TTL_MS, found.expiresAt?.getTime() ?? Infinity),
      });
    }
    return found.verified;
  };

  return {
    verify(presented) {
      const digest = sha256('cookie' in presented ? presented.cookie : presented.bearer);
      const key = 'cookie' in presented ? `c${digest}` : digest;
      const hit = remembered.get(key);
      if (hit !== undefined && hit.until > deps.now().getTime()) return Promise.resolve(hit.verified);
      const underway = looking.get(key);
      if (underway !== undefined) return underway;
      const look = lookUp(presented, key).finally(() => {
        if (looking.get(key) === look) looking.delete(key);
      });
      looking.set(key, look);
      return look;
    },
    async actorFor(verified, door) {
      const role = verified.token?.role;
      const appearance = { door, token: verified.token?.name, role };
      // A fixed role comes with a token that needs no user behind it.
      return role === undefined ? actors.of(verified.userRef, appearance) : actors.vouched(verified.userRef, verified.name, appearance);
    },
    drop(userRef) {
      generation += 1;
      for (const [key, entry] of remembered) if (entry.verified.userRef === userRef) remembered.delete(key);
      looking.clear();
    },
  };
}
