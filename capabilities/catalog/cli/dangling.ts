import type { CliContext } from '@paved/client';
import { refOf, type Entity, type Page } from '@paved/kernel';

/** More entities than this are not read only to name what points to nothing. */
const MOST = 20_000;

/** One relation whose other end does not exist. */
export interface Dangling {
  readonly from: string;
  readonly type: string;
  readonly to: string;
}

/** Relations to entities that do not exist; undefined when the catalog is too large to look through for them. */
export async function danglingRelations(cli: CliContext, entities: number): Promise<Dangling[] | undefined> {
  if (entities > MOST) return undefined;
  const refs = new Set<string>();
  const relations: Dangling[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await cli.api.get<Page<Entity>>('/api/catalog/entities/by-query', {
      limit: 1000,
      ...(cursor === undefined ? { fields: 'kind,metadata.name,metadata.namespace,relations' } : { cursor }),
    });
    for (const entity of page.items) {
      const from = refOf(entity);
      refs.add(from);
      for (const { type, targetRef } of entity.relations ?? []) relations.push({ from, type, to: targetRef });
    }
    cursor = page.pageInfo.nextCursor;
    if (cursor === undefined) break;
  }
  return relations.filter(({ to }) => !refs.has(to));
}
