import { sql, type Kysely } from 'kysely';
import { PavedError, type Health, type Page } from '@paved/kernel';
import type { Database } from '@paved/host';
import type { Deployment, DeploymentStatus } from '../index.ts';
import { toDeployment } from './store.ts';
import type { Tables } from './tables.ts';

export interface DeploymentFilter {
  readonly component?: string;
  readonly environment?: string;
  readonly status?: readonly DeploymentStatus[];
  readonly limit: number;
  readonly cursor?: string;
}

/** What runs, or last happened, of one component in one environment. */
export interface BoardCell {
  readonly component: string;
  readonly environment: string;
  readonly health: Health | null;
  readonly reason: string | null;
  readonly version: string | null;
  readonly commit: string | null;
  readonly set: string | null;
  readonly deployment: string | null;
  readonly deployedAt: Date | null;
  readonly url: string | null;
  readonly facts: Record<string, unknown> | null;
  /** The newest deployment that has not ended, or failed after what runs. */
  readonly latest: { id: string; status: DeploymentStatus; version: string; mode: Deployment['mode']; error: string | null } | null;
  /** Sets that succeeded here, newest first, and when each came first: going back to one does not make it newer. */
  readonly shipped: readonly { readonly set: string; readonly first: number }[];
}

export interface ResourceView {
  readonly uid: string;
  readonly key: string;
  readonly type: string;
  readonly class: string;
  readonly id: string;
  readonly component: string;
  readonly environment: string;
  readonly definition: string;
  readonly driver: string;
  readonly status: string;
  readonly stateful: boolean;
  readonly consumers: readonly string[];
  readonly health: Health | null;
  readonly reason: string | null;
  readonly error: string | null;
  readonly outputs: Record<string, unknown> | null;
  readonly facts: Record<string, unknown> | null;
  readonly deployment_id: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export type Views = ReturnType<typeof createViews>;

/** Reads for screens. */
export function createViews(db: Database) {
  const tables: Kysely<Tables> = db;
  return {
    /** Everything the environment board shows, in one query. */
    async board(): Promise<BoardCell[]> {
      const { rows } = await sql<BoardCell>`
        select
          p.component, p.environment,
          r.health, coalesce(r.reason, r.error) as reason, r.inputs ->> 'version' as version,
          d.commit, d.set_id as set, d.id as deployment, coalesce(d.ended_at, d.created_at) as "deployedAt",
          r.outputs ->> 'url' as url, r.facts,
          (select jsonb_build_object('id', l.id, 'status', l.status, 'version', l.version, 'mode', l.mode, 'error', l.error)
             from orchestrator.deployment l
            where l.component = p.component and l.environment = p.environment and l.status not in ('succeeded', 'superseded')
              and l.seq > coalesce((select max(s.seq) from orchestrator.deployment s
                                     where s.component = p.component and s.environment = p.environment and s.status = 'succeeded'), 0)
            order by l.seq desc limit 1) as latest,
          (select coalesce(jsonb_agg(jsonb_build_object('set', h.set_id, 'first', h.first) order by h.seq desc), '[]') from (
             select s.set_id, max(s.seq) as seq, min(s.seq)::int as first from orchestrator.deployment s
              where s.component = p.component and s.environment = p.environment and s.status = 'succeeded' and s.set_id is not null
              group by s.set_id order by 2 desc limit 30) h) as shipped
        from (select distinct component, environment from orchestrator.deployment) p
        left join orchestrator.resource r
          on r.type = 'workload' and r.component = p.component and r.environment = p.environment and r.status <> 'deleted'
        left join orchestrator.deployment d on d.id = r.deployment_id
        order by p.component, p.environment`.execute(db);
      return rows;
    },

    /** Newest first. */
    async deployments({ component, environment, status, limit, cursor }: DeploymentFilter): Promise<Page<Deployment>> {
      if (cursor !== undefined && !/^\d{1,18}$/.test(cursor)) {
        throw new PavedError('invalid', `The cursor "${cursor}" is not one of ours.`, {
          fix: 'Pass pageInfo.nextCursor of the page before.',
        });
      }
      let query = tables.selectFrom('deployment');
      if (component !== undefined) query = query.where('component', '=', component);
      if (environment !== undefined) query = query.where('environment', '=', environment);
      if (status !== undefined && status.length > 0) query = query.where('status', 'in', [...status]);
      const counted = await query.select((e) => e.fn.countAll<string>().as('n')).executeTakeFirstOrThrow();
      let page = query
        .selectAll()
        .orderBy('seq', 'desc')
        .limit(limit + 1);
      if (cursor !== undefined) page = page.where('seq', '<', cursor);
      const rows = await page.execute();
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return {
        items: rows.slice(0, limit).map(toDeployment),
        totalItems: Number(counted.n),
        pageInfo: last === undefined ? {} : { nextCursor: last.seq },
      };
    },

    async resources(filter: {
      environment?: string;
      component?: string;
      type?: string;
      status?: string;
      uid?: string;
    }): Promise<ResourceView[]> {
      let query = tables
        .selectFrom('resource')
        .select([
          'uid',
          'key',
          'type',
          'class',
          'id',
          'component',
          'environment',
          'definition',
          'driver',
          'status',
          'stateful',
          'consumers',
          'health',
          'reason',
          'error',
          'outputs',
          'facts',
          'deployment_id',
          'created_at',
          'updated_at',
        ]);
      if (filter.environment !== undefined) query = query.where('environment', '=', filter.environment);
      const { component } = filter;
      if (component !== undefined)
        query = query.where((e) => e.or([e('component', '=', component), e(e.val(component), '=', e.fn.any('consumers'))]));
      if (filter.type !== undefined) query = query.where('type', '=', filter.type);
      if (filter.uid !== undefined) query = query.where('uid', '=', filter.uid);
      query = filter.status === undefined ? query.where('status', '<>', 'deleted') : query.where('status', '=', filter.status as 'active');
      return query.orderBy('environment').orderBy('key').execute() as Promise<ResourceView[]>;
    },
  };
}
