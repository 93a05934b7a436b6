import { worstHealth, type Health } from '@paved/kernel';
import { useData } from '@paved/ui';
import { useMemo } from 'react';

/** What runs of a component somewhere; the shape of `orchestrator`'s answer that lists need. */
export interface Workload {
  readonly component: string;
  readonly environment: string;
  readonly health: Health;
  readonly version?: string;
  readonly deployedAt?: string;
  readonly url?: string;
}

/** Health, version and time of everything that runs, by component; `undefined` until it is known. */
export function useWorkloads(): ReadonlyMap<string, { health: Health; workloads: readonly Workload[] }> | undefined {
  const answer = useData<readonly Workload[]>('/api/orchestrator/workloads', {
    live: ['orchestrator.workload.changed', 'orchestrator.deployment.changed'],
  });
  const { data, isPending } = answer;
  // The same map until the answer changes: whoever draws rows from it does not draw them for nothing.
  return useMemo(() => {
    if (isPending) return undefined;
    const grouped = Map.groupBy(data ?? [], (workload) => workload.component);
    return new Map(
      [...grouped].map(([component, workloads]) => [
        component,
        { health: worstHealth(workloads.map((workload) => workload.health)), workloads },
      ]),
    );
  }, [data, isPending]);
}
