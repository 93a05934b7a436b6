import { getDeployment } from '@paved/client';
import { parseRef, type Entity } from '@paved/kernel';
import {
  ActorName,
  Avatar,
  Button,
  capital,
  Duration,
  entityHref,
  Glyph,
  KeyValues,
  Link,
  LinkButton,
  Loaded,
  nameOf,
  Notice,
  PageHeader,
  pathOf,
  RelativeTime,
  repositoryOf,
  Section,
  SkeletonPage,
  statusOfRun,
  StatusPill,
  useCall,
  useCrumbs,
  useData,
  useRouteParams,
} from '@paved/ui';
import { IconArrowBackUp, IconExternalLink, IconLayoutKanban, IconPlayerPlay } from '@tabler/icons-react';
import { planHref } from '../parts/plan-href.ts';
import { PlanView } from '../parts/plan-view.tsx';
import { useService } from '../parts/use-board.ts';
import { deploymentTitle, versionWords } from '../shapes.ts';

const words: Record<string, string> = {
  queued: 'Queued',
  planning: 'Planning',
  applying: 'Under way',
  succeeded: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
  superseded: 'Superseded',
};

/** The way back to the version before, or why there is none. */
function RollBack({ component, environment }: { component: string; environment: string }) {
  const { board, cells } = useService(component);
  if (cells[environment]?.earlier === true) {
    return (
      <LinkButton icon={IconArrowBackUp} href={planHref({ component, environment, mode: 'rollback' })}>
        Roll back
      </LinkButton>
    );
  }
  return (
    <Button
      icon={IconArrowBackUp}
      disabledReason={board.data ? `No earlier version ran in ${environment}` : 'Looking for an earlier version'}
    >
      Roll back
    </Button>
  );
}

/** The address of what this deployment brought, while it still runs. */
function OpenIt({ deployment }: { deployment: { id: string; component: string; environment: string } }) {
  const cell = useService(deployment.component).cells[deployment.environment];
  if (cell?.deploymentId !== deployment.id || cell.url === undefined) return null;
  return (
    <LinkButton look="primary" icon={IconExternalLink} href={cell.url}>
      Open
    </LinkButton>
  );
}

/** A commit, leading to its repository where that is known. */
function Commit({ component, sha }: { component: string; sha: string }) {
  const { kind, namespace, name } = parseRef(component);
  const entity = useData<Entity>(`/api/catalog/entities/by-name/${pathOf(kind, namespace, name)}`);
  const repository = entity.data ? repositoryOf(entity.data) : undefined;
  const words = <span className="p-mono">{sha.slice(0, 12)}</span>;
  return repository === undefined ? (
    words
  ) : (
    <Link className="p-link" href={`/repositories/${repository}/commit/${sha}`}>
      {words}
    </Link>
  );
}

/** One deployment: its plan, its run, its result. */
export function Page() {
  const { id = '' } = useRouteParams();
  const deployment = useCall(
    getDeployment,
    { path: { id } },
    { live: ['orchestrator.deployment.changed'], concerns: (event) => event.data['id'] === id },
  );
  const name = deployment.data ? nameOf(deployment.data.component) : '';
  useCrumbs([
    ...(deployment.data
      ? [
          { label: name, href: entityHref(deployment.data.component) },
          { label: 'Deployments', href: entityHref(deployment.data.component, 'deployments') },
        ]
      : []),
    { label: deployment.data ? versionWords(deployment.data.version) : id },
  ]);
  return (
    <Loaded query={deployment} what="The deployment" skeleton={<SkeletonPage label="The deployment" />}>
      {(data) => {
        const status = statusOfRun(data.status);
        const ended = data.endedAt !== undefined;
        return (
          <>
            <PageHeader
              tight
              title={deploymentTitle(data.mode, name, data.environment)}
              pill={<StatusPill status={status}>{words[data.status] ?? data.status}</StatusPill>}
              facts={[
                {
                  text: (
                    <b className="p-medium" style={{ color: 'var(--p-text)' }}>
                      {versionWords(data.version)}
                    </b>
                  ),
                },
                { icon: IconLayoutKanban, text: capital(data.environment) },
                {
                  text: (
                    <span className="p-row tight">
                      <Avatar small name={nameOf(data.actor.ref)} kind={data.actor.ref.startsWith('user:') ? 'person' : 'bot'} />{' '}
                      <ActorName actor={data.actor} />
                    </span>
                  ),
                  label: 'Started by',
                },
                {
                  text: (
                    <>
                      started <RelativeTime at={data.startedAt} />
                    </>
                  ),
                },
                {
                  text: (
                    <>
                      took <Duration from={data.startedAt} to={data.endedAt} />
                    </>
                  ),
                },
              ]}
              actions={
                <>
                  {data.status === 'succeeded' ? <OpenIt deployment={data} /> : null}
                  {ended && data.mode !== 'destroy' ? <RollBack component={data.component} environment={data.environment} /> : null}
                  <LinkButton icon={IconPlayerPlay} href={`/runs/${data.runId}`} look={ended ? 'default' : 'primary'}>
                    Steps and log
                  </LinkButton>
                </>
              }
            />
            {data.error ? (
              <div style={{ marginBottom: 16 }}>
                <Notice tone="failed" icon={<Glyph status="failed" label={null} />}>
                  <b>{data.error}</b> What ran before keeps serving.
                </Notice>
              </div>
            ) : null}
            {data.plan ? (
              <PlanView
                plan={data.plan}
                past={data.status === 'succeeded'}
                rail={
                  <Section title="Facts">
                    <KeyValues
                      items={[
                        ['Commit', data.commit ? <Commit key="commit" component={data.component} sha={data.commit} /> : undefined],
                        [
                          'Set',
                          data.setId ? (
                            <span className="p-mono" key="set" title={data.setId}>
                              {data.setId.slice(0, 16)}
                            </span>
                          ) : undefined,
                        ],
                        [
                          'Repeats',
                          data.source ? (
                            <Link key="source" className="p-link" href={`/deployments/${data.source}`}>
                              an earlier deployment
                            </Link>
                          ) : undefined,
                        ],
                      ]}
                    />
                  </Section>
                }
              />
            ) : (
              <p className="p-13 p-t2">{ended ? 'It ended before a plan was made.' : 'The plan is being made.'}</p>
            )}
          </>
        );
      }}
    </Loaded>
  );
}
