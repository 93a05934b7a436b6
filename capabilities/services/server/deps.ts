import type { Audit } from '@paved/audit';
import type { Catalog } from '@paved/catalog';
import type { Guard, Keyring } from '@paved/host';
import type { Orchestrator } from '@paved/orchestrator';
import type { Pipelines } from '@paved/pipelines';
import type { Scm } from '@paved/repositories';
import type { Runs } from '@paved/runs';
import type { Secrets } from '@paved/secrets';
import type { Store } from './store.ts';

/** What the work of this capability stands on. */
export interface ServicesDeps {
  readonly store: Store;
  readonly audit: Audit;
  readonly catalog: Catalog;
  readonly orchestrator: Orchestrator;
  readonly pipelines: Pipelines;
  readonly repositories: Scm;
  readonly runs: Runs;
  readonly secrets: Secrets;
  readonly guard: Guard;
  readonly keyring: Keyring;
  readonly now: () => Date;
  readonly newId: (prefix: string) => string;
}
