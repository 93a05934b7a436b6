import { sql, type Kysely } from 'kysely';
import type { RunsTables } from '../tables.ts';
import type { WorkerHome } from './worker-home.ts';

type Db = Kysely<RunsTables>;

/** A worker without a heartbeat for this long is dead. By the database's clock, since replicas' clocks differ. */
const DEAD_AFTER_SECONDS = 4;
const alive = sql`exists (
  select 1 from runs.worker w where w.id = run.worker and w.beat_at > clock_timestamp() - make_interval(secs => ${DEAD_AFTER_SECONDS}))`;
/** A released run that nobody took within this time is offered again. */
const OFFER_SECONDS = 5;

/** What one look at the database tells a worker. */
export interface Pulse {
  /** The runs it holds, with their epochs. */
  readonly held: readonly { id: string; epoch: number; cancelling: boolean }[];
  readonly queued: Readonly<Record<string, number>>;
  /** Workers on the same machine; their processes can be looked at. */
  readonly neighbours: readonly { id: string; pid: number; started: string }[];
  /** Whether some run is in nobody's hands. */
  readonly orphans: boolean;
}

/** Heartbeats, and the runs of workers that died. */
export const workerStore = {
  /** Says that the worker lives and looks around, in one round trip. */
  async beat(db: Db, worker: string, replica: string, home: WorkerHome): Promise<Pulse> {
    const { rows } = await sql<Pulse>`
      with beat as (
        insert into runs.worker (id, replica, home, pid, pid_started, beat_at)
        values (${worker}, ${replica}, ${home.home}, ${home.pid}, ${home.started}, clock_timestamp())
        on conflict (id) do update set beat_at = clock_timestamp()
      )
      select
        coalesce((select json_agg(json_build_object('id', id, 'epoch', epoch, 'cancelling', cancel is not null))
          from runs.run where worker = ${worker} and status = 'running'), '[]') as held,
        coalesce((select json_object_agg(kind, n) from (select kind, count(*) as n from runs.run where status = 'queued' group by kind) q), '{}') as queued,
        coalesce((select json_agg(json_build_object('id', id, 'pid', pid, 'started', pid_started))
          from runs.worker where home = ${home.home} and id <> ${worker}), '[]') as neighbours,
        exists (select 1 from runs.run where status = 'running' and worker is distinct from ${worker} and not ${alive}) as orphans`.execute(
      db,
    );
    return rows[0] ?? { held: [], queued: {}, neighbours: [], orphans: false };
  },

  async remove(db: Db, ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await db.deleteFrom('worker').where('id', 'in', ids).execute();
  },

  /**
   * Takes runs away from workers that are not alive (no row or an old one: a worker may die before its first heartbeat,
   * so absence counts) and offers released ones again. Each run is given to one caller.
   */
  async releaseDead(db: Db, kinds: readonly string[]): Promise<{ id: string; kind: string; generation: number; crashes: number }[]> {
    const { rows } = await sql<{ id: string; kind: string; generation: number; crashes: number }>`
      update runs.run set
        worker = null, released_at = clock_timestamp(), epoch = epoch + 1,
        crashes = crashes + case when worker is null then 0 else 1 end
      where id in (
        select run.id from runs.run
        where status = 'running' and kind = any(${kinds}::text[])
          and not ${alive}
          and (released_at is null or released_at < clock_timestamp() - make_interval(secs => ${OFFER_SECONDS}))
        for update skip locked)
      returning id, kind, generation, crashes`.execute(db);
    return rows;
  },

  /** Forgets workers that died long ago. */
  async removeOld(db: Db): Promise<void> {
    await sql`delete from runs.worker where beat_at < clock_timestamp() - interval '10 minutes'`.execute(db);
  },

  /** Gives up runs that this worker holds but does not carry out. */
  async release(db: Db, worker: string, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await sql`
      update runs.run set worker = null, released_at = null, epoch = epoch + 1
      where worker = ${worker} and id = any(${ids}::text[]) and status = 'running'`.execute(db);
  },

  /** Gives up this worker's runs on purpose, so that another replica takes them at once. */
  async handOver(db: Db, worker: string): Promise<number> {
    const { rows } = await sql`
      update runs.run set worker = null, released_at = null, epoch = epoch + 1 where worker = ${worker} and status = 'running' returning id`.execute(
      db,
    );
    return rows.length;
  },
};
