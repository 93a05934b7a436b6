import type { App } from '@paved/host';
import { addBulkRoutes } from '../bulk/routes.ts';
import { addHistoryRoutes } from '../history/versions/routes.ts';
import { addComputedRoutes } from '../computed/routes.ts';
import { addKindRoutes } from '../kinds/routes.ts';
import { addSavedViewRoutes } from '../saved-views/routes.ts';
import { addCheckingRoutes } from './checking.ts';
import type { RouteDeps } from './deps.ts';
import { addEntityRoutes } from './entities.ts';
import { addInsightRoutes } from './insight.ts';
import { addListPageRoutes } from './list-page.ts';
import { addListRoutes } from './lists.ts';
import { addProblemRoutes } from './problems.ts';
import { addRemovalRoutes } from './removals.ts';
import { addSourceRoutes } from './sources.ts';
import { addOrphanRoutes } from '../orphans/routes.ts';
import { addLocationRoutes } from './locations.ts';
import { addStatisticsRoute } from '../statistics/routes.ts';
import { addWatchRoute } from '../watching/routes.ts';

export function addRoutes(app: App, deps: RouteDeps): void {
  addEntityRoutes(app, deps);
  addListRoutes(app, deps);
  addListPageRoutes(app, deps);
  addSavedViewRoutes(app, deps);
  addBulkRoutes(app, deps);
  addLocationRoutes(app, deps);
  addSourceRoutes(app, deps);
  addProblemRoutes(app, deps);
  addRemovalRoutes(app, deps);
  addOrphanRoutes(app, deps);
  addCheckingRoutes(app, deps);
  addInsightRoutes(app, deps);
  addKindRoutes(app, deps);
  addComputedRoutes(app, deps);
  addHistoryRoutes(app, deps);
  addWatchRoute(app, deps);
  addStatisticsRoute(app, deps);
}
