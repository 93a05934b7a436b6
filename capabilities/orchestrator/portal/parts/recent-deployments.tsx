import { listDeployments } from '@paved/client';
import { entityHref, type EntityPartProps, Link, Loaded, Section, useCall } from '@paved/ui';
import { LIVE } from '../shapes.ts';
import { DeploymentTable } from './deployment-table.tsx';

/** The last deployments. */
export function Part({ entityRef }: EntityPartProps) {
  const deployments = useCall(
    listDeployments,
    { query: { component: entityRef, limit: 6 } },
    { live: LIVE, concerns: (event) => event.subject === entityRef },
  );
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
