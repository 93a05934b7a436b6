import { sql, type Insertable, type Kysely, type Selectable } from 'kysely';
import type { Database } from '@paved/host';
import type { RunStatus } from '../index.ts';
import type { Failure } from '../model/failure.ts';
import { stepFromRow, type StepRecord } from './step-record.ts';
import type { CancelRequest, RunsTables, RunTable } from './tables.ts';

export type RunRow = Selectable<RunTable>;
export type NewRun = Insertable<RunTable>;
type Db = Kysely<RunsTables>;

/** A run that is not running under the lease that was given: somebody else carries it out, or nobody should. */
export class LeaseLost extends Error {
  constructor(runId: string) {
    super(`The lease on run ${runId} is lost.`);
    this.name = 'LeaseLost';
  }
}

/** What a worker shows to write results: they are refused once another one took over. */
export interface Lease {
  readonly runId: string;
  readonly epoch: number;
}

/** Everything that writes runs and steps. Functions take the transaction to join. */
export const store = {
  /** Joins any capability's transaction. */
  join: (tx: Database): Db => tx.withSchema('runs').withTables<RunsTables>(),

  /** Inserts, or gives undefined when a run with this dedupe key exists. */
  async insert(tx: Db, run: NewRun): Promise<RunRow | undefined> {
    return tx
      .insertInto('run')
      .values(run)
      .onConflict((conflict) => conflict.column('dedupe_key').doNothing())
      .returningAll()
      .executeTakeFirst();
  },

  async insertSteps(tx: Db, runId: string, steps: readonly StepRecord[]): Promise<void> {
    if (steps.length === 0) return;
    await tx
      .insertInto('step')
      .values(
        steps.map((s) => ({
          run_id: runId,
          id: s.id,
          place: s.place,
          title: s.title,
          parent: s.parent ?? null,
          status: s.status,
          attempt: 0,
          shown: 'null',
        })),
      )
      .execute();
  },

  async byId(db: Db, id: string): Promise<RunRow | undefined> {
    return db.selectFrom('run').selectAll().where('id', '=', id).executeTakeFirst();
  },

  async byDedupeKey(db: Db, key: string): Promise<RunRow | undefined> {
    return db.selectFrom('run').selectAll().where('dedupe_key', '=', key).executeTakeFirst();
  },

  async steps(db: Db, runId: string): Promise<StepRecord[]> {
    const rows = await db.selectFrom('step').selectAll().where('run_id', '=', runId).orderBy('place').orderBy('id').execute();
    return rows.map(stepFromRow);
  },

  /** Serialises decisions about one kind's concurrency over all replicas, until the transaction ends. */
  async lockKind(tx: Db, kind: string): Promise<void> {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`runs.kind ${kind}`}, 0))`.execute(tx);
  },

  /** Gives queued runs without a concurrency limit to a worker, oldest first. */
  async claimUnlimited(tx: Db, worker: string, kinds: readonly string[], now: Date, most: number): Promise<RunRow[]> {
    const { rows } = await sql<RunRow>`
      update runs.run set ${claimed(worker, now)}
      where id in (
        select id from runs.run where status = 'queued' and kind = any(${kinds}::text[]) order by id limit ${most} for update skip locked
      )
      returning *`.execute(tx);
    return rows;
  },

  /** The same for one kind with limits; hold `lockKind`. Within a key, runs start in the order of their creation. */
  async claimLimited(
    tx: Db,
    worker: string,
    kind: string,
    limits: { limit: number | undefined; perKey: number | undefined },
    now: Date,
  ): Promise<RunRow[]> {
    const { rows } = await sql<RunRow>`
      with busy as (
        select limit_key, count(*) as n from runs.run where kind = ${kind} and status = 'running' group by limit_key
      ), queue as (
        select id, limit_key, row_number() over (partition by limit_key order by id) as place
        from runs.run where kind = ${kind} and status = 'queued'
      ), next as (
        select queue.id from queue left join busy on busy.limit_key = queue.limit_key
        where ${limits.perKey ?? null}::int is null or queue.limit_key is null or queue.place + coalesce(busy.n, 0) <= ${limits.perKey ?? null}::int
        order by queue.id
        limit case when ${limits.limit ?? null}::int is null then null
          else greatest(0, ${limits.limit ?? null}::int - (select coalesce(sum(n), 0) from busy)) end
      )
      update runs.run set ${claimed(worker, now)}
      where id in (select id from next) and status = 'queued'
      returning *`.execute(tx);
    return rows;
  },

  /** Takes over a released run; undefined when somebody has it, or it ended. */
  async lease(db: Db, worker: string, runId: string, generation: number): Promise<RunRow | undefined> {
    return db
      .updateTable('run')
      .set((eb) => ({ worker, epoch: eb('epoch', '+', 1), attempt: eb('attempt', '+', 1), released_at: null }))
      .where('id', '=', runId)
      .where('generation', '=', generation)
      .where('status', '=', 'running')
      .where('worker', 'is', null)
      .returningAll()
      .executeTakeFirst();
  },

  /** Writes steps under the lease, in one statement. Throws `LeaseLost`. */
  async saveSteps(tx: Db, lease: Lease, steps: readonly StepRecord[], progress: boolean): Promise<void> {
    const rows = steps.map((step) => ({
      id: step.id,
      place: step.place,
      title: step.title,
      parent: step.parent ?? null,
      status: step.status,
      attempt: step.attempt,
      started_at: step.startedAt ?? null,
      ended_at: step.endedAt ?? null,
      error: step.error ?? null,
      shown: step.shown ?? null,
      checkpoint: step.checkpoint ?? null,
    }));
    const held = progress
      ? sql`update runs.run set crashes = 0 where id = ${lease.runId} and epoch = ${lease.epoch} and status = 'running' returning id`
      : sql`select id from runs.run where id = ${lease.runId} and epoch = ${lease.epoch} and status = 'running' for share`;
    const { rows: written } = await sql`
      with held as (${held})
      insert into runs.step (run_id, id, place, title, parent, status, attempt, started_at, ended_at, error, shown, checkpoint)
      select held.id, s.id, s.place, s.title, s.parent, s.status, s.attempt, s.started_at, s.ended_at, s.error, s.shown, s.checkpoint
      from held, json_to_recordset(${JSON.stringify(rows)}::json) as s (
        id text, place int, title text, parent text, status text, attempt int, started_at timestamptz, ended_at timestamptz,
        error text, shown json, checkpoint json)
      on conflict (run_id, id) do update set
        title = excluded.title, parent = excluded.parent, status = excluded.status, attempt = excluded.attempt,
        started_at = excluded.started_at, ended_at = excluded.ended_at, error = excluded.error, shown = excluded.shown,
        checkpoint = excluded.checkpoint
      returning 1`.execute(tx);
    if (written.length !== rows.length) throw new LeaseLost(lease.runId);
  },

  /** Ends a run under the lease. Throws `LeaseLost`. */
  async finish(tx: Db, lease: Lease, end: { status: RunStatus; output?: unknown; error?: Failure; now: Date }): Promise<RunRow> {
    const row = await tx
      .updateTable('run')
      .set({
        status: end.status,
        output: end.status === 'succeeded' ? JSON.stringify({ value: end.output }) : null,
        error: end.error === undefined ? null : JSON.stringify(end.error),
        ended_at: end.now,
        worker: null,
        released_at: null,
        crashes: 0,
      })
      .where('id', '=', lease.runId)
      .where('epoch', '=', lease.epoch)
      .where('status', '=', 'running')
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) throw new LeaseLost(lease.runId);
    return row;
  },

  /** Ends a run that nobody carries out (queued, or its workers died): no lease to show, but later ones are refused. */
  async endUnattended(tx: Db, runId: string, end: { status: RunStatus; error: Failure; now: Date }): Promise<RunRow | undefined> {
    const row = await tx
      .updateTable('run')
      .set((eb) => ({
        status: end.status,
        error: JSON.stringify(end.error),
        ended_at: end.now,
        worker: null,
        released_at: null,
        epoch: eb('epoch', '+', 1),
      }))
      .where('id', '=', runId)
      .where((eb) => eb.or([eb('status', '=', 'queued'), eb.and([eb('status', '=', 'running'), eb('worker', 'is', null)])]))
      .returningAll()
      .executeTakeFirst();
    if (row !== undefined) {
      await tx
        .updateTable('step')
        .set({ status: end.status === 'failed' ? 'failed' : 'cancelled', ended_at: end.now })
        .where('run_id', '=', runId)
        .where('status', '=', 'running')
        .execute();
      await tx.updateTable('step').set({ status: 'skipped' }).where('run_id', '=', runId).where('status', '=', 'pending').execute();
    }
    return row;
  },

  /** Who asked a run to stop, if anybody. */
  async cancelOf(db: Db, runId: string): Promise<CancelRequest | null> {
    const row = await db.selectFrom('run').select('cancel').where('id', '=', runId).executeTakeFirst();
    return row?.cancel ?? null;
  },

  /** Asks the worker to stop; undefined when the run has ended. */
  async requestCancel(tx: Db, runId: string, cancel: CancelRequest): Promise<RunRow | undefined> {
    return tx
      .updateTable('run')
      .set({ cancel: JSON.stringify(cancel) })
      .where('id', '=', runId)
      .where('status', 'in', ['queued', 'running'])
      .returningAll()
      .executeTakeFirst();
  },

  /** Queues an ended run again; finished steps keep their results. Undefined when it has not failed or been cancelled. */
  async requeue(tx: Db, runId: string): Promise<RunRow | undefined> {
    const row = await tx
      .updateTable('run')
      .set((eb) => ({
        status: 'queued' as const,
        error: null,
        output: null,
        cancel: null,
        ended_at: null,
        started_at: null,
        crashes: 0,
        tidied: false,
        generation: eb('generation', '+', 1),
      }))
      .where('id', '=', runId)
      .where('status', 'in', ['failed', 'cancelled'])
      .returningAll()
      .executeTakeFirst();
    if (row !== undefined) {
      await tx
        .updateTable('step')
        .set({ status: 'pending', checkpoint: null, error: null, shown: 'null', started_at: null, ended_at: null })
        .where('run_id', '=', runId)
        .where('status', '!=', 'succeeded')
        .execute();
    }
    return row;
  },

  async markTidied(db: Db, ids: readonly string[]): Promise<void> {
    await db.updateTable('run').set({ tidied: true }).where('id', 'in', ids).where('ended_at', 'is not', null).execute();
  },
};

function claimed(worker: string, now: Date) {
  return sql`status = 'running', worker = ${worker}, epoch = epoch + 1, attempt = attempt + 1, started_at = coalesce(started_at, ${now}), released_at = null`;
}
