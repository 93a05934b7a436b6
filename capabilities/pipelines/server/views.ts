import type { Kysely } from 'kysely';
import type { Database } from '@paved/host';
import type { StoredArtifact } from '../index.ts';
import type { TestCase, TestReport } from '../model/test-results.ts';
import { toArtifact, type PipelineTables } from './store.ts';

const tables = (db: Database): Kysely<PipelineTables> => db.withSchema('pipelines');

export interface PipelineRunView {
  readonly runId: string;
  readonly pipeline: string;
  readonly repository: string;
  readonly branch: string;
  readonly commit: string;
  readonly trigger: string;
  readonly createdAt: string;
  readonly tests: { readonly passed: number; readonly failed: number; readonly skipped: number };
}

/** Pipeline runs, newest first, with their test counts. */
export async function pipelineRuns(
  db: Database,
  query: { repository?: string | undefined; commit?: string | undefined; limit: number },
): Promise<PipelineRunView[]> {
  let select = tables(db)
    .selectFrom('pipeline_run')
    .leftJoin('test_report', 'test_report.run_id', 'pipeline_run.run_id')
    .select(({ fn }) => [
      'pipeline_run.run_id',
      'pipeline',
      'repository',
      'branch',
      'commit',
      'trigger',
      'created_at',
      fn.sum<string | null>('passed').as('passed'),
      fn.sum<string | null>('failed').as('failed'),
      fn.sum<string | null>('skipped').as('skipped'),
    ])
    .groupBy('pipeline_run.run_id');
  if (query.repository !== undefined) select = select.where('repository', '=', query.repository);
  if (query.commit !== undefined) select = select.where('commit', '=', query.commit);
  const rows = await select.orderBy('created_at', 'desc').limit(query.limit).execute();
  return rows.map((row) => ({
    runId: row.run_id,
    pipeline: row.pipeline,
    repository: row.repository,
    branch: row.branch,
    commit: row.commit,
    trigger: row.trigger,
    createdAt: row.created_at.toISOString(),
    tests: { passed: Number(row.passed ?? 0), failed: Number(row.failed ?? 0), skipped: Number(row.skipped ?? 0) },
  }));
}

/** Everything a run's page shows beyond its steps: test reports and artifacts. */
export async function pipelineResults(
  db: Database,
  runId: string,
): Promise<{ tests: (TestReport & { step: string })[]; artifacts: StoredArtifact[] }> {
  const [reports, artifacts] = await Promise.all([
    tables(db).selectFrom('test_report').selectAll().where('run_id', '=', runId).orderBy('step').execute(),
    tables(db).selectFrom('artifact').selectAll().where('run_id', '=', runId).execute(),
  ]);
  return {
    tests: reports.map((row) => ({
      step: row.step,
      format: row.format,
      passed: row.passed,
      failed: row.failed,
      skipped: row.skipped,
      cases: row.cases as TestCase[],
    })),
    artifacts: artifacts.map(toArtifact),
  };
}
