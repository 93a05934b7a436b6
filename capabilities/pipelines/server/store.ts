import type { Generated, Kysely, Selectable } from 'kysely';
import type { Database } from '@paved/host';
import type { StoredArtifact } from '../index.ts';
import type { TestCase, TestReport } from '../model/test-results.ts';

export interface PipelineTables {
  pipeline_run: {
    run_id: string;
    pipeline: string;
    repository: string;
    branch: string;
    commit: string;
    trigger: string;
    created_at: Generated<Date>;
  };
  artifact: {
    digest: string;
    repository: string;
    commit: string;
    type: 'archive' | 'image';
    location: string;
    size: string | number;
    version: string;
    sbom: string | null;
    provenance: string | null;
    run_id: string;
    created_at: Generated<Date>;
  };
  test_report: {
    run_id: string;
    step: string;
    format: TestReport['format'];
    passed: number;
    failed: number;
    skipped: number;
    cases: string | TestCase[];
  };
}

const tables = (db: Database): Kysely<PipelineTables> => db.withSchema('pipelines');

export interface PipelineRunRow {
  readonly runId: string;
  readonly pipeline: string;
  readonly repository: string;
  readonly branch: string;
  readonly commit: string;
  readonly trigger: string;
}

/** Writes and gets by id; screens read through views.ts. */
export const pipelineStore = {
  async addRun(db: Database, run: PipelineRunRow): Promise<void> {
    await tables(db)
      .insertInto('pipeline_run')
      .values({
        run_id: run.runId,
        pipeline: run.pipeline,
        repository: run.repository,
        branch: run.branch,
        commit: run.commit,
        trigger: run.trigger,
      })
      .onConflict((c) => c.column('run_id').doNothing())
      .execute();
  },
  async putArtifact(db: Database, artifact: StoredArtifact & { runId: string }): Promise<void> {
    const row = {
      type: artifact.type,
      location: artifact.location,
      size: artifact.size,
      version: artifact.version,
      sbom: artifact.sbom ?? null,
      provenance: artifact.provenance ?? null,
      run_id: artifact.runId,
    };
    await tables(db)
      .insertInto('artifact')
      .values({ digest: artifact.digest, repository: artifact.repository, commit: artifact.commit, ...row })
      .onConflict((c) => c.columns(['digest', 'repository', 'commit']).doUpdateSet(row))
      .execute();
  },
  async putTestReport(db: Database, runId: string, step: string, report: TestReport): Promise<void> {
    const row = {
      format: report.format,
      passed: report.passed,
      failed: report.failed,
      skipped: report.skipped,
      cases: JSON.stringify(report.cases),
    };
    await tables(db)
      .insertInto('test_report')
      .values({ run_id: runId, step, ...row })
      .onConflict((c) => c.columns(['run_id', 'step']).doUpdateSet(row))
      .execute();
  },
  async artifactOf(db: Database, repository: string, commit: string): Promise<StoredArtifact | undefined> {
    const row = await tables(db)
      .selectFrom('artifact')
      .selectAll()
      .where('repository', '=', repository)
      .where('commit', '=', commit)
      .orderBy('created_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row === undefined ? undefined : toArtifact(row);
  },
  async runOf(db: Database, repository: string, commit: string): Promise<string | undefined> {
    const row = await tables(db)
      .selectFrom('pipeline_run')
      .select('run_id')
      .where('repository', '=', repository)
      .where('commit', '=', commit)
      .orderBy('created_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row?.run_id;
  },
};

export function toArtifact(row: Selectable<PipelineTables['artifact']>): StoredArtifact {
  return {
    digest: row.digest,
    type: row.type,
    location: row.location,
    size: Number(row.size),
    version: row.version,
    repository: row.repository,
    commit: row.commit,
    ...(row.sbom === null ? {} : { sbom: row.sbom }),
    ...(row.provenance === null ? {} : { provenance: row.provenance }),
  };
}
