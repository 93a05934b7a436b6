import { randomBytes } from 'node:crypto';
import { PavedError, systemActor, type Actor, type Entity } from '@paved/kernel';
import type { Database } from '@paved/host';
import { USER_CHANGED } from '../index.ts';
import { assertPassword, userRefOf } from '../model/person-name.ts';
import type { OpenedSession, Sender } from './accounts.ts';
import { nameOf } from './actors.ts';
import type { AccessDeps } from './context.ts';
import type { Persons } from './persons.ts';
import type { RoleAssignments } from './role-assignments.ts';
import { sha256 } from './sha256.ts';
import type { LinkPurpose, LinkRow } from './store.ts';

const LIFE_MS = 24 * 3600 * 1000;

/** What the person who follows a link is asked for. */
export interface LinkPreview {
  readonly purpose: LinkPurpose;
  /** Whose account it is; absent when the person chooses a name. */
  readonly userRef?: string;
  readonly name?: string;
  readonly expiresAt: string;
}

/** What a person sends back; `username` only for the first administrator. */
export interface Redemption {
  readonly username?: string | undefined;
  readonly name?: string | undefined;
  readonly password: string;
}

/** One-time sign-in links: invitations, password resets, and the way in for the first administrator. No e-mail is sent. */
export function createLinks(deps: AccessDeps & { roles: RoleAssignments; persons: Persons }) {
  const { store, accounts, audit, events, roles, persons } = deps;
  let administratorUrl: Promise<string> | undefined;

  const make = async (purpose: LinkPurpose, userRef: string | null, actor: Actor): Promise<{ url: string; expiresAt: string }> => {
    const code = randomBytes(32).toString('base64url');
    const at = deps.now();
    const link: LinkRow = {
      id: deps.newId('link'),
      purpose,
      user_ref: userRef,
      created_by: actor.ref,
      created_at: at,
      expires_at: new Date(at.getTime() + LIFE_MS),
      used_at: null,
    };
    await deps.db.transaction().execute(async (tx) => {
      // The newest link of a person is the only one that works.
      if (userRef !== null) await store.closeLinks({ userRef }, at, tx);
      await store.addLink(link, sha256(code), tx);
      await audit.record(
        {
          actor,
          action: 'access.link.create',
          subject: userRef ?? 'first administrator',
          facts: { id: link.id, purpose, expiresAt: link.expires_at.toISOString() },
        },
        tx,
      );
    });
    return { url: `${deps.baseUrl()}/sign-in?link=${code}`, expiresAt: link.expires_at.toISOString() };
  };

  /** The account that the link is for, made when it is not there yet. */
  const accountFor = async (link: LinkRow, given: Redemption, tx: Database): Promise<{ id: string; userRef: string }> => {
    if (link.user_ref !== null) return persons.ensure(link.user_ref, { name: given.name }, tx);
    if (await roles.hasAdministrator(tx)) throw unusable();
    if (given.username === undefined)
      throw new PavedError('invalid', 'The first administrator needs a user name.', { fix: 'Send username, for example mira.v.' });
    const account = await persons.ensure(userRefOf(given.username), { name: given.name }, tx);
    await roles.assign(account.userRef, 'administrator', systemActor, tx);
    await store.closeLinks({ purpose: 'administrator' }, deps.now(), tx);
    return account;
  };

  return {
    make: (purpose: 'invite' | 'reset', userRef: string, actor: Actor) => make(purpose, userRef, actor),

    /** The same URL as long as this process lives and nobody used it. */
    async forFirstAdministrator(): Promise<string | undefined> {
      if (await roles.hasAdministrator()) return undefined;
      // Asked for twice at once, at the first start, it is still one link.
      administratorUrl ??= make('administrator', null, systemActor).then(({ url }) => url);
      return administratorUrl.catch((error: unknown) => {
        administratorUrl = undefined;
        throw error;
      });
    },

    async preview(code: string): Promise<LinkPreview> {
      const link = await store.openLink(sha256(code), deps.now());
      if (link === undefined) throw unusable();
      const userRef = link.user_ref;
      const entity: Entity | undefined = userRef === null ? undefined : await deps.catalog.get(userRef);
      const name = userRef === null ? undefined : (nameOf(entity) ?? (await store.accountOf(userRef))?.name);
      return {
        purpose: link.purpose,
        expiresAt: link.expires_at.toISOString(),
        ...(userRef === null ? {} : { userRef }),
        ...(name === undefined ? {} : { name }),
      };
    },

    /** Sets the password, uses the link up and signs the person in. */
    async redeem(code: string, given: Redemption, sender: Sender): Promise<OpenedSession & { userRef: string }> {
      const digest = sha256(code);
      const seen = await store.openLink(digest, deps.now());
      if (seen === undefined) throw unusable();
      assertPassword(given.password, seen.user_ref ?? userRefOf(given.username ?? 'somebody'));
      const passwordHash = await accounts.hashPassword(given.password);
      const done = await deps.db.transaction().execute(async (tx) => {
        // Before the row is locked: redeeming closes the other links of this kind.
        if (seen.purpose === 'administrator') await store.lockAdministrators(tx);
        const link = await store.claimLink(digest, deps.now(), tx);
        if (link === undefined) throw unusable();
        const account = await accountFor(link, given, tx);
        const opened = await accounts.within(tx, async () => {
          await accounts.setPassword(account.id, passwordHash);
          // Whoever knew the old password, or holds a session of it, is out.
          await accounts.endSessions(account.id);
          return accounts.openSession(account.id, sender);
        });
        const actor: Actor = {
          ref: account.userRef,
          displayName: account.userRef,
          role: 'viewer',
          ownershipRefs: [account.userRef],
          door: 'portal',
        };
        await audit.record(
          {
            actor,
            action: 'access.link.redeem',
            subject: account.userRef,
            cause: link.id,
            facts: { purpose: link.purpose, address: sender.address },
          },
          tx,
        );
        await events.publish(tx, { type: USER_CHANGED, subject: account.userRef, data: {} });
        return { ...opened, userRef: account.userRef };
      });
      deps.actors.drop();
      deps.credentials.drop(done.userRef);
      return done;
    },
  };
}

export type Links = ReturnType<typeof createLinks>;

const unusable = (): PavedError =>
  new PavedError('not_found', 'This link was used already, has expired, or never existed.', {
    fix: 'Ask an administrator for a new one; on a fresh server, start it again.',
  });
