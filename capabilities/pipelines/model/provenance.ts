import type { JsonObject } from '@paved/kernel';

export interface ProvenanceFacts {
  readonly artifact: { readonly name: string; readonly sha256: string };
  readonly repositoryUrl: string;
  readonly commit: string;
  readonly pipeline: string;
  readonly runUrl: string;
  readonly builderId: string;
  readonly trigger: string;
  readonly startedAt: string;
  readonly finishedAt: string;
}

export const PROVENANCE_PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** An in-toto v1 statement with SLSA v1 provenance. */
export function provenanceStatement(facts: ProvenanceFacts): JsonObject {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: facts.artifact.name, digest: { sha256: facts.artifact.sha256 } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'https://paved.dev/pipeline/v1alpha1',
        externalParameters: { repository: facts.repositoryUrl, pipeline: facts.pipeline, trigger: facts.trigger },
        resolvedDependencies: [{ uri: `git+${facts.repositoryUrl}`, digest: { gitCommit: facts.commit } }],
      },
      runDetails: {
        builder: { id: facts.builderId },
        metadata: { invocationId: facts.runUrl, startedOn: facts.startedAt, finishedOn: facts.finishedAt },
      },
    },
  };
}

/** What is signed in a DSSE envelope: `DSSEv1 <len> <type> <len> <payload>` (dsse protocol, PAE). */
export function preAuthenticationEncoding(payloadType: string, payload: string): string {
  const bytes = (text: string): number => [...text].reduce((sum, c) => sum + utf8Length(c.codePointAt(0) ?? 0), 0);
  return `DSSEv1 ${bytes(payloadType)} ${payloadType} ${bytes(payload)} ${payload}`;
}

const utf8Length = (point: number): number => (point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4);
