import { PavedError, formatRef, parseRef, type Actor, type Role } from '@paved/kernel';
import type { Database } from '@paved/host';
import { ROLE_CHANGED } from '../index.ts';
import type { AccessDeps } from './context.ts';
import type { RoleAssignment } from './store.ts';

/** Who has which role. Configuration (`access.roles`) is the floor; what is assigned here wins for the same subject. */
export function createRoleAssignments(deps: Omit<AccessDeps, 'credentials'>) {
  const { store, audit, events } = deps;

  const assignIn = async (tx: Database, subjectRef: string, role: Role | undefined, actor: Actor): Promise<void> => {
    await store.lockAdministrators(tx);
    const before = (await store.rolesOf([subjectRef], tx)).get(subjectRef);
    if (before === role) return;
    if (role === undefined) await store.removeRole(subjectRef, tx);
    else await store.setRole({ subjectRef, role, assignedBy: actor.ref, assignedAt: deps.now() }, tx);
    if (before === 'administrator' && !(await store.allRoles(tx)).some((entry) => entry.role === 'administrator')) {
      throw new PavedError('conflict', `${subjectRef} is the last administrator.`, { fix: 'Make somebody else administrator first.' });
    }
    await audit.record(
      {
        actor,
        action: role === undefined ? 'access.role.remove' : 'access.role.assign',
        subject: subjectRef,
        before: before ?? null,
        after: role ?? null,
        facts: { before: before ?? 'none', after: role ?? 'none' },
      },
      tx,
    );
    await events.publish(tx, { type: ROLE_CHANGED, subject: subjectRef, data: { role: role ?? null } });
  };

  return {
    async assign(subject: string, role: Role | undefined, actor: Actor, tx?: Database): Promise<void> {
      const subjectRef = userOrGroup(subject);
      if (tx === undefined) await deps.db.transaction().execute((own) => assignIn(own, subjectRef, role, actor));
      else await assignIn(tx, subjectRef, role, actor);
      deps.actors.drop();
    },
    list: (): Promise<RoleAssignment[]> => store.allRoles(),
    /** Somebody was made administrator, or the configuration names one and people can sign in. */
    async hasAdministrator(tx?: Database): Promise<boolean> {
      if ((await store.allRoles(tx)).some((entry) => entry.role === 'administrator')) return true;
      return Object.values(deps.config.access.roles).includes('administrator') && (await store.anyPassword(tx));
    },
  };
}

export type RoleAssignments = ReturnType<typeof createRoleAssignments>;

function userOrGroup(text: string): string {
  const ref = parseRef(text);
  if (ref.kind !== 'user' && ref.kind !== 'group') {
    throw new PavedError('invalid', `"${text}" is neither a user nor a group.`, { fix: 'Name one, for example group:default/platform.' });
  }
  return formatRef(ref);
}
