import path from 'node:path';
import { defineCapability } from '@paved/host';
import { messageOf, parseDuration, systemActor } from '@paved/kernel';
import { audit } from '@paved/audit';
import { runs } from '@paved/runs';
import { z } from 'zod';
import { catalog } from '../index.ts';
import { createKindRegistry } from '../model/kind-registry.ts';
import { createLocations, SYNC_RUN } from './locations.ts';
import { createDocumentChecks } from './document-checks.ts';
import { computing } from './computed/computing.ts';
import { createKinds } from './kinds/kinds.ts';
import { declaring } from './kinds/declaring.ts';
import { syncing } from './migrations/050-syncing.ts';
import { kinds as kindTables } from './migrations/040-kinds.ts';
import { entities } from './migrations/001-entities.ts';
import { history } from './migrations/002-history.ts';
import { savedViews } from './migrations/030-saved-views.ts';
import { providers as providerTables } from './migrations/020-providers.ts';
import { computedPast } from './migrations/070-computed-past.ts';
import { words } from './migrations/080-words.ts';
import { besidePast } from './migrations/090-beside-past.ts';
import { textBlocks } from './migrations/100-text-blocks.ts';
import { staleEntities } from './migrations/110-stale.ts';
import { pastEntity } from './migrations/111-past-entity.ts';
import { permissions } from './permissions.ts';
import { createProviders } from './providers/providers.ts';
import { addProviderRoutes } from './providers/routes.ts';
import { scheduleSweep } from './history/retention.ts';
import { createTimeTravel } from './history/time-travel.ts';
import { createQueries } from './lists/queries.ts';
import { createSortedLists } from './lists/sorted/sorted-lists.ts';
import { createTextIndex } from './lists/text/text-index.ts';
import { createPolling } from './polling.ts';
import { sourceState } from './migrations/060-source-state.ts';
import { readingLog } from './reading/run-log.ts';
import { createSourceReads } from './reading/source-reads.ts';
import { noteConfigured } from './reading/store.ts';
import { createSavedViews } from './saved-views/saved-views.ts';
import { removeOrphans } from './orphans/remove-orphans.ts';
import { openSources } from './reading/open-sources.ts';
import { addRoutes } from './routes/index.ts';
import { createService, type CatalogService } from './service.ts';
import { createFigures } from './statistics/figures.ts';
import { createOwnerFigures } from './statistics/owner-figures.ts';
import { allLocations, ensureLocation, type LocationRow } from './store.ts';
import { createWatch } from './watch.ts';

/** Knows what exists: entities from files, folders, repositories and the store, in Backstage's shapes. */
export const catalogCapability = defineCapability({
  name: 'catalog',
  provides: catalog,
  needs: { audit, runs },
  permissions,
  migrations: {
    '001_entities': entities,
    '002_history': history,
    '020_providers': providerTables,
    '030_saved_views': savedViews,
    '040_kinds': kindTables,
    '050_syncing': syncing,
    '060_source_state': sourceState,
    '070_computed_past': computedPast,
    '080_words': words,
    '090_beside_past': besidePast,
    '100_text_blocks': textBlocks,
    '110_stale': staleEntities,
    '111_past_entity': pastEntity,
  },
  create(context) {
    const { db, events, log, now, needs } = context;
    const startedAt = now();
    const registry = createKindRegistry();
    const { rules, locations: configuredSources, reading, removals, orphans } = context.config.catalog;
    const { sources, tidy } = openSources({
      settings: reading,
      dataDir: context.dataDir,
      platformData: context.config.data.directory,
      now,
    });
    const base = {
      db,
      events,
      log,
      now,
      sources,
      registry,
      kinds: createKinds({ db, log, registry }),
      rules: {
        rules,
        locations: configuredSources.map((one) => (isLocalFile(one.type) ? { ...one, target: path.resolve(one.target) } : one)),
      },
      orphans,
      removals: { share: removals.share, entities: removals.count },
      audit: needs.audit,
    };
    const reads = createSourceReads({ ...base, intervalMs: parseDuration(context.config.catalog.pollInterval), chance: Math.random });
    const locations = createLocations({ ...base, runs: needs.runs, reads });
    const textIndex = createTextIndex(db, log);
    const queries = createQueries(db, 'present', textIndex);
    let forgetTexts = (): void => {};
    const sorted = createSortedLists(db);
    const figures = createFigures(db);
    const owners = createOwnerFigures({ ...base, queries, figures });
    const past = createTimeTravel({
      db,
      now,
      queries,
      sorted,
      figures,
      queriesOf: (then) => createQueries(then, 'past'),
      sortedOf: (then) => createSortedLists(then, 'past'),
      figuresOf: (then) => createFigures(then, 'past'),
    });
    const views = createSavedViews({ db, events, audit: needs.audit, guard: context.guard, now });
    const service: CatalogService = createService({ ...base, queries, locations, systemActor });
    const providers = createProviders({ ...base, runs: needs.runs, locations });
    const watch = createWatch(base, locations);
    const computed = computing({ ...base, ending: context.signal });
    const declared = declaring({ ...base, ending: context.signal }, locations, computed);
    const polling = createPolling({ ...base, reads }, locations);

    needs.runs.define({
      kind: SYNC_RUN,
      input: z.object({ locationId: z.string(), target: z.string() }),
      title: (input) => `Read ${input.target}`,
      plan: () => [{ id: 'read', title: 'Read and store' }],
      concurrency: { key: (input) => input.locationId, perKey: 1 },
      execute: (run) =>
        run.step('read', { title: 'Read and store', retries: { attempts: 2, delayMs: 500 } }, async (step) => {
          const outcome = await locations.execute(run.input.locationId, run.actor, { run: run.id, cause: run.cause });
          if ('gone' in outcome) step.log('The source was removed meanwhile.');
          else for (const { text, bad } of await readingLog(db, run.input.locationId, outcome)) step.log(text, bad ? 'stderr' : 'stdout');
          return outcome;
        }),
    });

    scheduleSweep({ db, now, keep: context.config.catalog.history.keep, runs: needs.runs });

    const configured = async (): Promise<LocationRow[]> => {
      const rows: LocationRow[] = [];
      for (const { type, target } of context.config.catalog.locations) {
        const absolute = isLocalFile(type) ? path.resolve(target) : target;
        rows.push(
          (await ensureLocation(db, { type, target: absolute, origin: 'config', createdBy: systemActor.ref, kinds: null }, now())).location,
        );
      }
      return rows;
    };

    return {
      service: { ...service, ...providers.contract, ...owners.contract, ...createDocumentChecks(base), pollSources: () => polling.round() },
      handlers: [declared.handler, computed.handler],
      routes(app) {
        addProviderRoutes(app, providers);
        addRoutes(app, {
          ...base,
          queries,
          past,
          sorted,
          owners,
          savedViews: views,
          locations,
          service,
          watch,
          guard: context.guard,
          ending: context.signal,
        });
      },
      async listening() {
        await declared.start();
        await noteConfigured(
          db,
          (await configured()).map((row) => row.id),
          now(),
        );
        for (const row of await allLocations(db)) {
          // Discovered places are their provider's: it knows which of them changed.
          if (row.origin.startsWith('provider:')) continue;
          const last = await reads.last(row.id);
          // What was read before is asked when its time comes, or at once when kinds or rules are others now; a file only when no server
          // that starts at the same time read it meanwhile. Those that are about to both start the run that follows the last one.
          const current = row.syncedAt !== null && last.judgedBy === reads.judgedBy();
          if (current && (row.type === 'url' || row.type === 'git' || (last.readAt !== null && last.readAt >= startedAt))) continue;
          await locations
            .syncNow(row, systemActor, { type: 'system', ref: 'start' }, ['start', last.runId, reads.judgedBy()].join('\n'))
            .catch((error: unknown) =>
              log.warn({ location: `${row.type}:${row.target}`, reason: messageOf(error) }, 'A source could not be read.'),
            );
        }
        if (orphans === 'remove') await removeOrphans(base, systemActor);
        await tidy();
        await providers.listening();
        await watch.start();
        polling.start();
        forgetTexts = textIndex.follow(events);
      },
      async drain() {
        forgetTexts();
        declared.stop();
        await computed.stop();
        providers.stop();
        await polling.stop();
        await watch.stop();
      },
    };
  },
});

const isLocalFile = (type: string): boolean => type === 'file' || type === 'directory';
