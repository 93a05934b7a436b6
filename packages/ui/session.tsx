import { hasRole, type Role } from '@paved/kernel';
import { createContext, useContext, type ReactNode } from 'react';

/** Who is signed in. */
export interface Session {
  readonly ref: string;
  readonly displayName: string;
  readonly role: Role;
  /** The person and every group it belongs to. */
  readonly ownershipRefs: readonly string[];
  readonly email?: string;
}

const Context = createContext<Session | undefined>(undefined);

export function SessionProvider({ session, children }: { session: Session | undefined; children: ReactNode }) {
  return <Context.Provider value={session}>{children}</Context.Provider>;
}

/** The signed-in person; pages outside the shell have none. */
export function useSession(): Session | undefined {
  return useContext(Context);
}

/** Whether the signed-in person has at least this role. */
export function useHasRole(role: Role): boolean {
  const session = useSession();
  return session !== undefined && hasRole({ ...session, door: 'portal' }, role);
}

/** Whether one of these owners is the person or one of its teams; administrators and platform engineers own everything. */
export function useOwns(ownerRefs: readonly string[]): boolean {
  const session = useSession();
  const platform = useHasRole('platform-engineer');
  return platform || (session !== undefined && ownerRefs.some((ref) => session.ownershipRefs.includes(ref)));
}
