import { randomBytes } from 'node:crypto';
import { PavedError, type Actor } from '@paved/kernel';
import { TOKEN_CREATED, TOKEN_REVOKED } from '../index.ts';
import type { AccessDeps } from './context.ts';
import { TOKEN_PREFIX } from './credentials.ts';
import { sha256 } from './sha256.ts';
import type { TokenRow } from './store.ts';

/** A personal token without its secret. */
export interface Token {
  readonly id: string;
  readonly name: string;
  readonly userRef: string;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
  /** Good to a minute. */
  readonly lastUsedAt?: string;
}

/** A new secret: 256 random bits. */
export const newTokenSecret = (): string => `${TOKEN_PREFIX}${randomBytes(32).toString('base64url')}`;

/** Personal API tokens. */
export function createTokens(deps: AccessDeps) {
  const { store, audit, events, guard } = deps;
  return {
    async create(options: { userRef: string; name: string; expiresInMs?: number }, actor: Actor): Promise<{ id: string; token: string }> {
      if (options.userRef !== actor.ref) guard.require(actor, 'access.token.manage', { ref: options.userRef });
      if ((await deps.actors.of(options.userRef, { door: 'api' })) === undefined && actor.ref !== options.userRef) {
        throw new PavedError('not_found', `Nobody is called ${options.userRef}.`, {
          fix: 'Create the person first, or check the spelling.',
        });
      }
      const clear = newTokenSecret();
      const at = deps.now();
      const row: TokenRow = {
        id: deps.newId('token'),
        user_ref: options.userRef,
        name: options.name,
        role: null,
        created_by: actor.ref,
        created_at: at,
        expires_at: options.expiresInMs === undefined ? null : new Date(at.getTime() + options.expiresInMs),
        last_used_at: null,
        revoked_at: null,
      };
      await deps.db.transaction().execute(async (tx) => {
        await store.addToken(row, sha256(clear), tx);
        await audit.record(
          {
            actor,
            action: 'access.token.create',
            subject: options.userRef,
            facts: { id: row.id, name: row.name, expiresAt: row.expires_at?.toISOString() ?? 'never' },
          },
          tx,
        );
        await events.publish(tx, { type: TOKEN_CREATED, subject: options.userRef, data: { id: row.id } });
      });
      return { id: row.id, token: clear };
    },

    /** One person's tokens, or everybody's. */
    async list(userRef?: string): Promise<Token[]> {
      return (await store.tokens(deps.now(), userRef)).map(tokenView);
    },

    async revoke(id: string, actor: Actor): Promise<void> {
      const token = await store.token(id);
      if (
        token === undefined ||
        token.revoked_at !== null ||
        (token.user_ref !== actor.ref && !guard.decide(actor, 'access.token.manage').allowed)
      ) {
        throw new PavedError('not_found', `There is no token ${id}.`, { fix: 'List yours with paved token list.' });
      }
      await deps.db.transaction().execute(async (tx) => {
        if (!(await store.revokeToken(id, deps.now(), tx))) return;
        await audit.record({ actor, action: 'access.token.revoke', subject: token.user_ref, facts: { id, name: token.name } }, tx);
        await events.publish(tx, { type: TOKEN_REVOKED, subject: token.user_ref, data: { id } });
      });
      deps.credentials.drop(token.user_ref);
    },
  };
}

export function tokenView(row: TokenRow): Token {
  return {
    id: row.id,
    name: row.name,
    userRef: row.user_ref,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at.toISOString() }),
    ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at.toISOString() }),
  };
}
