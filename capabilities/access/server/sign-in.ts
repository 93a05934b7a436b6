import { PavedError, formatRef, parseRef, roles, type Actor, type Role } from '@paved/kernel';
import { SESSION_ENDED } from '../index.ts';
import { assertPassword } from '../model/person-name.ts';
import type { OpenedSession, Sender } from './accounts.ts';
import type { AccessDeps } from './context.ts';
import type { Person, Persons } from './persons.ts';
import type { Account } from './store.ts';

/** Failed sign-ins that are let through within the window. */
export const ATTEMPT_WINDOW_MS = 15 * 60_000;
const LIMITS = { pair: 8, account: 40, address: 60 } as const;

/** How many people the demo offers. */
const DEMO_PEOPLE = 12;
/** People with this annotation are offered alone. */
const DEMO_ANNOTATION = 'paved.dev/demo-sign-in';

/** Ways into a session, and out. */
export function createSignIn(deps: AccessDeps & { persons: Persons }) {
  const { store, accounts, audit, events } = deps;

  const open = async (account: { id: string; userRef: string }, sender: Sender, how: 'password' | 'demo'): Promise<OpenedSession> =>
    deps.db.transaction().execute(async (tx) => {
      const opened = await accounts.within(tx, () => accounts.openSession(account.id, sender));
      await audit.record(
        {
          actor: portalActor(account.userRef),
          action: 'access.session.start',
          subject: account.userRef,
          facts: { how, address: sender.address },
        },
        tx,
      );
      return opened;
    });

  const find = async (login: string): Promise<Account | undefined> => {
    if (login.includes('@')) return store.accountByEmail(login.trim());
    try {
      return await store.accountOf(formatRef(parseRef(login.trim(), { kind: 'user' })));
    } catch {
      return undefined; // not even a name: nobody
    }
  };

  return {
    /** By user name, user ref or e-mail address. */
    async withPassword(login: string, password: string, sender: Sender): Promise<OpenedSession & { userRef: string }> {
      const at = deps.now();
      // What people type into this field may be a password by mistake: only a keyed digest is kept.
      const attempt = { account: deps.digest(login.trim().toLowerCase()), address: sender.address, at };
      const failed = await store.noteAttempt(attempt, new Date(at.getTime() - ATTEMPT_WINDOW_MS));
      if (failed.pair > LIMITS.pair || failed.account > LIMITS.account || failed.address > LIMITS.address) {
        throw new PavedError('rate_limited', 'There were too many failed sign-ins.', {
          fix: 'Wait 15 minutes, or ask an administrator for a reset link.',
        });
      }
      const account = await find(login);
      const right = await accounts.checkPassword(account?.email, password);
      if (account === undefined || !right || account.suspendedAt !== null) {
        if (account !== undefined) {
          await audit.record({
            actor: portalActor(account.userRef),
            action: 'access.session.refuse',
            subject: account.userRef,
            facts: { address: sender.address, suspended: account.suspendedAt !== null },
          });
        }
        throw new PavedError('unauthenticated', 'The name or the password is not right.', {
          fix: 'Try again, or ask an administrator for a reset link.',
        });
      }
      const opened = await open(account, sender, 'password');
      await store.forgetAttempts(attempt.account, attempt.address);
      return { ...opened, userRef: account.userRef };
    },

    /** The demo's people, when the configuration offers them. */
    async demoPeople(): Promise<Person[]> {
      assertDemo(deps.config.access.demoSignIn);
      const marked = await deps.persons.ofCatalog((user) => user.metadata.annotations?.[DEMO_ANNOTATION] !== undefined, DEMO_PEOPLE);
      const people = marked.length > 0 ? marked : await deps.persons.ofCatalog(() => true, DEMO_PEOPLE);
      return people.sort((a, b) => rank(a.role) - rank(b.role) || a.displayName.localeCompare(b.displayName));
    },

    async asDemoPerson(userRef: string, sender: Sender): Promise<OpenedSession & { userRef: string }> {
      assertDemo(deps.config.access.demoSignIn);
      const ref = formatRef(parseRef(userRef, { kind: 'user' }));
      if ((await deps.catalog.get(ref)) === undefined)
        throw new PavedError('not_found', `The catalog knows no ${ref}.`, { fix: 'Choose one of the people listed.' });
      const account = await deps.db.transaction().execute((tx) => deps.persons.ensure(ref, {}, tx));
      return { ...(await open(account, sender, 'demo')), userRef: ref };
    },

    /** Ends one session of the actor. */
    async end(session: { id: string; userId: string }, actor: Actor): Promise<void> {
      const ended = await deps.db.transaction().execute(async (tx) => {
        if (!(await store.endSession(session.id, session.userId, tx))) return false;
        await audit.record({ actor, action: 'access.session.end', subject: actor.ref, facts: { id: session.id } }, tx);
        await events.publish(tx, { type: SESSION_ENDED, subject: actor.ref, data: { id: session.id } });
        return true;
      });
      deps.credentials.drop(actor.ref);
      if (!ended) throw new PavedError('not_found', 'This session has ended already.');
    },

    /** Changes the actor's own password; other sessions end. */
    async changePassword(actor: Actor, current: string, next: string, sender: Sender): Promise<OpenedSession> {
      const account = await store.accountOf(actor.ref);
      if (account === undefined || !account.hasPassword)
        throw new PavedError('not_found', 'Your account has no password.', { fix: 'Ask an administrator for a reset link.' });
      if (!(await accounts.checkPassword(account.email, current)))
        throw new PavedError('forbidden', 'The current password is not right.', { fix: 'Try again.' });
      assertPassword(next, actor.ref);
      const passwordHash = await accounts.hashPassword(next);
      const opened = await deps.db.transaction().execute(async (tx) => {
        const fresh = await accounts.within(tx, async () => {
          await accounts.setPassword(account.id, passwordHash);
          await accounts.endSessions(account.id);
          return accounts.openSession(account.id, sender);
        });
        await audit.record({ actor, action: 'access.password.change', subject: actor.ref }, tx);
        await events.publish(tx, { type: SESSION_ENDED, subject: actor.ref, data: {} });
        return fresh;
      });
      deps.credentials.drop(actor.ref);
      return opened;
    },
  };
}

export type SignIn = ReturnType<typeof createSignIn>;

const rank = (role: Role): number => -roles.indexOf(role);

const portalActor = (ref: string): Actor => ({
  ref,
  displayName: ref.slice(ref.indexOf('/') + 1),
  role: 'viewer',
  ownershipRefs: [ref],
  door: 'portal',
});

function assertDemo(enabled: boolean): void {
  if (enabled) return;
  throw new PavedError('forbidden', 'This server has no demo sign-in.', {
    fix: 'Set access.demoSignIn for a demonstration on one machine; never on a shared one.',
  });
}
