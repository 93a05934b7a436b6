import { entityHref, type EntityPartProps, Link, Loaded, Section } from '@paved/ui';
import { DeploymentTable } from './deployment-table.tsx';
import { useDeployments, useRuns } from './use-board.ts';

const SHOWN = 6;

/** The last deployments. */
export function Part({ entity, entityRef }: EntityPartProps) {
  const runs = useRuns(entity, entityRef);
  const deployments = useDeployments(entityRef, runs);
  if (!runs) return null;
  return (
    <Section title="Recent deployments" more={<Link href={entityHref(entityRef, 'deployments')}>All deployments</Link>}>
      <Loaded query={deployments} what="Deployments">
        {(page) =>
          page.items.length === 0 ? (
            <p className="p-13 p-t2">Nothing was deployed yet. A push that passes its pipeline is deployed to the first environment.</p>
          ) : (
            <DeploymentTable items={page.items.slice(0, SHOWN)} />
          )
        }
      </Loaded>
    </Section>
  );
}
