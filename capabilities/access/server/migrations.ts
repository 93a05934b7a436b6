import type { Migration } from 'kysely/migration';
import { accountsMigration } from './migrations/001-accounts.ts';
import { grantsMigration } from './migrations/002-grants.ts';

export const migrations: Readonly<Record<string, Migration>> = { '001_accounts': accountsMigration, '002_grants': grantsMigration };
