import { serviceRef, type Actor, type Role } from '@paved/kernel';
import type { Database } from '@paved/host';

/** Accounts, sessions, tokens and roles. Permissions are asked through the host's guard. */
export interface Access {
  /** Makes a personal API token; the clear text is shown once. */
  createToken(options: { userRef: string; name: string; expiresInMs?: number }, actor: Actor): Promise<{ id: string; token: string }>;
  /** The actor behind a bearer token or a Git password; undefined when it is unknown, expired or revoked. */
  actorOfToken(token: string, door: Actor['door']): Promise<Actor | undefined>;
  /** The actor a user ref stands for now, with its groups. */
  actorOf(userRef: string, door: Actor['door']): Promise<Actor | undefined>;
  /** Gives a user or a group (canonical ref) a role; `undefined` takes it away. */
  assignRole(subjectRef: string, role: Role | undefined, actor: Actor, tx?: Database): Promise<void>;
  /**
   * URL of a one-time sign-in link (24 h) for the first administrator, the same during this process's life; undefined
   * once there is an administrator. Call when the server listens and show it to whoever started it.
   */
  administratorLink(): Promise<string | undefined>;
}

export const access = serviceRef<Access>('access');

/** Role of catalog users that nobody gave one, neither themselves nor through a group. Accounts outside the catalog are viewers. */
export const DEFAULT_ROLE: Role = 'developer';

/** Outbox events; subject is the user or group ref, data names the thing by id and never holds a credential. */
export const SESSION_ENDED = 'access.session.ended';
export const TOKEN_CREATED = 'access.token.created';
export const TOKEN_REVOKED = 'access.token.revoked';
export const ROLE_CHANGED = 'access.role.changed';
export const USER_CHANGED = 'access.user.changed';
