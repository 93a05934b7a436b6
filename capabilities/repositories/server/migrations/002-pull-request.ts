import type { Migration } from 'kysely/migration';

/** Pull requests and what people say about them. */
export const pullRequestMigration: Migration = {
  async up(db) {
    await db.schema
      .createTable('pull_request')
      .addColumn('repository_id', 'text', (c) => c.notNull().references('repository.id').onDelete('cascade'))
      .addColumn('number', 'integer', (c) => c.notNull())
      .addColumn('title', 'text', (c) => c.notNull())
      .addColumn('body', 'text', (c) => c.notNull())
      .addColumn('head', 'text', (c) => c.notNull())
      .addColumn('base', 'text', (c) => c.notNull())
      .addColumn('head_sha', 'text', (c) => c.notNull())
      // Where it started from, kept when it ends, so that its diff can still be shown.
      .addColumn('base_sha', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('merge_sha', 'text')
      .addColumn('author_ref', 'text', (c) => c.notNull())
      .addColumn('author_name', 'text', (c) => c.notNull())
      .addColumn('created_at', 'timestamptz', (c) => c.notNull())
      .addColumn('updated_at', 'timestamptz', (c) => c.notNull())
      .addColumn('ended_at', 'timestamptz')
      .addColumn('ended_by_ref', 'text')
      .addColumn('ended_by_name', 'text')
      .addColumn('override_reason', 'text')
      .addPrimaryKeyConstraint('pull_request_pkey', ['repository_id', 'number'])
      .execute();
    await db.schema.createIndex('pull_request_state').on('pull_request').columns(['state', 'updated_at']).execute();
    await db.schema
      .createTable('pull_request_remark')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('repository_id', 'text', (c) => c.notNull())
      .addColumn('number', 'integer', (c) => c.notNull())
      .addColumn('verdict', 'text')
      .addColumn('body', 'text', (c) => c.notNull())
      .addColumn('path', 'text')
      .addColumn('line', 'integer')
      .addColumn('side', 'text')
      .addColumn('sha', 'text', (c) => c.notNull())
      .addColumn('author_ref', 'text', (c) => c.notNull())
      .addColumn('author_name', 'text', (c) => c.notNull())
      .addColumn('created_at', 'timestamptz', (c) => c.notNull())
      .addForeignKeyConstraint('remark_pull_request', ['repository_id', 'number'], 'pull_request', ['repository_id', 'number'], (c) =>
        c.onDelete('cascade'),
      )
      .execute();
    await db.schema.createIndex('remark_of').on('pull_request_remark').columns(['repository_id', 'number', 'created_at']).execute();
  },
};
