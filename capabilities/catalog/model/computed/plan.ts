import type { Problem } from '@paved/kernel';
import { compileExpression } from './expression.ts';
import type { ComputedProperty, PathStep } from './property.ts';

/** A property of a kind, as an EntityKind declares it. */
export interface Declared {
  /** Lower case. */
  readonly kind: string;
  /** As people write it. */
  readonly kindTitle: string;
  readonly property: ComputedProperty;
  /** The EntityKind's reference. */
  readonly by: string;
}

/** A property with what decides when its value is due again. */
export interface Planned extends Declared {
  /** `kind.name`, the name in lower case as search keys have it. */
  readonly id: string;
  readonly through: readonly PathStep[];
  /** Computed properties (ids) of the entity itself, and of the related ones, that it reads. */
  readonly readsOwn: readonly string[];
  readonly readsRelated: readonly string[];
  /** Whether the entity or the related ones must be loaded to evaluate it. */
  readonly usesEntity: boolean;
  readonly usesRelated: boolean;
}

const idOf = (kind: string, name: string): string => `${kind}.${name.toLowerCase()}`;
const nameOf = (one: Declared): string => `${one.kindTitle}.${one.property.name}`;

/** All properties, each after those it reads; or the circle that makes that impossible. */
export function planOf(declared: readonly Declared[]): { readonly order: readonly Planned[] } | { readonly circle: readonly string[] } {
  const planned = declared.map((one) => analysed(one, declared));
  const byId = new Map(planned.map((one) => [one.id, one]));
  const order: Planned[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const path: Planned[] = [];
  const visit = (one: Planned): readonly string[] | undefined => {
    if (state.get(one.id) === 'done') return undefined;
    if (state.get(one.id) === 'open') return [...path.slice(path.indexOf(one)), one].map(nameOf);
    state.set(one.id, 'open');
    path.push(one);
    for (const id of [...one.readsOwn, ...one.readsRelated]) {
      const next = byId.get(id);
      const circle = next === undefined ? undefined : visit(next);
      if (circle !== undefined) return circle;
    }
    path.pop();
    state.set(one.id, 'done');
    order.push(one);
    return undefined;
  };
  for (const one of planned) {
    const circle = visit(one);
    if (circle !== undefined) return { circle };
  }
  return { order };
}

function analysed(one: Declared, all: readonly Declared[]): Planned {
  const { computation } = one.property;
  const texts =
    computation.type === 'calculated'
      ? [computation.value]
      : computation.type === 'mirrored'
        ? [computation.value]
        : [computation.value, computation.where].filter((text) => text !== undefined);
  const own = new Set<string>();
  const related = new Set<string>();
  let usesEntity = false;
  let usesRelated = false;
  const through = computation.type === 'calculated' ? [] : computation.through;
  const end = through.at(-1)?.kind;
  for (const text of texts) {
    const expression = compileExpression(text, computation.type === 'calculated' ? ['entity'] : ['it', 'entity']);
    if ('problem' in expression) continue;
    usesEntity ||= expression.uses.entity;
    usesRelated ||= expression.uses.it;
    for (const name of expression.reads.entity) own.add(idOf(one.kind, name));
    // Without a kind at the end of the path, any kind's property of that name may be the one.
    for (const name of expression.reads.it) {
      for (const other of all) {
        if (other.property.name.toLowerCase() === name.toLowerCase() && (end === undefined || end === other.kind))
          related.add(idOf(other.kind, name));
      }
    }
  }
  return {
    ...one,
    id: idOf(one.kind, one.property.name),
    through,
    readsOwn: [...own],
    readsRelated: [...related],
    usesEntity,
    usesRelated,
  };
}

/** What is wrong with one EntityKind's properties beside those of the others: names taken twice, and circles. */
export function planProblems(mine: readonly Declared[], others: readonly Declared[], at: string): Problem[] {
  const problems: Problem[] = [];
  const theirs = new Map(others.map((other) => [idOf(other.kind, other.property.name), other]));
  mine.forEach((one, i) => {
    const taken = theirs.get(idOf(one.kind, one.property.name));
    if (taken !== undefined)
      problems.push({
        at: `${at}/${i}/name`,
        message: `${nameOf(one)} is already computed by ${taken.by}.`,
        fix: 'Rename it, or change it there.',
      });
  });
  if (problems.length > 0) return problems;
  const plan = planOf([...others, ...mine]);
  if ('circle' in plan)
    problems.push({
      at,
      message: `The computed properties go in a circle: ${plan.circle.join(' → ')}.`,
      fix: 'Let one of them read fields of spec instead of a computed property.',
    });
  return problems;
}
