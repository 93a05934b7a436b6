import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Repositories, what was published of their branches, and who is pushing. */
export const repositoryMigration: Migration = {
  async up(db) {
    await db.schema
      .createTable('repository')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('slug', 'text', (c) => c.notNull().unique())
      .addColumn('description', 'text', (c) => c.notNull())
      .addColumn('default_branch', 'text', (c) => c.notNull())
      .addColumn('owner_ref', 'text', (c) => c.notNull())
      .addColumn('idempotency_key', 'text')
      .addColumn('source', 'text')
      .addColumn('created_by', 'text', (c) => c.notNull())
      .addColumn('created_at', 'timestamptz', (c) => c.notNull())
      .execute();
    // A branch as others last heard of it: where it was, and how much of its reflog had been read.
    await db.schema
      .createTable('branch')
      .addColumn('repository_id', 'text', (c) => c.notNull().references('repository.id').onDelete('cascade'))
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('sha', 'text', (c) => c.notNull())
      .addColumn('log_bytes', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('branch_pkey', ['repository_id', 'name'])
      .execute();
    // Who is behind a reflog line; written before git may move a ref, touched while the push goes on.
    await db.schema
      .createTable('push')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('repository_id', 'text', (c) => c.notNull().references('repository.id').onDelete('cascade'))
      .addColumn('actor', 'jsonb', (c) => c.notNull())
      .addColumn('deletes', sql`text[]`, (c) => c.notNull())
      .addColumn('at', 'timestamptz', (c) => c.notNull())
      .execute();
    await db.schema.createIndex('push_repository').on('push').column('repository_id').execute();
    // Commits about to be put on a branch under a key; written before git moves the ref.
    await db.schema
      .createTable('commit_intent')
      .addColumn('repository_id', 'text', (c) => c.notNull().references('repository.id').onDelete('cascade'))
      .addColumn('key', 'text', (c) => c.notNull())
      .addColumn('sha', 'text', (c) => c.notNull())
      .addColumn('branch', 'text', (c) => c.notNull())
      .addColumn('applied', 'boolean', (c) => c.notNull().defaultTo(false))
      .addPrimaryKeyConstraint('commit_intent_pkey', ['repository_id', 'key', 'sha'])
      .execute();
    await db.schema
      .createTable('commit_check')
      .addColumn('repository_id', 'text', (c) => c.notNull().references('repository.id').onDelete('cascade'))
      .addColumn('sha', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('status', 'text', (c) => c.notNull())
      .addColumn('summary', 'text')
      .addColumn('href', 'text')
      .addColumn('updated_at', 'timestamptz', (c) => c.notNull())
      .addPrimaryKeyConstraint('commit_check_pkey', ['repository_id', 'sha', 'name'])
      .execute();
    // Targets through which the catalog reads a repository: told when its default branch moves.
    await db.schema
      .createTable('source_target')
      .addColumn('repository_id', 'text', (c) => c.notNull().references('repository.id').onDelete('cascade'))
      .addColumn('target', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('source_target_pkey', ['repository_id', 'target'])
      .execute();
  },
};
