import type { KeptData, Removal } from './model/removal.ts';

export type { KeptData, Removal, RemovedEnvironment, RemovedNode } from './model/removal.ts';

/** The kind of run that imports a repository as a service. Its output is `ImportOutput`. */
export const IMPORT_RUN = 'services.service.import';
/** The kind of run that deletes a service. */
export const DELETE_RUN = 'services.service.delete';

/** What an import ends with. */
export interface ImportOutput {
  readonly slug: string;
  /** Canonical ref; absent when its catalog file describes no Component. */
  readonly component?: string;
  /** Where it answers, when a pipeline deployed it. */
  readonly url?: string;
  /** The pipeline's run, when one matched. */
  readonly pipelineRunId?: string;
  /** Sentences: what was found, kept, left out. */
  readonly notes: readonly string[];
}

/** `GET /api/services/removal`: what deleting takes away; `digest` says yes to exactly this. */
export interface RemovalPreview extends Removal {
  readonly digest: string;
}

/** `GET /api/services/kept`: data whose service is gone, or does not use it any more. */
export interface Kept extends KeptData {
  readonly component: string;
  /** Who deleted the service, when; absent when only the resource was taken out of it. */
  readonly deleted?: { readonly at: string; readonly by: { readonly ref: string; readonly displayName: string }; readonly runId: string };
  readonly ownerRefs: readonly string[];
  readonly keptAt: string;
  /** Whether the reader may destroy it. */
  readonly mayDestroy: boolean;
}
