import type { Audit } from '@paved/audit';
import type { Catalog } from '@paved/catalog';
import type { CapabilityContext } from '@paved/host';
import type { ServiceRef } from '@paved/kernel';
import type { Accounts } from './accounts.ts';
import type { Actors } from './actors.ts';
import type { Credentials } from './credentials.ts';
import type { Store } from './store.ts';

/** What the services of this capability share. */
export interface AccessDeps extends Pick<
  CapabilityContext<{ audit: ServiceRef<Audit>; catalog: ServiceRef<Catalog> }>,
  'config' | 'db' | 'events' | 'now' | 'newId' | 'baseUrl' | 'log' | 'guard' | 'permissions'
> {
  readonly audit: Audit;
  readonly catalog: Catalog;
  readonly store: Store;
  readonly accounts: Accounts;
  readonly actors: Actors;
  readonly credentials: Credentials;
  /** Keyed digest, for things that must be compared but never read. */
  readonly digest: (text: string) => string;
}
