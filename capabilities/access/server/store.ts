import { sql } from 'kysely';
import type { Role } from '@paved/kernel';
import type { Database } from '@paved/host';

type Tables = {
  user: { id: string; name: string; email: string; userRef: string; suspendedAt: Date | null; updatedAt: Date };
  account: { userId: string; providerId: string; password: string | null };
  session: {
    id: string;
    userId: string;
    createdAt: Date;
    updatedAt: Date;
    expiresAt: Date;
    ipAddress: string | null;
    userAgent: string | null;
  };
  role_assignment: { subject_ref: string; role: Role; assigned_by: string; assigned_at: Date };
  token: TokenRow & { digest: string };
  link: LinkRow & { digest: string };
  sign_in_attempt: { id: never; account: string; address: string; at: Date };
};

export interface Account {
  readonly id: string;
  readonly userRef: string;
  readonly name: string;
  readonly email: string;
  readonly suspendedAt: Date | null;
  readonly hasPassword: boolean;
}

export interface TokenRow {
  id: string;
  user_ref: string;
  name: string;
  role: Role | null;
  created_by: string;
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
  revoked_at: Date | null;
}

export const linkPurposes = ['administrator', 'invite', 'reset'] as const;
export type LinkPurpose = (typeof linkPurposes)[number];

export interface LinkRow {
  id: string;
  purpose: LinkPurpose;
  user_ref: string | null;
  created_by: string;
  created_at: Date;
  expires_at: Date;
  used_at: Date | null;
}

export interface RoleAssignment {
  readonly subjectRef: string;
  readonly role: Role;
  readonly assignedBy: string;
  readonly assignedAt: Date;
}

export interface SessionRow {
  readonly id: string;
  readonly startedAt: Date;
  readonly usedAt: Date;
  readonly expiresAt: Date;
  readonly address: string;
  readonly userAgent: string;
}

const tokenColumns = ['id', 'user_ref', 'name', 'role', 'created_by', 'created_at', 'expires_at', 'last_used_at', 'revoked_at'] as const;
const linkColumns = ['id', 'purpose', 'user_ref', 'created_by', 'created_at', 'expires_at', 'used_at'] as const;

export type Store = ReturnType<typeof createStore>;

/** Everything access keeps that better-auth does not write itself. */
export function createStore(db: Database) {
  const tables = (tx: Database = db) => tx.withSchema('access').withTables<Tables>();
  const accounts = (tx?: Database) =>
    tables(tx)
      .selectFrom('user')
      .select(['user.id', 'user.userRef', 'user.name', 'user.email', 'user.suspendedAt'])
      .select((e) =>
        e
          .exists(
            e
              .selectFrom('account')
              .select(e.lit(1).as('one'))
              .whereRef('account.userId', '=', 'user.id')
              .where('account.password', 'is not', null),
          )
          .as('hasPassword'),
      );
  const asAccount = (row: Omit<Account, 'hasPassword'> & { hasPassword: unknown }): Account => ({
    ...row,
    hasPassword: row.hasPassword === true,
  });

  return {
    async accountOf(userRef: string, tx?: Database): Promise<Account | undefined> {
      const row = await accounts(tx).where('userRef', '=', userRef).executeTakeFirst();
      return row && asAccount(row);
    },
    async accountByEmail(email: string, tx?: Database): Promise<Account | undefined> {
      const row = await accounts(tx).where('email', '=', email.toLowerCase()).executeTakeFirst();
      return row && asAccount(row);
    },
    async allAccounts(): Promise<Account[]> {
      return (await accounts().orderBy('userRef').execute()).map(asAccount);
    },
    async anyPassword(tx?: Database): Promise<boolean> {
      return (
        (await tables(tx).selectFrom('account').select('userId').where('password', 'is not', null).limit(1).executeTakeFirst()) !==
        undefined
      );
    },
    async rename(userId: string, name: string, tx?: Database): Promise<void> {
      await tables(tx).updateTable('user').set({ name, updatedAt: new Date() }).where('id', '=', userId).execute();
    },
    async setSuspended(userId: string, suspendedAt: Date | null, tx?: Database): Promise<void> {
      await tables(tx).updateTable('user').set({ suspendedAt, updatedAt: new Date() }).where('id', '=', userId).execute();
    },

    async sessionsOf(userId: string, at: Date): Promise<SessionRow[]> {
      const rows = await tables()
        .selectFrom('session')
        .selectAll()
        .where('userId', '=', userId)
        .where('expiresAt', '>', at)
        .orderBy('createdAt', 'desc')
        .execute();
      return rows.map((row) => ({
        id: row.id,
        startedAt: row.createdAt,
        usedAt: row.updatedAt,
        expiresAt: row.expiresAt,
        address: row.ipAddress ?? '',
        userAgent: row.userAgent ?? '',
      }));
    },
    async endSession(id: string, userId: string, tx?: Database): Promise<boolean> {
      const { numDeletedRows } = await tables(tx)
        .deleteFrom('session')
        .where('id', '=', id)
        .where('userId', '=', userId)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },

    async rolesOf(subjectRefs: readonly string[], tx?: Database): Promise<Map<string, Role>> {
      if (subjectRefs.length === 0) return new Map();
      const rows = await tables(tx)
        .selectFrom('role_assignment')
        .select(['subject_ref', 'role'])
        .where('subject_ref', 'in', subjectRefs)
        .execute();
      return new Map(rows.map((row) => [row.subject_ref, row.role]));
    },
    async allRoles(tx?: Database): Promise<RoleAssignment[]> {
      const rows = await tables(tx).selectFrom('role_assignment').selectAll().orderBy('subject_ref').execute();
      return rows.map((row) => ({ subjectRef: row.subject_ref, role: row.role, assignedBy: row.assigned_by, assignedAt: row.assigned_at }));
    },
    async setRole(assignment: RoleAssignment, tx?: Database): Promise<void> {
      const values = {
        subject_ref: assignment.subjectRef,
        role: assignment.role,
        assigned_by: assignment.assignedBy,
        assigned_at: assignment.assignedAt,
      };
      await tables(tx)
        .insertInto('role_assignment')
        .values(values)
        .onConflict((conflict) => conflict.column('subject_ref').doUpdateSet(values))
        .execute();
    },
    async removeRole(subjectRef: string, tx?: Database): Promise<void> {
      await tables(tx).deleteFrom('role_assignment').where('subject_ref', '=', subjectRef).execute();
    },
    /** Changes of who is an administrator happen one after the other. */
    async lockAdministrators(tx: Database): Promise<void> {
      await sql`select pg_advisory_xact_lock(hashtextextended('paved.access.administrators', 0))`.execute(tx);
    },

    async addToken(token: TokenRow, digest: string, tx?: Database): Promise<void> {
      await tables(tx)
        .insertInto('token')
        .values({ ...token, digest })
        .execute();
    },
    async tokenByDigest(digest: string): Promise<TokenRow | undefined> {
      return tables()
        .selectFrom('token')
        .select(tokenColumns)
        .where('digest', '=', digest)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
    },
    async token(id: string, tx?: Database): Promise<TokenRow | undefined> {
      return tables(tx).selectFrom('token').select(tokenColumns).where('id', '=', id).executeTakeFirst();
    },
    /** Neither revoked nor expired, newest first. */
    async tokens(at: Date, userRef?: string): Promise<TokenRow[]> {
      let query = tables().selectFrom('token').select(tokenColumns).where('revoked_at', 'is', null);
      query = query.where((e) => e.or([e('expires_at', 'is', null), e('expires_at', '>', at)]));
      if (userRef !== undefined) query = query.where('user_ref', '=', userRef);
      return query.orderBy('created_at', 'desc').execute();
    },
    async revokeToken(id: string, at: Date, tx?: Database): Promise<boolean> {
      const { numUpdatedRows } = await tables(tx)
        .updateTable('token')
        .set({ revoked_at: at })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    async touchToken(id: string, at: Date): Promise<void> {
      await tables().updateTable('token').set({ last_used_at: at }).where('id', '=', id).execute();
    },

    async addLink(link: LinkRow, digest: string, tx?: Database): Promise<void> {
      await tables(tx)
        .insertInto('link')
        .values({ ...link, digest })
        .execute();
    },
    async openLink(digest: string, at: Date): Promise<LinkRow | undefined> {
      return tables()
        .selectFrom('link')
        .select(linkColumns)
        .where('digest', '=', digest)
        .where('used_at', 'is', null)
        .where('expires_at', '>', at)
        .executeTakeFirst();
    },
    /** Uses the link up; of several who try at once, one gets it. */
    async claimLink(digest: string, at: Date, tx: Database): Promise<LinkRow | undefined> {
      return tables(tx)
        .updateTable('link')
        .set({ used_at: at })
        .where('digest', '=', digest)
        .where('used_at', 'is', null)
        .where('expires_at', '>', at)
        .returning(linkColumns)
        .executeTakeFirst();
    },
    /** Makes the open links of a person (or those for the first administrator) useless. */
    async closeLinks(about: { userRef: string } | { purpose: LinkPurpose }, at: Date, tx?: Database): Promise<void> {
      const update = tables(tx).updateTable('link').set({ used_at: at }).where('used_at', 'is', null);
      await ('userRef' in about ? update.where('user_ref', '=', about.userRef) : update.where('purpose', '=', about.purpose)).execute();
    },

    /** Notes an attempt, then counts those since `since` by account and address; parallel attempts all see each other's notes or more. */
    async noteAttempt(
      attempt: { account: string; address: string; at: Date },
      since: Date,
    ): Promise<{ pair: number; account: number; address: number }> {
      await tables().insertInto('sign_in_attempt').values(attempt).execute();
      const { rows } = await sql<{ pair: number; account: number; address: number }>`
        select count(*) filter (where account = ${attempt.account} and address = ${attempt.address})::int as pair,
          count(*) filter (where account = ${attempt.account})::int as account,
          count(*) filter (where address = ${attempt.address})::int as address
        from access.sign_in_attempt
        where at > ${since} and (account = ${attempt.account} or address = ${attempt.address})`.execute(db);
      return rows[0] ?? { pair: 0, account: 0, address: 0 };
    },
    async forgetAttempts(account: string, address: string): Promise<void> {
      await tables().deleteFrom('sign_in_attempt').where('account', '=', account).where('address', '=', address).execute();
    },
    /** What no rule looks at any more. */
    async sweep(attemptsBefore: Date, now: Date): Promise<void> {
      await tables().deleteFrom('sign_in_attempt').where('at', '<', attemptsBefore).execute();
      await sql`delete from access.session where "expiresAt" < ${now}`.execute(db);
      await sql`delete from access."deviceCode" where "expiresAt" < ${now}`.execute(db);
    },
  };
}
