import { audit } from '@paved/audit';
import { catalog } from '@paved/catalog';
import { facts } from '@paved/delivery';
import { defineCapability } from '@paved/host';
import { systemActor } from '@paved/kernel';
import { repositories } from '@paved/repositories';
import { hasEnded, RUN_CHANGED, runs } from '@paved/runs';
import { secrets } from '@paved/secrets';
import { orchestrator, type DriverFactory } from '../index.ts';
import { orchestratorKinds } from '../model/kinds.ts';
import { createParamsChecker } from '../model/params.ts';
import { createApplyNode } from './apply/apply-node.ts';
import { applyRun } from './apply/apply-run.ts';
import { createBookkeeping } from './apply/bookkeeping.ts';
import { destroyRun } from './apply/destroy-run.ts';
import { createRemoveNode } from './apply/remove-node.ts';
import { createDrivers, type Drivers } from './drivers.ts';
import { createLogStream } from './log-stream.ts';
import { deploymentsMigration } from './migrations/001-deployments.ts';
import { keptForMigration } from './migrations/002-kept-for.ts';
import { createObserve, driverInputOf } from './observe.ts';
import { createPlanning } from './planning.ts';
import { APPLY_RUN, CREATE, createRequests } from './requests.ts';
import { registerResourceRoutes } from './resource-routes.ts';
import { registerRoutes } from './routes.ts';
import { createService } from './service.ts';
import { createStore } from './store.ts';
import { createViews } from './views.ts';
import { builtInEntities, builtInOrigin, createWorld } from './world.ts';

/** Knows how things run. `drivers` are the ways things are made here, by the name that definitions use. */
export const orchestratorCapability = (options: { drivers: Readonly<Record<string, DriverFactory>> }) =>
  defineCapability({
    name: 'orchestrator',
    provides: orchestrator,
    needs: { catalog, runs, repositories, secrets, facts, audit },
    permissions: [
      { name: 'orchestrator.deployment.read', description: 'See environments, deployments, plans, resources and logs', role: 'viewer' },
      { name: CREATE, description: 'Deploy, roll back, promote and delete services', role: 'platform-engineer', owner: 'developer' },
    ],
    migrations: { '001_deployments': deploymentsMigration, '002_kept_for': keptForMigration },
    async create(ctx) {
      const { events, guard, log, needs, newId, now } = ctx;
      for (const kind of orchestratorKinds) needs.catalog.defineKind(kind);
      const store = createStore(ctx.db);
      const views = createViews(ctx.db);
      const world = createWorld({
        catalog: needs.catalog,
        secrets: needs.secrets,
        leftBehind: async (ref) => (await views.resources({ component: ref })).length > 0,
      });
      // Drivers tell about changes as soon as they exist, observing needs drivers: each reaches the other when it is called.
      let made: Drivers | undefined;
      const drivers = (): Drivers => made as Drivers;
      const observe = createObserve({ store, events, drivers, log, now });
      const logStream = createLogStream({ store, events, log });
      made = await createDrivers(ctx, options.drivers, {
        changed: observe.soon,
        lines: logStream.add,
        reveal: (ref, uid) => needs.secrets.reveal(ref, systemActor, `the driver starts ${uid} again`),
      });
      let adopted = (): void => {};
      const ready = new Promise<void>((resolve) => (adopted = resolve));

      const planning = createPlanning({ store, world, repositories: needs.repositories, drivers, checkParams: createParamsChecker() });
      const requests = createRequests({ store, world, planning, runs: needs.runs, audit: needs.audit, events, guard, now, newId });
      const bookkeeping = createBookkeeping({
        store,
        world,
        planning,
        observe,
        events,
        audit: needs.audit,
        facts: needs.facts,
        repositories: needs.repositories,
        log,
        now,
      });
      const nodes = {
        store,
        secrets: needs.secrets,
        events,
        drivers,
        observe,
        now,
        recall: bookkeeping.recall,
        ownersOf: (component: string) => needs.catalog.ownersOf(component),
      };
      needs.runs.define(applyRun({ bookkeeping, applyNode: createApplyNode(nodes), removeNode: createRemoveNode(nodes), ready }));
      needs.runs.define(destroyRun({ ...nodes, audit: needs.audit, ready }));
      const service = createService({ store, views, world, requests, runs: needs.runs, events, guard, drivers });

      return {
        service,
        routes(app) {
          const dataDirectory = ctx.config.data.directory;
          registerRoutes(app, { service, world, catalog: needs.catalog, dataDirectory });
          registerResourceRoutes(app, { service, world, dataDirectory });
        },
        handlers: [
          {
            name: 'ended-runs',
            types: [RUN_CHANGED],
            // A run that failed or was cancelled leaves its deployment to be closed here, also when its server died.
            async handle(event) {
              if (event.data['kind'] !== APPLY_RUN) return;
              const run = await needs.runs.get(event.subject);
              if (run === undefined || !hasEnded(run.status) || run.status === 'succeeded') return;
              const row = await store.byRun(run.id);
              if (row === undefined) return;
              const { message = 'It was cancelled.', fix } = run.error ?? {};
              await bookkeeping.ended(
                row,
                run.status === 'cancelled' ? 'cancelled' : 'failed',
                fix === undefined ? message : `${message} ${fix}`,
              );
            },
          },
        ],
        async start() {
          await needs.catalog.put(builtInEntities, builtInOrigin, systemActor);
          const alive = (await store.alive()).flatMap((row) =>
            row.state === null ? [] : [{ input: driverInputOf(row), state: row.state, driver: row.driver }],
          );
          for (const [name, driver] of drivers().all) {
            await driver.adopt?.(alive.filter((resource) => resource.driver === name).map(({ input, state }) => ({ input, state })));
          }
          adopted();
        },
        async listening() {
          for (const row of await store.alive()) observe.soon(row.uid);
        },
        async stop() {
          await observe.stop();
          await logStream.stop();
          for (const [, driver] of drivers().all) await driver.stop?.();
        },
      };
    },
  });
