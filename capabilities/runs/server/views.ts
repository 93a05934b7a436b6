import { sql, type Kysely, type SelectQueryBuilder } from 'kysely';
import { PavedError, type Page } from '@paved/kernel';
import type { Run, RunStatus } from '../index.ts';
import type { LogLine } from '../model/line-buffer.ts';
import { stepFromRow, toRunStep, type StepRecord } from './step-record.ts';
import type { RunRow } from './store.ts';
import type { RunsTables } from './tables.ts';

type Db = Kysely<RunsTables>;

export interface RunFilter {
  readonly kind?: string | undefined;
  readonly subject?: string | undefined;
  readonly status?: readonly RunStatus[] | undefined;
  readonly actorRef?: string | undefined;
}

/** A line of a run's log with its step. */
export interface RunLogLine extends LogLine {
  readonly step: string;
}

/** The run as clients see it. */
export function toRun(row: RunRow, steps: readonly StepRecord[]): Run {
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    status: row.status,
    subjects: row.subjects,
    actor: { ref: row.actor.ref, displayName: row.actor.displayName },
    cause: row.cause,
    input: row.input,
    ...(row.output?.value === undefined ? {} : { output: row.output.value }),
    ...(row.error === null
      ? {}
      : {
          error: {
            message: row.error.message,
            ...(row.error.fix === undefined ? {} : { fix: row.error.fix }),
            ...(row.error.step === undefined ? {} : { step: row.error.step }),
          },
        }),
    steps: [...steps].sort((a, b) => a.place - b.place).map(toRunStep),
    attempt: row.attempt,
    createdAt: row.created_at.toISOString(),
    ...(row.started_at === null ? {} : { startedAt: row.started_at.toISOString() }),
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at.toISOString() }),
  };
}

/** Reads runs for people and clients. */
export const views = {
  async get(db: Db, id: string): Promise<Run | undefined> {
    const row = await db.selectFrom('run').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? undefined : (await withSteps(db, [row]))[0];
  },

  /** Newest first. */
  async list(db: Db, filter: RunFilter, limit: number): Promise<Run[]> {
    return withSteps(db, await filtered(db.selectFrom('run'), filter).selectAll().orderBy('id', 'desc').limit(limit).execute());
  },

  /** One page, newest first. The cursor names the last run seen. */
  async page(db: Db, filter: RunFilter, limit: number, cursor?: string): Promise<Page<Run>> {
    const after = cursor === undefined ? undefined : readCursor(cursor);
    let query = filtered(db.selectFrom('run'), filter)
      .selectAll()
      .orderBy('id', 'desc')
      .limit(limit + 1);
    if (after !== undefined) query = query.where('id', '<', after);
    const [rows, counted] = await Promise.all([
      query.execute(),
      filtered(db.selectFrom('run'), filter)
        .select((eb) => eb.fn.countAll<string>().as('total'))
        .executeTakeFirst(),
    ]);
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: await withSteps(db, shown),
      totalItems: Number(counted?.total ?? 0),
      pageInfo: rows.length > limit && last !== undefined ? { nextCursor: writeCursor(last.id) } : {},
    };
  },

  /**
   * Log lines in the order in which they were stored: of one step after line `after`, or of all steps from a cursor.
   * The cursor is there as long as more is stored; at the end of a running run, ask again with the same one.
   */
  async logs(
    db: Db,
    runId: string,
    query: { step?: string | undefined; after?: number | undefined; cursor?: string | undefined; limit: number },
  ): Promise<Page<RunLogLine> & { position: string }> {
    const seq = query.cursor === undefined ? '0:0' : readCursor(query.cursor);
    const [chunk = '0', skip = '0'] = seq.split(':');
    if (!/^\d{1,18}$/.test(chunk) || !/^\d{1,9}$/.test(skip)) throw badCursor();
    let rows = db.selectFrom('log').select(['seq', 'step', 'lines']).where('run_id', '=', runId).where('seq', '>=', chunk).orderBy('seq');
    if (query.step !== undefined) rows = rows.where('step', '=', query.step);
    if (query.after !== undefined) rows = rows.where('to_line', '>', query.after);
    const items: RunLogLine[] = [];
    let position = seq;
    let more = false;
    // A chunk holds about 16 kB: few are needed for one page.
    for (const row of await rows.limit(Math.max(20, Math.ceil(query.limit / 50))).execute()) {
      const wanted = (line: LogLine, i: number): boolean => (row.seq !== chunk || i >= Number(skip)) && line.n > (query.after ?? 0);
      const lines = row.lines.filter(wanted);
      const room = query.limit - items.length;
      items.push(...lines.slice(0, room).map((line) => ({ step: row.step, ...line })));
      const left = lines[room];
      if (left !== undefined) {
        more = true;
        position = `${row.seq}:${row.lines.indexOf(left)}`;
        break;
      }
      position = `${row.seq}:${row.lines.length}`;
    }
    const counted = await sql<{ total: string; last: string | null }>`
      select coalesce(sum(to_line - from_line + 1), 0) as total, max(seq) as last from runs.log
      where run_id = ${runId} and (${query.step ?? null}::text is null or step = ${query.step ?? null})`.execute(db);
    const last = counted.rows[0]?.last;
    more ||= last !== null && last !== undefined && BigInt(last) > BigInt(position.split(':')[0] ?? '0');
    return {
      items,
      totalItems: Number(counted.rows[0]?.total ?? 0),
      pageInfo: more ? { nextCursor: writeCursor(position) } : {},
      position: writeCursor(position),
    };
  },

  /** A run's whole log as text, chunk by chunk, each line behind its step's id. */
  async *logText(db: Db, runId: string, step?: string): AsyncGenerator<string> {
    let after = '0';
    for (;;) {
      let query = db
        .selectFrom('log')
        .select(['seq', 'step', 'lines'])
        .where('run_id', '=', runId)
        .where('seq', '>', after)
        .orderBy('seq')
        .limit(50);
      if (step !== undefined) query = query.where('step', '=', step);
      const rows = await query.execute();
      for (const row of rows)
        yield row.lines.map((line) => (step === undefined ? `${row.step} | ${line.text}\n` : `${line.text}\n`)).join('');
      const last = rows.at(-1);
      if (last === undefined || rows.length < 50) return;
      after = last.seq;
    }
  },

  /** Ended runs whose workspace has served its time. */
  async untidied(db: Db, before: Date, most: number): Promise<{ id: string; generation: number }[]> {
    return db
      .selectFrom('run')
      .select(['id', 'generation'])
      .where('tidied', '=', false)
      .where('ended_at', '<', before)
      .orderBy('ended_at')
      .limit(most)
      .execute();
  },
};

async function withSteps(db: Db, rows: readonly RunRow[]): Promise<Run[]> {
  if (rows.length === 0) return [];
  const steps = await db
    .selectFrom('step')
    .selectAll()
    .where(
      'run_id',
      'in',
      rows.map((row) => row.id),
    )
    .execute();
  const byRun = Map.groupBy(steps, (step) => step.run_id);
  return rows.map((row) => toRun(row, (byRun.get(row.id) ?? []).map(stepFromRow)));
}

function filtered<O>(query: SelectQueryBuilder<RunsTables, 'run', O>, filter: RunFilter): SelectQueryBuilder<RunsTables, 'run', O> {
  let narrowed = query;
  if (filter.kind !== undefined) narrowed = narrowed.where('kind', '=', filter.kind);
  if (filter.actorRef !== undefined) narrowed = narrowed.where('actor_ref', '=', filter.actorRef);
  if (filter.status !== undefined && filter.status.length > 0) narrowed = narrowed.where('status', 'in', [...filter.status]);
  if (filter.subject !== undefined) narrowed = narrowed.where(sql<boolean>`subjects @> array[${filter.subject}]::text[]`);
  return narrowed;
}

const writeCursor = (position: string): string => Buffer.from(position).toString('base64url');
const readCursor = (cursor: string): string => {
  const position = Buffer.from(cursor, 'base64url').toString('utf8');
  if (!/^[\w:]{1,64}$/.test(position)) throw badCursor();
  return position;
};
const badCursor = (): PavedError =>
  new PavedError('invalid', 'The cursor is not one that a page of this list gave.', { fix: 'Start again without a cursor.' });
