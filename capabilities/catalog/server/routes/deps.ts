import type { Guard } from '@paved/host';
import type { TimeTravel } from '../history/time-travel.ts';
import type { Locations } from '../locations.ts';
import type { Queries } from '../lists/queries.ts';
import type { SortedLists } from '../lists/sorted/sorted-lists.ts';
import type { SavedViews } from '../saved-views/saved-views.ts';
import type { CatalogService } from '../service.ts';
import type { CountedOwners } from '../statistics/owner-figures.ts';
import type { SyncDeps } from '../sync.ts';
import type { Watch } from '../watch.ts';

export interface RouteDeps extends SyncDeps {
  readonly queries: Queries;
  /** Reads with `?at=` ask the moment it gives instead of the present. */
  readonly past: TimeTravel;
  readonly sorted: SortedLists;
  readonly owners: CountedOwners;
  readonly savedViews: SavedViews;
  readonly locations: Locations;
  readonly service: CatalogService;
  readonly watch: Watch;
  readonly guard: Guard;
  /** Aborted when the server begins to stop. */
  readonly ending: AbortSignal;
}
