import { hasEnded, type Run } from '@paved/runs';
import { cancelRun, getRun, retryRun } from '@paved/client';
import {
  ActorName,
  Avatar,
  Button,
  call,
  Duration,
  entityHref,
  ErrorNotice,
  Glyph,
  KeyValues,
  Link,
  LinkButton,
  Loaded,
  LogView,
  nameOf,
  PageHeader,
  SkeletonPage,
  StatusPill,
  StepCard,
  Steps,
  useCall,
  useChange,
  useCrumbs,
  useNow,
  usePageActions,
  useRouteParams,
  useUrlState,
  visited,
} from '@paved/ui';
import { IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import { useEffect } from 'react';
import { linksOf, RunValues } from '../parts/run-values.tsx';
import { useRunLog } from '../parts/use-run-log.ts';
import { causeWords, kindWords, runWords, RUN_EVENTS, startedWords, stepOf, stepToShow } from '../run-shape.ts';
import '../run.css';

/** One run: steps, log, inputs and outputs; live while it goes on. */
export function Page() {
  const { id = '' } = useRouteParams();
  const run = useCall(getRun, { path: { id } }, { live: RUN_EVENTS, concerns: (event) => event.subject === id || event.data['id'] === id });
  useCrumbs([{ label: 'Runs', href: '/runs' }, { label: run.data?.title ?? id }]);
  return (
    <div className="p-full">
      <Loaded query={run} what="The run" skeleton={<SkeletonPage label="The run" />}>
        {(data) => <RunView run={data} />}
      </Loaded>
    </div>
  );
}

function RunView({ run }: { run: Run }) {
  const { params, set } = useUrlState();
  const ended = hasEnded(run.status);
  const now = useNow(ended ? undefined : 1000);
  const { status, words } = runWords(run, now);
  const chosen = params.get('step') ?? stepToShow(run);
  const step = run.steps.find((entry) => entry.id === chosen);
  const { lines } = useRunLog(run.id, step?.id);
  const path = { id: run.id };
  const cancel = useChange<void>(() => call(cancelRun, { path, body: {} }), { refresh: ['/api/runs'] });
  const retry = useChange<void>(() => call(retryRun, { path }), {
    refresh: ['/api/runs'],
    done: () => set((next) => next.delete('step')),
  });
  const line = Number(params.get('line') ?? Number.NaN);
  useEffect(() => visited({ href: `/runs/${run.id}`, label: run.title, note: 'Run' }), [run.id, run.title]);
  usePageActions(
    ended
      ? run.status === 'succeeded'
        ? []
        : [{ id: 'run.retry', label: `Retry ${run.title}`, icon: IconRefresh, run: () => retry.mutate() }]
      : [{ id: 'run.cancel', label: `Cancel ${run.title}`, icon: IconPlayerStop, run: () => cancel.mutate() }],
  );
  const subject = run.subjects.find((ref) => ref.startsWith('component:'));
  const failedStep = run.steps.find((entry) => entry.status === 'failed');
  return (
    <>
      <PageHeader
        tight
        title={run.title}
        pill={<StatusPill status={status}>{words}</StatusPill>}
        facts={[
          { text: kindWords(run.kind) },
          subject
            ? {
                text: (
                  <Link className="p-plain" href={entityHref(subject)}>
                    {nameOf(subject)}
                  </Link>
                ),
              }
            : undefined,
          {
            text: (
              <>
                <Avatar small name={nameOf(run.actor.ref)} kind={run.actor.ref.startsWith('user:') ? 'person' : 'bot'} />
                <ActorName actor={run.actor} />
              </>
            ),
            label: 'Started by',
          },
          { text: startedWords(run, now) },
          run.attempt > 1 ? { text: `Attempt ${run.attempt}` } : undefined,
        ]}
        actions={
          ended ? (
            run.status === 'succeeded' ? (
              linksOf(run.output)
                .slice(0, 3)
                .map((link, i) => (
                  <LinkButton key={link.title} href={link.href} look={i === 0 ? 'primary' : 'default'}>
                    {link.title}
                  </LinkButton>
                ))
            ) : (
              <Button look="primary" icon={IconRefresh} working={retry.isPending} onClick={() => retry.mutate()}>
                {failedStep ? 'Retry' : 'Run again'}
              </Button>
            )
          ) : (
            <Button icon={IconPlayerStop} working={cancel.isPending} onClick={() => cancel.mutate()}>
              Cancel run
            </Button>
          )
        }
      />
      {cancel.error || retry.error ? (
        <div style={{ marginBottom: 16 }}>
          <ErrorNotice error={cancel.error ?? retry.error} />
        </div>
      ) : null}
      <span className="p-vh" aria-live="polite">
        {run.title}: {words.split(',')[0]}
      </span>
      <div className="p-run">
        <div className="steps">
          <Steps
            steps={run.steps.map(stepOf)}
            current={chosen}
            onChoose={(next) =>
              set((query) => {
                query.set('step', next);
                query.delete('line');
              })
            }
            card={(entry) => {
              if (entry.id !== failedStep?.id || run.status !== 'failed') return null;
              return (
                <StepCard
                  tone="failed"
                  title={run.error?.message ?? failedStep.error ?? 'This step failed'}
                  actions={
                    <Button small working={retry.isPending} onClick={() => retry.mutate()}>
                      Retry from here
                    </Button>
                  }
                >
                  {run.error?.fix ??
                    (failedStep.error && failedStep.error !== run.error?.message
                      ? failedStep.error
                      : 'The log has the details. What was made before this step is kept.')}
                </StepCard>
              );
            }}
          />
          {run.status === 'failed' && !failedStep && run.error ? (
            <StepCard tone="failed" title={run.error.message}>
              {run.error.fix ?? 'No step had started.'}
            </StepCard>
          ) : null}
        </div>
        <div className="log">
          <LogView
            key={step?.id}
            lines={lines}
            live={step?.status === 'running'}
            start={step?.startedAt}
            fileName={`${run.id}-${step?.id ?? 'log'}.log`}
            chosen={Number.isNaN(line) ? undefined : line}
            onChoose={(n) => set((query) => query.set('line', String(n)))}
            title={
              step ? (
                <>
                  <Glyph status={stepOf(step).status} label={null} />
                  <span className="p-medium p-trunc">{step.title}</span>
                  <span className="p-t3">{step.startedAt ? <Duration from={step.startedAt} to={step.endedAt} /> : 'not started'}</span>
                </>
              ) : (
                'Log'
              )
            }
            empty={step?.startedAt ? undefined : 'This step has not started.'}
          />
        </div>
        <aside className="side" aria-label="Facts of the run">
          <div>
            <h2>Inputs</h2>
            <RunValues values={run.input} />
          </div>
          {run.output === undefined && !run.steps.some((entry) => entry.output !== undefined) ? null : (
            <div>
              <h2>{ended ? 'Outputs' : 'Outputs so far'}</h2>
              <RunValues
                values={
                  run.output ??
                  Object.assign(
                    {},
                    ...run.steps.map((entry) =>
                      typeof entry.output === 'object' && entry.output !== null && !Array.isArray(entry.output) ? entry.output : {},
                    ),
                  )
                }
              />
            </div>
          )}
          <div>
            <h2>Cause</h2>
            <KeyValues
              items={[
                ['Actor', <ActorName actor={run.actor} key="actor" />],
                ['Started', causeWords(run)],
                [
                  'Behind it',
                  run.cause.ref ? (
                    run.cause.type === 'run' ? (
                      <Link key="ref" className="p-link" href={`/runs/${run.cause.ref}`}>
                        the run before
                      </Link>
                    ) : (
                      <span key="ref" className="p-mono">
                        {/^[0-9a-f]{40}$/.test(run.cause.ref) ? run.cause.ref.slice(0, 7) : run.cause.ref}
                      </span>
                    )
                  ) : undefined,
                ],
                [
                  'Run',
                  <span key="id" className="p-mono">
                    {run.id}
                  </span>,
                ],
              ]}
            />
          </div>
        </aside>
      </div>
    </>
  );
}
