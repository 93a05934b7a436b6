import { listRuns } from '@paved/client';
import { type EntityTabProps, Loaded, State, useCall } from '@paved/ui';
import { IconPlayerPlay } from '@tabler/icons-react';
import { RunTable } from '../parts/run-table.tsx';
import { RUN_EVENTS } from '../run-shape.ts';

/** The runs that were about this entity. */
export function Tab({ entityRef }: EntityTabProps) {
  const runs = useCall(listRuns, { query: { subject: entityRef, limit: 50 } }, { live: RUN_EVENTS });
  return (
    <Loaded query={runs} what="Runs">
      {(page) =>
        page.items.length === 0 ? (
          <State icon={IconPlayerPlay} title="No runs yet">
            Pipelines, deployments and actions on this appear here with their steps and log.
          </State>
        ) : (
          <RunTable runs={page.items} keys />
        )
      }
    </Loaded>
  );
}
