import type { JsonObject } from '@paved/kernel';
import type { Fact } from '../index.ts';

/** Versions of the CDEvents 0.5 event types that Paved emits. */
const versions = {
  'pipelinerun.queued': '0.3.0',
  'pipelinerun.started': '0.3.0',
  'pipelinerun.finished': '0.3.0',
  'taskrun.started': '0.3.0',
  'taskrun.finished': '0.3.0',
  'build.started': '0.3.0',
  'build.finished': '0.3.0',
  'testsuiterun.finished': '0.3.0',
  'artifact.packaged': '0.3.0',
  'artifact.signed': '0.3.0',
  'artifact.published': '0.3.0',
  'change.created': '0.4.0',
  'change.merged': '0.3.0',
  'repository.created': '0.3.0',
  'repository.deleted': '0.3.0',
  'environment.created': '0.3.0',
  'service.deployed': '0.3.0',
  'service.upgraded': '0.3.0',
  'service.rolledback': '0.3.0',
  'service.removed': '0.3.0',
} as const;

export type CdEventName = keyof typeof versions;

/** Full CDEvents type of a `subject.predicate`, for example `dev.cdevents.service.deployed.0.3.0`. */
export function cdEventType(name: CdEventName): string {
  return `dev.cdevents.${name}.${versions[name]}`;
}

/** A fact as the CDEvents document it stands for (context and subject per CDEvents 0.5; our joins in `customData`). */
export function toCdEvent(fact: Fact, source: string): JsonObject {
  const { entityRef, environment, commit, runId } = fact;
  return {
    context: { specversion: '0.5.0', id: fact.id, source, type: fact.type, timestamp: fact.at },
    subject: { id: fact.subjectId, content: fact.content },
    customData: Object.fromEntries(
      Object.entries({ entityRef, environment, commit, runId }).filter(([, value]) => value !== undefined),
    ) as JsonObject,
  };
}
