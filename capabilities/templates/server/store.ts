import { sql, type ColumnType, type Generated, type Kysely } from 'kysely';
import type { Entity, JsonObject } from '@paved/kernel';
import type { Database } from '@paved/host';
import type { TemplateDocument } from '../model/template-document.ts';

type Jsonb<T> = ColumnType<T, string, string>;

type Tables = {
  task: {
    run_id: string;
    template_ref: string;
    document: Jsonb<TemplateDocument>;
    form_values: Jsonb<JsonObject>;
    sealed_secrets: string | null;
    user_ref: string;
    user_entity: Jsonb<Entity> | null;
    created_at: ColumnType<Date, string, string>;
  };
  task_event: {
    id: Generated<string>;
    run_id: string;
    once: string | null;
    type: string;
    body: Jsonb<JsonObject>;
    created_at: ColumnType<Date, string, string>;
  };
};

export interface Task {
  readonly runId: string;
  readonly templateRef: string;
  readonly document: TemplateDocument;
  readonly values: JsonObject;
  readonly sealedSecrets?: string;
  readonly userRef: string;
  readonly userEntity?: Entity;
  readonly createdAt: string;
}

export interface TaskEvent {
  readonly id: number;
  readonly type: string;
  readonly body: JsonObject;
  readonly createdAt: string;
}

export interface TaskStore {
  add(task: Task, tx: Database): Promise<void>;
  get(runId: string): Promise<Task | undefined>;
  list(query: {
    createdBy?: readonly string[];
    runIds?: readonly string[];
    limit: number;
    offset: number;
    ascending: boolean;
  }): Promise<{ tasks: Task[]; total: number }>;
  /** `once` makes a second append of the same event have no effect. */
  append(runId: string, event: { type: string; body: JsonObject; once?: string; at: string }): Promise<void>;
  events(runId: string, after: number): Promise<TaskEvent[]>;
  forgetSecrets(runId: string): Promise<void>;
  /** Runs of each template so far. */
  counts(): Promise<Map<string, number>>;
}

const LIMIT_EVENTS = 5_000;

export function createTaskStore(database: Database): TaskStore {
  const db: Kysely<Tables> = database.withTables<Tables>();
  return {
    async add(task, tx) {
      await tx
        .withSchema('templates')
        .withTables<Tables>()
        .insertInto('task')
        .values({
          run_id: task.runId,
          template_ref: task.templateRef,
          document: JSON.stringify(task.document),
          form_values: JSON.stringify(task.values),
          sealed_secrets: task.sealedSecrets ?? null,
          user_ref: task.userRef,
          user_entity: task.userEntity === undefined ? null : JSON.stringify(task.userEntity),
          created_at: task.createdAt,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },
    async get(runId) {
      const row = await db.selectFrom('task').selectAll().where('run_id', '=', runId).executeTakeFirst();
      return row === undefined ? undefined : taskOf(row);
    },
    async list({ createdBy, runIds, limit, offset, ascending }) {
      const wanted = db
        .selectFrom('task')
        .$if(createdBy !== undefined, (q) => q.where('user_ref', 'in', [...(createdBy ?? []), '']))
        .$if(runIds !== undefined, (q) => q.where('run_id', 'in', [...(runIds ?? []), '']));
      const rows = await wanted
        .selectAll()
        .orderBy('created_at', ascending ? 'asc' : 'desc')
        .limit(limit)
        .offset(offset)
        .execute();
      const { total } = await wanted.select(({ fn }) => fn.countAll<string>().as('total')).executeTakeFirstOrThrow();
      return { tasks: rows.map(taskOf), total: Number(total) };
    },
    async append(runId, { type, body, once, at }) {
      // A run that prints without end must not fill the table; the run's own log keeps more.
      await sql`insert into ${sql.table('templates.task_event')} (run_id, once, type, body, created_at)
        select ${runId}, ${once ?? null}, ${type}, ${JSON.stringify(body)}::jsonb, ${at}::timestamptz
        where ${once !== undefined} or (select count(*) from ${sql.table('templates.task_event')} where run_id = ${runId}) < ${LIMIT_EVENTS}
        on conflict do nothing`.execute(db);
    },
    async events(runId, after) {
      const rows = await db
        .selectFrom('task_event')
        .selectAll()
        .where('run_id', '=', runId)
        .where('id', '>', String(after))
        .orderBy('id')
        .limit(LIMIT_EVENTS + 100)
        .execute();
      return rows.map((row) => ({ id: Number(row.id), type: row.type, body: row.body, createdAt: row.created_at.toISOString() }));
    },
    async forgetSecrets(runId) {
      await db.updateTable('task').set({ sealed_secrets: null }).where('run_id', '=', runId).execute();
    },
    async counts() {
      const rows = await db
        .selectFrom('task')
        .select(['template_ref', (eb) => eb.fn.countAll<string>().as('runs')])
        .groupBy('template_ref')
        .execute();
      return new Map(rows.map((row) => [row.template_ref, Number(row.runs)]));
    },
  };
}

interface TaskRow {
  run_id: string;
  template_ref: string;
  document: TemplateDocument;
  form_values: JsonObject;
  sealed_secrets: string | null;
  user_ref: string;
  user_entity: Entity | null;
  created_at: Date;
}

function taskOf(row: TaskRow): Task {
  return {
    runId: row.run_id,
    templateRef: row.template_ref,
    document: row.document,
    values: row.form_values,
    ...(row.sealed_secrets === null ? {} : { sealedSecrets: row.sealed_secrets }),
    userRef: row.user_ref,
    ...(row.user_entity === null ? {} : { userEntity: row.user_entity }),
    createdAt: row.created_at.toISOString(),
  };
}
