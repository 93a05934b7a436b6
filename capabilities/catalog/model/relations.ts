import { formatRef, messageOf, parseRef, refOf, type Entity, type JsonObject, type Problem } from '@paved/kernel';
import { MAX_PROBLEMS } from './field-rules.ts';
import type { KindRelation } from './kind-registry.ts';

/** One edge, kept once: the target shows it under `reverse`, so both ends always agree. */
export interface Edge {
  readonly from: string;
  readonly type: string;
  readonly to: string;
  readonly reverse: string;
}

/** The edges an entity's spec makes, and what is wrong with its references. Left-out parts default to the holder's namespace and the field's kind. */
export function edgesOf(entity: Entity, relations: readonly KindRelation[]): { edges: Edge[]; problems: Problem[] } {
  const from = refOf(entity);
  const namespace = entity.metadata.namespace ?? 'default';
  const edges = new Map<string, Edge>();
  const problems: Problem[] = [];
  for (const relation of relations) {
    for (const { at, text } of textsAt(entity.spec, relation.field)) {
      if (problems.length >= MAX_PROBLEMS) break;
      // oxlint-disable-next-line no-control-regex -- that is what is looked for
      if (/[\u0000-\u001f]/.test(text)) {
        problems.push({ at, message: `The reference ${JSON.stringify(text)} holds a control character.`, fix: 'Leave it out.' });
        continue;
      }
      try {
        const to = formatRef(parseRef(text, { namespace, ...(relation.defaultKind === undefined ? {} : { kind: relation.defaultKind }) }));
        edges.set(`${relation.type} ${to}`, { from, type: relation.type, to, reverse: relation.reverse });
      } catch (error) {
        problems.push({
          at,
          message: messageOf(error),
          fix:
            relation.defaultKind === undefined
              ? `Write the kind too, for example component:${text.replace(/^[:/]+/, '') || 'name'}.`
              : `Write it as ${relation.defaultKind}:${namespace}/name.`,
        });
      }
    }
  }
  return { edges: [...edges.values()], problems };
}

/** Texts at a dotted path of the spec; lists on the way are gone through. */
export function textsAt(spec: JsonObject | undefined, field: string): { at: string; text: string }[] {
  let here: { at: string; value: unknown }[] = [{ at: '/spec', value: spec }];
  const spread = (): void => {
    here = here.flatMap(({ at, value }) =>
      Array.isArray(value) ? value.map((item: unknown, i) => ({ at: `${at}/${i}`, value: item })) : [{ at, value }],
    );
  };
  for (const part of field.split('.')) {
    spread();
    here = here.flatMap(({ at, value }) =>
      value !== null && typeof value === 'object' && Object.hasOwn(value, part)
        ? [{ at: `${at}/${part}`, value: (value as Record<string, unknown>)[part] }]
        : [],
    );
  }
  spread();
  return here.flatMap(({ at, value }) => (typeof value === 'string' ? [{ at, text: value }] : []));
}

/** Backstage sorts the texts of relation lists, so that their order never counts as a change. */
export function withSortedRelationLists(entity: Entity, relations: readonly KindRelation[]): Entity {
  if (entity.spec === undefined) return entity;
  const sorted: JsonObject = {};
  for (const { field } of relations) {
    const value = entity.spec[field];
    if (Array.isArray(value) && value.length > 1 && value.every((v) => typeof v === 'string')) sorted[field] = [...value].sort();
  }
  return Object.keys(sorted).length === 0 ? entity : { ...entity, spec: { ...entity.spec, ...sorted } };
}
