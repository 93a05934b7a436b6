import { entityHref, Link, Loaded, Section, useData, type EntityPartProps } from '@paved/ui';
import { LIVE, type ListedDeployment } from '../shapes.ts';
import { DeploymentTable } from './deployment-table.tsx';

/** The last deployments. */
export function Part({ entityRef }: EntityPartProps) {
  const deployments = useData<{ items: readonly ListedDeployment[] }>('/api/orchestrator/deployments', {
    query: { component: entityRef, limit: 6 },
    live: LIVE,
    concerns: (event) => event.subject === entityRef,
  });
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
