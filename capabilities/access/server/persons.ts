import { PavedError, refOf, type Actor, type Entity, type Page, type Role } from '@paved/kernel';
import type { Database } from '@paved/host';
import { DEFAULT_ROLE, USER_CHANGED } from '../index.ts';
import { effectiveRole } from '../model/effective-role.ts';
import { userRefOf } from '../model/person-name.ts';
import { nameOf } from './actors.ts';
import type { AccessDeps } from './context.ts';
import { sha256 } from './sha256.ts';
import type { Account } from './store.ts';

/** A person as administrators see them: catalog entry and account side by side. */
export interface Person {
  readonly ref: string;
  readonly displayName: string;
  readonly role: Role;
  readonly groups: string[];
  readonly email?: string;
  readonly inCatalog: boolean;
  /** `none`: cannot sign in yet; `invited`: account without password; `active`; `suspended`. */
  readonly account: 'none' | 'invited' | 'active' | 'suspended';
}

/** Origin under which people made here are kept in the catalog. */
const ORIGIN = 'access';
/** Ends the addresses of people without e-mail; nothing can be delivered there. */
const NO_MAIL = '@users.invalid';

/** Accounts of people, tied one to one to catalog users. */
export function createPersons(deps: AccessDeps) {
  const { store, accounts, audit, events, catalog } = deps;

  /** Gives the account of a user ref, making it (and the catalog's entry) when it is not there. */
  const ensure = async (
    userRef: string,
    given: { name?: string | undefined; email?: string | undefined },
    tx: Database,
  ): Promise<{ id: string; userRef: string }> => {
    const entity = await catalog.get(userRef);
    const name = given.name ?? nameOf(entity) ?? userRef.slice(userRef.indexOf('/') + 1);
    const existing = await store.accountOf(userRef, tx);
    if (existing?.suspendedAt) throw new PavedError('forbidden', `The account of ${name} is suspended.`, { fix: 'Ask an administrator.' });
    if (existing !== undefined) {
      if (given.name !== undefined && given.name !== existing.name) await store.rename(existing.id, given.name, tx);
      return { id: existing.id, userRef };
    }
    const wanted = (given.email ?? emailOf(entity))?.toLowerCase();
    const taken = wanted === undefined || (await store.accountByEmail(wanted, tx)) !== undefined;
    // E-mail is optional here; better-auth wants one, so people without get one that cannot receive mail.
    const email = taken ? `${sha256(userRef).slice(0, 16).toLowerCase()}${NO_MAIL}` : wanted;
    const { id } = await accounts.within(tx, () => accounts.create({ userRef, name, email }));
    if (entity === undefined)
      await catalog.put([userEntity(userRef, name, taken ? undefined : wanted)], `${ORIGIN}:${userRef}`, selfActor(userRef, name), tx);
    return { id, userRef };
  };

  const changed = async (
    tx: Database,
    actor: Actor,
    action: string,
    userRef: string,
    facts: Record<string, unknown> = {},
  ): Promise<void> => {
    await audit.record({ actor, action, subject: userRef, facts }, tx);
    await events.publish(tx, { type: USER_CHANGED, subject: userRef, data: {} });
  };

  return {
    ensure,

    /** Everybody in the catalog and everybody with an account, by reference; `search` looks into names and references. */
    async page(query: { search?: string | undefined; limit: number; after?: string | undefined }): Promise<Page<Person>> {
      const everybody = await known();
      const text = query.search?.trim().toLowerCase() ?? '';
      const found = text === '' ? everybody : everybody.filter((one) => `${one.ref} ${one.name}`.toLowerCase().includes(text));
      const from = query.after === undefined ? 0 : found.findIndex((one) => one.ref > (query.after ?? ''));
      const shown = from < 0 ? [] : found.slice(from, from + query.limit);
      const last = shown.at(-1);
      const more = last !== undefined && found.at(-1) !== last;
      return { items: await persons(shown), totalItems: found.length, pageInfo: more ? { nextCursor: last.ref } : {} };
    },

    /** People of the catalog who may sign in, chosen by their catalog entry; at most `limit`. */
    async ofCatalog(wanted: (user: Entity) => boolean, limit: number): Promise<Person[]> {
      const chosen = (await known()).filter((one) => one.entity !== undefined && one.account?.suspendedAt == null && wanted(one.entity));
      return persons(chosen.slice(0, limit));
    },

    async create(given: { name: string; username: string; email?: string | undefined }, actor: Actor): Promise<string> {
      const userRef = userRefOf(given.username);
      if ((await store.accountOf(userRef)) !== undefined)
        throw new PavedError('conflict', `${userRef} has an account already.`, { fix: 'Make a reset link, or choose another name.' });
      await deps.db.transaction().execute(async (tx) => {
        await ensure(userRef, given, tx);
        await changed(tx, actor, 'access.user.create', userRef, { name: given.name });
      });
      deps.actors.drop();
      return userRef;
    },

    /** Keeps a person out (their sessions end, their tokens rest) or lets them in again. */
    async setSuspended(userRef: string, suspended: boolean, actor: Actor): Promise<void> {
      const account = await store.accountOf(userRef);
      if (account === undefined) throw new PavedError('not_found', `${userRef} has no account.`, { fix: 'Invite the person first.' });
      if (suspended && userRef === actor.ref)
        throw new PavedError('conflict', 'This is your own account.', { fix: 'Ask another administrator.' });
      await deps.db.transaction().execute(async (tx) => {
        await store.setSuspended(account.id, suspended ? deps.now() : null, tx);
        if (suspended) {
          await accounts.within(tx, () => accounts.endSessions(account.id));
          await store.closeLinks({ userRef }, deps.now(), tx);
        }
        await changed(tx, actor, suspended ? 'access.user.suspend' : 'access.user.resume', userRef);
      });
      deps.credentials.drop(userRef);
      deps.actors.drop();
    },
  };

  async function known(): Promise<Known[]> {
    const [users, accountList] = await Promise.all([catalog.ofKind('User'), store.allAccounts()]);
    const byRef = new Map(accountList.map((account) => [account.userRef, account]));
    const entities = new Map(users.map((user) => [refOf(user), user]));
    return [...new Set([...entities.keys(), ...byRef.keys()])].sort().map((ref) => {
      const [entity, account] = [entities.get(ref), byRef.get(ref)];
      return { ref, entity, account, name: nameOf(entity) ?? account?.name ?? ref };
    });
  }

  async function persons(chosen: readonly Known[]): Promise<Person[]> {
    const assigned = new Map(deps.actors.configuredRoles);
    for (const { subjectRef, role } of await store.allRoles()) assigned.set(subjectRef, role);
    return Promise.all(
      chosen.map(async ({ ref, entity, account, name }) => {
        const groups = await catalog.groupsOf(ref);
        const email = emailOf(entity) ?? (account?.email.endsWith(NO_MAIL) === true ? undefined : account?.email);
        return {
          ref,
          displayName: name,
          role: effectiveRole({ userRef: ref, groupRefs: groups, inCatalog: entity !== undefined, assigned, fallback: DEFAULT_ROLE }),
          groups,
          inCatalog: entity !== undefined,
          account: stateOf(account),
          ...(email === undefined ? {} : { email }),
        };
      }),
    );
  }
}

interface Known {
  readonly ref: string;
  readonly name: string;
  readonly entity: Entity | undefined;
  readonly account: Account | undefined;
}

function stateOf(account: Account | undefined): Person['account'] {
  if (account === undefined) return 'none';
  if (account.suspendedAt !== null) return 'suspended';
  return account.hasPassword ? 'active' : 'invited';
}

export type Persons = ReturnType<typeof createPersons>;

const selfActor = (ref: string, displayName: string): Actor => ({ ref, displayName, role: 'viewer', ownershipRefs: [ref], door: 'portal' });

function emailOf(entity: Entity | undefined): string | undefined {
  const profile = entity?.spec?.['profile'];
  const email = profile !== null && typeof profile === 'object' && !Array.isArray(profile) ? profile['email'] : undefined;
  return typeof email === 'string' && /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email) ? email : undefined;
}

function userEntity(userRef: string, displayName: string, email: string | undefined): Entity {
  const [, namespace = 'default', name = ''] = /^user:([^/]+)\/(.+)$/.exec(userRef) ?? [];
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'User',
    metadata: { name, namespace },
    spec: { profile: { displayName, ...(email === undefined ? {} : { email }) }, memberOf: [] },
  };
}
