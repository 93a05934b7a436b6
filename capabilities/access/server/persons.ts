import { PavedError, type Actor, type Entity, type Role } from '@paved/kernel';
import type { Database } from '@paved/host';
import { USER_CHANGED } from '../index.ts';
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
    const email = taken ? `${sha256(userRef).slice(0, 16).toLowerCase()}@users.invalid` : wanted;
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

    /** Everybody in the catalog and everybody with an account. */
    async list(): Promise<Person[]> {
      const [users, all] = await Promise.all([catalog.ofKind('User'), store.allAccounts()]);
      const byRef = new Map(all.map((account) => [account.userRef, account]));
      const entities = new Map(users.map((user) => [refOfUser(user), user]));
      const refs = [...new Set([...entities.keys(), ...byRef.keys()])].sort();
      return Promise.all(refs.map((ref) => personOf(ref, entities.get(ref), byRef.get(ref))));
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

  async function personOf(ref: string, entity: Entity | undefined, account: Account | undefined): Promise<Person> {
    const suspended = account?.suspendedAt != null;
    const actor = await deps.actors.vouched(ref, account?.name ?? ref, { door: 'system' });
    const email = emailOf(entity) ?? (account?.email.endsWith('@users.invalid') === true ? undefined : account?.email);
    return {
      ref,
      displayName: nameOf(entity) ?? account?.name ?? ref,
      role: actor.role,
      groups: actor.ownershipRefs.filter((owner) => owner.startsWith('group:')),
      inCatalog: entity !== undefined,
      account: account === undefined ? 'none' : suspended ? 'suspended' : account.hasPassword ? 'active' : 'invited',
      ...(email === undefined ? {} : { email }),
    };
  }
}

export type Persons = ReturnType<typeof createPersons>;

const refOfUser = (user: Entity): string => `user:${user.metadata.namespace ?? 'default'}/${user.metadata.name}`.toLowerCase();

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
