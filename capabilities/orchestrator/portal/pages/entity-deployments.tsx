import { listDeployments } from '@paved/client';
import { type EntityTabProps, Loaded, PageFoot, State, useCall, useUrlState } from '@paved/ui';
import { IconRocket } from '@tabler/icons-react';
import { DeploymentTable } from '../parts/deployment-table.tsx';
import { LIVE } from '../shapes.ts';

/** Every deployment of the service. */
export function Tab({ entityRef }: EntityTabProps) {
  const { params } = useUrlState();
  const cursor = params.get('cursor') ?? undefined;
  const deployments = useCall(
    listDeployments,
    { query: { component: entityRef, limit: 50, cursor } },
    { live: LIVE, concerns: (event) => event.subject === entityRef },
  );
  return (
    <Loaded query={deployments} what="Deployments">
      {(page) =>
        page.items.length === 0 ? (
          <State icon={IconRocket} title="Nothing was deployed yet">
            A push that passes its pipeline is deployed to the first environment; from there it is promoted.
          </State>
        ) : (
          <>
            <DeploymentTable items={page.items} keys />
            <PageFoot pageInfo={page.pageInfo} />
          </>
        )
      }
    </Loaded>
  );
}
