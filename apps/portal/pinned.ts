import { entityHref, nameOf, pinned, useData, type StatusName } from '@paved/ui';
import { worstHealth, type Health } from '@paved/kernel';

interface Workload {
  readonly component: string;
  readonly health: Health;
}

/** The pinned entities with the worst health of what runs of them. */
export function usePinned(): readonly { href: string; label: string; status: StatusName }[] {
  const refs = pinned.use();
  const workloads = useData<readonly Workload[]>('/api/orchestrator/workloads', {
    off: refs.length === 0,
    live: ['orchestrator.workload.changed'],
  });
  return refs.map((ref) => {
    const own = (workloads.data ?? []).filter((workload) => workload.component === ref);
    return { href: entityHref(ref), label: nameOf(ref), status: worstHealth(own.map((workload) => workload.health)) };
  });
}
