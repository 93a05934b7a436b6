import { getDeployment } from '@paved/client';
import {
  ActorName,
  Avatar,
  Button,
  capital,
  clockTime,
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
  RelativeTime,
  Section,
  SkeletonPage,
  statusOfRun,
  StatusPill,
  useCall,
  useCrumbs,
  useRouteParams,
} from '@paved/ui';
import { IconArrowBackUp, IconLayoutKanban, IconPlayerPlay } from '@tabler/icons-react';
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
                      started {clockTime(new Date(data.startedAt))}, <RelativeTime at={data.startedAt} />
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
                rail={
                  <Section title="Facts">
                    <KeyValues
                      items={[
                        [
                          'Commit',
                          data.commit ? (
                            <span className="p-mono" key="commit">
                              {data.commit.slice(0, 12)}
                            </span>
                          ) : undefined,
                        ],
                        [
                          'Set',
                          data.setId ? (
                            <span className="p-mono" key="set">
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
                        [
                          'Run',
                          <Link key="run" className="p-link p-mono" href={`/runs/${data.runId}`}>
                            {data.runId.slice(-8)}
                          </Link>,
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
