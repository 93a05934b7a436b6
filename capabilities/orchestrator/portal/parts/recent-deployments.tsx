import { listDeployments } from '@paved/client';
import { entityHref, type EntityPartProps, Link, Loaded, Section, useCall } from '@paved/ui';
import { LIVE } from '../shapes.ts';
import { DeploymentTable } from './deployment-table.tsx';
import { useRuns } from './use-board.ts';

/** The last deployments. */
export function Part({ entity, entityRef }: EntityPartProps) {
  const runs = useRuns(entity, entityRef);
  const deployments = useCall(
    listDeployments,
    { query: { component: entityRef, limit: 6 } },
    { live: LIVE, concerns: (event) => event.subject === entityRef },
  );
  if (!runs) return null;
  return (
    <Section title="Recent deployments" more={<Link href={entityHref(entityRef, 'deployments')}>All deployments</Link>}>
      <Loaded query={deployments} what="Deployments">
        {(page) =>
          page.items.length === 0 ? (
            <p className="p-13 p-t2">Nothing was deployed yet. A push that passes its pipeline is deployed to the first environment.</p>
          ) : (
            <DeploymentTable items={page.items} />
          )
        }
      </Loaded>
    </Section>
  );
}
