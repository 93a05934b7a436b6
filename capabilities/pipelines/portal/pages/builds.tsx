import { getPipelineResults, listPipelineRuns, listRuns, startPipeline } from '@paved/client';
import { PIPELINE_RUN_KIND } from '@paved/pipelines';
import type { Run } from '@paved/runs';
import {
  ActorName,
  Button,
  bytes,
  call,
  type Column,
  DataTable,
  Duration,
  type EntityTabProps,
  Explain,
  Glyph,
  Link,
  Loaded,
  related,
  RelativeTime,
  repositoryOf,
  Section,
  SkeletonRows,
  State,
  Status,
  statusOfRun,
  statusWord,
  TextLink,
  toastError,
  useCall,
  useChange,
  useGo,
  useMay,
} from '@paved/ui';
import { IconPackage, IconPlayerPlay } from '@tabler/icons-react';
import { useMemo, useState } from 'react';

interface Tests {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface PipelineRun {
  readonly runId: string;
  readonly pipeline: string;
  readonly repository: string;
  readonly branch: string;
  readonly commit: string;
  readonly trigger: string;
  readonly createdAt: string;
  readonly tests: Tests;
}

/** A build with what its run says: how it went and how long it took. */
interface Build extends PipelineRun {
  readonly run: Run | undefined;
}

const triggers: Record<string, string> = { push: 'a push', pull_request: 'a pull request', manual: 'by hand' };

/** Builds of the service's repository: tests, packages, SBOM and provenance. */
export function Tab({ entity }: EntityTabProps) {
  const repository = repositoryOf(entity);
  const go = useGo();
  const [shown, setShown] = useState<Build>();
  const may = useMay('pipelines.pipeline.start', related(entity, 'ownedBy'));
  const builds = useCall(
    listPipelineRuns,
    { query: { repository, limit: 50 } },
    { off: repository === undefined, live: ['runs.run.changed', 'pipelines.*'] },
  );
  const runs = useCall(
    listRuns,
    { query: { subject: `repository:${repository ?? ''}`, kind: PIPELINE_RUN_KIND, limit: 100 } },
    { off: repository === undefined, live: ['runs.run.changed'] },
  );
  const start = useChange<void, { runId: string }>(() => call(startPipeline, { body: { repository: repository ?? '' } }), {
    refresh: ['/api/pipelines'],
    done: ({ runId }) => go(`/runs/${runId}`),
    failed: toastError,
  });
  const columns = useMemo(
    (): readonly Column<Build>[] => [
      {
        id: 'run',
        head: 'Build',
        fill: true,
        cell: ({ run, ...build }) => {
          const status = run ? statusOfRun(run.status) : 'unknown';
          return (
            <span className="p-namecell">
              <Glyph status={status} label={run?.status === 'succeeded' ? 'Passed' : statusWord(status)} />
              <span style={{ minWidth: 0, flex: '1 1 0' }} className="p-trunc">
                <Link className="p-name" href={`/runs/${build.runId}`}>
                  {build.branch}
                </Link>
                <small> {run?.error?.message ?? `${build.pipeline}, ${triggers[build.trigger] ?? build.trigger}`}</small>
                <span className="under">
                  {build.commit.slice(0, 7)} · {triggers[build.trigger] ?? build.trigger}
                </span>
              </span>
            </span>
          );
        },
      },
      {
        id: 'commit',
        head: 'Commit',
        hide: 'sm',
        cell: (run) => (
          <Link className="p-plain p-mono" href={`/repositories/${run.repository}/commit/${run.commit}`}>
            {run.commit.slice(0, 7)}
          </Link>
        ),
      },
      {
        id: 'tests',
        head: 'Tests',
        cell: (run) => {
          const { passed, failed, skipped } = run.tests;
          if (passed + failed + skipped === 0) return <span className="p-t3">none reported</span>;
          return (
            <button type="button" className="p-link" onClick={() => setShown(run)}>
              {failed > 0 ? `${failed} of ${passed + failed} failed` : `${passed} passed`}
            </button>
          );
        },
      },
      {
        id: 'results',
        head: 'Results',
        hide: 'sm',
        cell: (run) => (
          <button type="button" className="p-link" onClick={() => setShown(run)}>
            Packages
          </button>
        ),
      },
      {
        id: 'by',
        head: 'By',
        hide: 'lg',
        cell: ({ run }) => (run ? <ActorName actor={run.actor} /> : '–'),
      },
      {
        id: 'took',
        head: 'Took',
        hide: 'sm',
        align: 'right',
        cell: ({ run }) => <Duration from={run?.startedAt} to={run?.endedAt} />,
      },
      { id: 'at', head: 'When', align: 'right', cell: (run) => <RelativeTime at={run.createdAt} /> },
    ],
    [],
  );
  const runOf = new Map(runs.data?.items.map((run) => [run.id, run]));
  if (repository === undefined) {
    return (
      <State icon={IconPackage} title="No repository is known">
        Builds start with a push. Name the repository in the annotation paved.dev/repository of its catalog file.
      </State>
    );
  }
  return (
    <Section
      title="Builds"
      more={
        may ? (
          <Button icon={IconPlayerPlay} working={start.isPending} onClick={() => start.mutate()}>
            Build now
          </Button>
        ) : undefined
      }
    >
      <Loaded query={builds} what="Builds">
        {(page) =>
          page.items.length === 0 ? (
            <State icon={IconPackage} title="Nothing was built yet">
              Push to {repository} and its pipeline starts by itself.
            </State>
          ) : runs.data === undefined && !runs.error ? (
            <SkeletonRows label="Builds" rows={Math.min(8, page.items.length)} />
          ) : (
            <DataTable
              label="Builds"
              rows={page.items.map((build): Build => ({ ...build, run: runOf.get(build.runId) }))}
              columns={columns}
              id={(run) => run.runId}
              href={(run) => `/runs/${run.runId}`}
              keys
            />
          )
        }
      </Loaded>
      <Explain
        opened={shown !== undefined}
        onClose={() => setShown(undefined)}
        title={shown ? `${shown.pipeline} at ${shown.commit.slice(0, 7)}` : ''}
      >
        {shown ? <BuildResults runId={shown.runId} /> : null}
      </Explain>
    </Section>
  );
}

function BuildResults({ runId }: { runId: string }) {
  const results = useCall(getPipelineResults, { path: { runId } });
  return (
    <Loaded query={results} what="Results">
      {({ tests, artifacts }) => (
        <>
          {tests.map((report) => (
            <Section
              key={report.step}
              title={`Tests of ${report.step}`}
              note={`${report.passed} passed, ${report.failed} failed, ${report.skipped} skipped`}
            >
              <ul className="p-list top">
                {report.cases
                  .toSorted((a, b) => Number(b.status === 'failed') - Number(a.status === 'failed'))
                  .slice(0, 200)
                  .map((entry, i) => (
                    <li key={i}>
                      <Status status={entry.status === 'passed' ? 'healthy' : entry.status === 'failed' ? 'failed' : 'skipped'}> </Status>
                      <div className="body">
                        {entry.name}
                        {entry.suite ? <small>{entry.suite}</small> : null}
                        {entry.message ? <small className="p-mono p-anywhere">{entry.message}</small> : null}
                      </div>
                      {entry.durationMs === undefined ? null : <span className="when">{Math.round(entry.durationMs)} ms</span>}
                    </li>
                  ))}
              </ul>
            </Section>
          ))}
          <Section title="Packages">
            {artifacts.length === 0 ? <p className="p-13 p-t2">This build made no package.</p> : null}
            <ul className="p-list top">
              {artifacts.map((artifact) => (
                <li key={artifact.digest}>
                  <div className="body">
                    <b>{artifact.version}</b> <span className="p-t3">{bytes(artifact.size)}</span>
                    <small className="p-mono">{artifact.digest.slice(0, 27)}…</small>
                    <small>
                      {artifact.sbom ? (
                        <TextLink href={`/api/pipelines/documents/${artifact.sbom}`}>What is inside (CycloneDX)</TextLink>
                      ) : null}
                      {artifact.sbom && artifact.provenance ? ' · ' : ''}
                      {artifact.provenance ? (
                        <TextLink href={`/api/pipelines/documents/${artifact.provenance}`}>How it was made (signed)</TextLink>
                      ) : null}
                    </small>
                  </div>
                </li>
              ))}
            </ul>
          </Section>
        </>
      )}
    </Loaded>
  );
}
