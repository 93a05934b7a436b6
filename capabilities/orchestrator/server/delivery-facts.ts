import { cdEventType, type Fact } from '@paved/delivery';
import type { JsonObject } from '@paved/kernel';
import type { DeploymentRow, ResourceRow } from './store.ts';

/** What a succeeded deployment adds to the record of deliveries. The same deployment gives the same ids. */
export function factsOf(
  done: DeploymentRow,
  previous: DeploymentRow | undefined,
  workload: ResourceRow | undefined,
  runId: string,
): Fact[] {
  const at = (done.ended_at ?? done.created_at).toISOString();
  const url = workload?.outputs?.['url'];
  const artifact = workload?.inputs?.['artifact'] as { digest?: string } | undefined;
  const content: JsonObject = {
    environment: { id: done.environment },
    ...(artifact?.digest === undefined ? {} : { artifactId: artifact.digest }),
    deployment: done.id,
    version: done.version,
    mode: done.mode,
    ...(done.set_id === null ? {} : { set: done.set_id }),
    ...(typeof url === 'string' ? { url } : {}),
    ...(previous === undefined
      ? {}
      : { previous: { version: previous.version, ...(previous.commit === null ? {} : { commit: previous.commit }) } }),
  };
  const common = {
    subjectId: done.component,
    entityRef: done.component,
    environment: done.environment,
    ...(done.commit === null ? {} : { commit: done.commit }),
    runId,
    at,
  };
  return [
    {
      id: `orchestrator/environment/${done.environment}`,
      type: cdEventType('environment.created'),
      subjectId: done.environment,
      content: { name: done.environment },
      environment: done.environment,
      at,
    },
    { ...common, id: `${done.id}/service`, type: cdEventType(nameOf(done, previous)), content },
  ];
}

function nameOf(
  done: DeploymentRow,
  previous: DeploymentRow | undefined,
): 'service.removed' | 'service.rolledback' | 'service.upgraded' | 'service.deployed' {
  if (done.mode === 'destroy') return 'service.removed';
  if (done.mode === 'rollback') return 'service.rolledback';
  return previous === undefined || previous.mode === 'destroy' ? 'service.deployed' : 'service.upgraded';
}
