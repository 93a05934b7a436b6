import type { Entity } from '@paved/kernel';
import { capital } from '@paved/ui';
import { relationWord } from '../graph/catalog-graph.ts';

/** One relation of an entity with everything at its other end. */
export interface RelationGroup {
  readonly type: string;
  /** "Needed by". */
  readonly title: string;
  readonly refs: readonly string[];
}

/** Titles of relations as the page of an entity says them, in their order: what it is in, what it needs, what needs it. */
const titles: Readonly<Record<string, string>> = {
  partOf: 'Part of',
  hasPart: 'Parts',
  dependsOn: 'Depends on',
  consumesApi: 'Calls',
  providesApi: 'Provides',
  apiProvidedBy: 'Provided by',
  apiConsumedBy: 'Called by',
  dependencyOf: 'Needed by',
  childOf: 'Part of',
  parentOf: 'Teams below',
  memberOf: 'Member of',
  hasMember: 'Members',
};
const order = Object.keys(titles);
/** Said by the head of the page and by its ownership. */
const elsewhere = new Set(['ownedBy', 'ownerOf']);

/** The relations of an entity, by what they say; those of declared kinds come first, in the order of the document. */
export function relationGroups(entity: Pick<Entity, 'relations'>): readonly RelationGroup[] {
  const groups = new Map<string, Set<string>>();
  for (const { type, targetRef } of entity.relations ?? []) {
    if (elsewhere.has(type)) continue;
    const known = groups.get(type);
    if (known === undefined) groups.set(type, new Set([targetRef]));
    else known.add(targetRef);
  }
  return [...groups]
    .map(([type, refs]) => ({ type, title: titles[type] ?? capital(relationWord(type)), refs: [...refs] }))
    .toSorted((a, b) => order.indexOf(a.type) - order.indexOf(b.type));
}
