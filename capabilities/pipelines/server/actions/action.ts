import type { Actor, Entity } from '@paved/kernel';
import type { Logger } from '@paved/host';
import type { StepContext } from '@paved/runs';
import type { StoredArtifact } from '../../index.ts';
import type { ArtifactStore } from '../artifact-store.ts';

/** What an action of a pipeline gets. */
export interface ActionContext {
  readonly runId: string;
  readonly step: StepContext;
  readonly actor: Actor;
  /** The checkout. */
  readonly folder: string;
  readonly repository: string;
  readonly repositoryUrl: string;
  readonly commit: string;
  readonly branch: string;
  readonly trigger: string;
  readonly pipeline: string;
  readonly startedAt: string;
  /** From the repository's catalog-info.yaml. */
  readonly component: Entity | undefined;
  readonly store: ArtifactStore;
  readonly log: Logger;
  /** What earlier steps of this run produced. */
  readonly artifact: StoredArtifact | undefined;
  readonly sbom: string | undefined;
}

/** What an action leaves for later steps and for people. */
export interface ActionOutput {
  readonly artifact?: StoredArtifact;
  readonly sbom?: string;
  /** Small facts for the run page. */
  readonly facts: Readonly<Record<string, string | number>>;
}

/** One thing that `uses:` can name. */
export interface PipelineAction {
  readonly id: string;
  readonly description: string;
  /** Why there is nothing to do for it now, as a sentence: its step is skipped then. */
  readonly needless?: (
    inputs: Readonly<Record<string, unknown>>,
    context: Pick<ActionContext, 'folder' | 'component'>,
  ) => Promise<string | undefined>;
  readonly execute: (inputs: Readonly<Record<string, unknown>>, context: ActionContext) => Promise<ActionOutput>;
}
