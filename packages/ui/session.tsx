import { hasRole, type Role } from '@paved/kernel';
import { createContext, useContext, type ReactNode } from 'react';

/** Who is signed in and what they may do: the answer of `GET /api/access/session`. */
export interface Session {
  readonly actor: {
    readonly ref: string;
    readonly displayName: string;
    readonly role: Role;
    /** Every group of the person, nested ones included. */
    readonly groups: readonly string[];
  };
  readonly hasPassword: boolean;
  readonly permissions: {
    /** Permissions held on everything. */
    readonly everywhere: readonly string[];
    /** Permissions held on what the person or its groups own. */
    readonly owned: readonly string[];
  };
}

const Context = createContext<Session | undefined>(undefined);

export function SessionProvider({ session, children }: { session: Session | undefined; children: ReactNode }) {
  return <Context.Provider value={session}>{children}</Context.Provider>;
}

/** The signed-in person; pages outside the shell have none. */
export function useSession(): Session | undefined {
  return useContext(Context);
}

/** The references the person may own things as. */
export function useOwnRefs(): readonly string[] {
  const session = useContext(Context);
  return session ? [session.actor.ref, ...session.actor.groups] : [];
}

/** Whether the signed-in person has at least this role. */
export function useHasRole(role: Role): boolean {
  const session = useContext(Context);
  return session !== undefined && hasRole({ ...session.actor, ownershipRefs: [], door: 'portal' }, role);
}

/**
 * Asks whether the person may do something, on a thing of these owners. The server decides again: this only chooses what is
 * offered and explains what is not.
 */
export function useMayAny(): (permission: string, ownerRefs: readonly string[]) => boolean {
  const session = useContext(Context);
  const own = useOwnRefs();
  return (permission, ownerRefs) =>
    session !== undefined &&
    (session.permissions.everywhere.includes(permission) ||
      (session.permissions.owned.includes(permission) && ownerRefs.some((ref) => own.includes(ref))));
}

/** Whether the person may do this one thing. */
export function useMay(permission: string, ownerRefs: readonly string[] = []): boolean {
  return useMayAny()(permission, ownerRefs);
}
