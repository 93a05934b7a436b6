import { createDeployment, deleteService, planDeployment, promote, rollBack, type Deployment, type Plan } from '@paved/client';
import {
  type ApiError,
  Button,
  call,
  capital,
  entityHref,
  ErrorNotice,
  Link,
  LinkButton,
  Loaded,
  nameOf,
  PageHeader,
  SkeletonPage,
  useChange,
  useCrumbs,
  useGo,
  useKey,
  useUrlState,
} from '@paved/ui';
import { useQuery } from '@tanstack/react-query';
import { IconArrowRight, IconClock, IconLayoutKanban } from '@tabler/icons-react';
import { PlanView } from '../parts/plan-view.tsx';
import { useService } from '../parts/use-board.ts';
import { deploymentTitle, versionWords } from '../shapes.ts';

type Mode = 'deploy' | 'rollback' | 'promote' | 'destroy';
const verbs: Record<Mode, string> = { deploy: 'Deploy', rollback: 'Roll back', promote: 'Promote', destroy: 'Remove' };

/** What would happen, before it happens; "go" carries out exactly this plan. */
export function Page() {
  const { params } = useUrlState();
  const go = useGo();
  const component = params.get('component') ?? '';
  const environment = params.get('environment') ?? '';
  const mode = (params.get('mode') ?? 'deploy') as Mode;
  const from = params.get('from') ?? undefined;
  const commit = params.get('commit') ?? undefined;
  const name = nameOf(component);
  const title = deploymentTitle(mode, name, environment);
  useCrumbs([
    { label: name, href: entityHref(component) },
    { label: 'Deployments', href: entityHref(component, 'deployments') },
    { label: 'Plan' },
  ]);
  const { cells, environments } = useService(component);
  const now = cells[environment];
  const body = { component, environment, mode, ...(from ? { from } : {}), ...(commit ? { commit } : {}) };
  const plan = useQuery<Plan, ApiError>({
    queryKey: ['api', '/api/orchestrator/plan', body],
    queryFn: () => call(planDeployment, { body }),
    staleTime: 0,
    retry: false,
  });
  const ship = useChange<Plan, Deployment>(
    (seen) => {
      const expectedPlan = seen.digest;
      if (mode === 'rollback') return call(rollBack, { body: { component, environment, expectedPlan } });
      if (mode === 'promote')
        return call(promote, {
          body: {
            component,
            from: from ?? environments.find((entry) => entry.name === environment)?.promotesFrom ?? '',
            to: environment,
            expectedPlan,
          },
        });
      if (mode === 'destroy')
        return call(deleteService, { query: { component, environment, confirm: name } }).then(
          (answer) => ('deployments' in answer ? answer.deployments[0] : undefined) as Deployment,
        );
      return call(createDeployment, { body: { component, environment, expectedPlan, commit } });
    },
    { refresh: ['/api/orchestrator', '/api/runs'], done: (deployment) => go(`/deployments/${deployment.id}`) },
  );
  useKey('mod+enter', 'Carry the plan out', () => (plan.data && !ship.isPending ? ship.mutate(plan.data) : undefined));
  const nothing = plan.data !== undefined && plan.data.nodes.every((node) => node.action === 'none');
  const stale = ship.error?.code === 'stale' || ship.error?.code === 'conflict';
  return (
    <>
      <PageHeader
        tight
        title={title}
        facts={[
          {
            text: (
              <span className="p-row tight">
                {now?.deploymentId ? versionWords(now.version) : 'not deployed'}
                {plan.error ? null : (
                  <>
                    <IconArrowRight size={14} stroke={2} aria-label="to" />{' '}
                    <b className="p-medium" style={{ color: 'var(--p-text)' }}>
                      {plan.data ? versionWords(plan.data.version) : '…'}
                    </b>
                  </>
                )}
              </span>
            ),
          },
          {
            icon: IconLayoutKanban,
            text: (
              <Link className="p-plain" href="/environments">
                {capital(environment)}
              </Link>
            ),
          },
          from ? { text: `from ${from}` } : undefined,
          { icon: IconClock, text: 'Nothing has happened yet' },
        ]}
        actions={
          <>
            <LinkButton href={entityHref(component)}>Leave as it is</LinkButton>
            {stale ? (
              <Button
                look="primary"
                onClick={() => {
                  ship.reset();
                  void plan.refetch();
                }}
              >
                Plan again
              </Button>
            ) : (
              <Button
                look={nothing ? 'default' : 'primary'}
                working={ship.isPending}
                disabledReason={plan.data ? undefined : plan.error ? 'There is no plan to carry out' : 'The plan is being made'}
                onClick={() => (plan.data ? ship.mutate(plan.data) : undefined)}
              >
                {nothing && mode === 'deploy' ? 'Deploy again' : verbs[mode]}{' '}
                {mode === 'rollback' || mode === 'destroy' ? `in ${environment}` : `to ${environment}`}
              </Button>
            )}
          </>
        }
      />
      {ship.error ? (
        <div style={{ marginBottom: 16 }}>
          <ErrorNotice error={ship.error} />
        </div>
      ) : null}
      {plan.error ? (
        <ErrorNotice error={plan.error} />
      ) : (
        <Loaded query={plan} what="The plan" skeleton={<SkeletonPage label="The plan" />}>
          {(data) => <PlanView plan={data} />}
        </Loaded>
      )}
    </>
  );
}
