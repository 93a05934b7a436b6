import type { Health } from '@paved/kernel';
import type { Observation, WorkloadFacts } from '@paved/orchestrator';
import type { Instance } from './instance.ts';
import type { WorkloadRecord } from './record.ts';

/** What is known of a workload that is no job, as the orchestrator wants it. */
export function observeWorkload(record: WorkloadRecord, current: readonly Instance[] | undefined, starting: boolean): Observation {
  const inputs = record.current?.inputs ?? record.next?.inputs;
  const instances = current ?? [];
  const wanted = inputs?.class === 'static' ? 1 : Math.max(instances.length, 1);
  const ready =
    inputs?.class === 'static' && current !== undefined ? 1 : instances.filter((instance) => instance.state() === 'ready').length;
  const facts: WorkloadFacts = {
    instances: { ready, wanted },
    restarts: record.restarts,
    ...(record.lastExit === undefined ? {} : { lastExit: record.lastExit }),
  };
  const broken = instances.find((instance) => instance.state() !== 'ready');
  const reason = broken?.reason();
  let health: Health = 'healthy';
  if (current === undefined) health = starting ? 'progressing' : 'unknown';
  else if (ready === 0) health = instances.some((instance) => instance.crashes() >= 2) ? 'failed' : 'progressing';
  else if (ready < wanted) health = 'degraded';
  return { health, ...(health === 'healthy' || reason === undefined ? {} : { reason }), facts: JSON.parse(JSON.stringify(facts)) };
}
