import { formatRef, parseRef, type Actor, type Entity, type JsonObject, type Page } from '@paved/kernel';
import type { Database } from '@paved/host';
import type { Catalog, EntityQuery, SourceReader } from '../index.ts';
import { entityFilterToQuery } from '../model/predicate.ts';
import { putEntities, removeOfOrigin } from './entities-without-source.ts';
import { entitiesOf, toLocation, type Locations } from './locations.ts';
import { parseEntity, type Queries } from './lists/queries.ts';
import { findLocation, locationById } from './store.ts';
import type { SyncDeps } from './sync.ts';
import { confirmRemoval } from './syncing/confirm-removal.ts';
import * as views from './views.ts';

export interface ServiceDeps extends SyncDeps {
  readonly queries: Queries;
  readonly locations: Locations;
  readonly systemActor: Actor;
}

/** The catalog as other capabilities use it. */
export type CatalogService = Catalog & { add(reader: SourceReader): void };

const both = (query: JsonObject, predicate: JsonObject | undefined): JsonObject =>
  predicate === undefined ? query : Object.keys(query).length === 0 ? predicate : { $all: [query, predicate] };
const canonical = (ref: string): string => formatRef(parseRef(ref));

export function createService(deps: ServiceDeps): CatalogService {
  const inTransaction = <T>(tx: Database | undefined, work: (tx: Database) => Promise<T>): Promise<T> =>
    tx === undefined ? deps.db.transaction().execute(work) : work(tx);

  const query = async (asked: EntityQuery): Promise<Page<Entity>> => {
    const answer = await deps.queries.list({
      query: both(entityFilterToQuery(asked.filter ?? []), asked.predicate),
      order: asked.orderBy ?? [],
      ...(asked.fullText === undefined ? {} : { text: asked.fullText }),
      limit: asked.limit ?? 20,
      offset: asked.offset ?? 0,
      ...(asked.cursor === undefined ? {} : { cursor: asked.cursor }),
      total: asked.total ?? true,
    });
    return {
      items: answer.bodies.map(parseEntity),
      totalItems: answer.totalItems,
      pageInfo: {
        ...(answer.nextCursor === undefined ? {} : { nextCursor: answer.nextCursor }),
        ...(answer.prevCursor === undefined ? {} : { prevCursor: answer.prevCursor }),
      },
    };
  };

  return {
    add: (reader) => deps.sources.add(reader),
    defineKind: (kind) => deps.registry.define(kind),
    async get(ref) {
      const row = await deps.queries.byRef(canonical(ref));
      return row === undefined ? undefined : parseEntity(row.body);
    },
    async byRefs(refs) {
      if (refs.length === 0) return [];
      return (await deps.queries.byRefs(refs.map(canonical), {})).map((body) => (body === undefined ? undefined : parseEntity(body)));
    },
    query,
    facet: async (field, predicate = {}) => (await deps.queries.facets([field], predicate))[field] ?? [],
    ownedKinds: () => deps.registry.ownedKinds(),
    async ofKind(kind) {
      return (await deps.queries.all({ query: { kind }, order: [{ field: 'metadata.name', order: 'asc' }], offset: 0 })).map(parseEntity);
    },
    ownersOf: (ref) => views.owners(deps.db, canonical(ref)),
    groupsOf: (ref) => deps.queries.groupsOf(canonical(ref)),
    async addLocation(location, actor) {
      const { location: added, entityRefs, conflicts } = await deps.locations.add(location, actor);
      return { location: added, entityRefs, ...(conflicts.length === 0 ? {} : { conflicts }) };
    },
    removeLocation: (id, actor) => deps.locations.remove(id, actor),
    confirmRemoval: (locationId, actor) => confirmRemoval(deps, locationId, actor),
    async locationOf(ref) {
      const row = await locationOfRef(deps.db, canonical(ref));
      return row === undefined ? undefined : { location: toLocation(row), entityRefs: await entitiesOf(deps.db, row) };
    },
    async refresh(target) {
      const row =
        'ref' in target
          ? await locationOfRef(deps.db, canonical(target.ref))
          : ((await findLocation(deps.db, target)) ?? (await locationThrough(deps.db, target.target)));
      if (row !== undefined) await deps.locations.syncNow(row, deps.systemActor, { type: 'system', ref: 'refresh' });
    },
    put: (entities, origin, actor, tx) =>
      entities.length === 0 ? Promise.resolve() : inTransaction(tx, (inside) => putEntities(deps, inside, entities, origin, actor)),
    async remove(refs, origin, actor, tx) {
      if (refs.length > 0) await inTransaction(tx, (inside) => removeOfOrigin(deps, inside, refs.map(canonical), origin, actor));
    },
  };
}

/** The location that led to a file which is none itself, through a Location document. */
async function locationThrough(db: Database, url: string) {
  const id = await views.locationOfSource(db, `url:${url}`);
  return id === undefined ? undefined : locationById(db, id);
}

/** The location that an entity was read from. */
export async function locationOfRef(db: Database, ref: string) {
  const origin = await views.originOf(db, ref);
  return origin?.locationId === null || origin?.locationId === undefined ? undefined : locationById(db, origin.locationId);
}
