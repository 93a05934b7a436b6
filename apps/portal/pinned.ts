import { listWorkloads } from '@paved/client';
import { entityHref, nameOf, pinned, type StatusName, useCall } from '@paved/ui';
import { worstHealth } from '@paved/kernel';

/** The pinned entities with the worst health of what runs of them. */
export function usePinned(): readonly { href: string; label: string; status: StatusName }[] {
  const refs = pinned.use();
  const workloads = useCall(listWorkloads, undefined, {
    off: refs.length === 0,
    live: ['orchestrator.workload.changed'],
  });
  return refs.map((ref) => {
    const own = (workloads.data ?? []).filter((workload) => workload.component === ref);
    return { href: entityHref(ref), label: nameOf(ref), status: worstHealth(own.map((workload) => workload.health)) };
  });
}
