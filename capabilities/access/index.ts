import { serviceRef, type Actor } from '@paved/kernel';

/** Accounts, sessions, tokens and roles. Permissions are asked through the host's guard. */
export interface Access {
  /** Makes a personal API token; the clear text is shown once. */
  createToken(options: { userRef: string; name: string; expiresInMs?: number }, actor: Actor): Promise<{ id: string; token: string }>;
  /** The actor behind a bearer token or a Git password; undefined when it is unknown, expired or revoked. */
  actorOfToken(token: string, door: Actor['door']): Promise<Actor | undefined>;
  /** The actor a user ref stands for now, with its groups. */
  actorOf(userRef: string, door: Actor['door']): Promise<Actor | undefined>;
}

export const access = serviceRef<Access>('access');
