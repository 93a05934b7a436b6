import { canonicalJson, type Entity, type Json } from '@paved/kernel';
import { portableEntity } from './portable-entity.ts';

/** Paths (dotted) at which two versions of an entity differ, apart from what catalogs write themselves; at most ten. */
export function differences(theirs: Entity, ours: Entity): string[] {
  const found: string[] = [];
  const walk = (a: Json | undefined, b: Json | undefined, at: string): void => {
    if (found.length >= 10 || canonicalJson(a ?? null) === canonicalJson(b ?? null)) return;
    const both = [a, b].every((value) => value !== null && typeof value === 'object' && !Array.isArray(value));
    if (!both) return void found.push(at);
    const [left, right] = [a, b] as [Record<string, Json>, Record<string, Json>];
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) walk(left[key], right[key], at === '' ? key : `${at}.${key}`);
  };
  walk(portableEntity(theirs) as unknown as Json, portableEntity(ours) as unknown as Json, '');
  return found;
}

/** Refs of owners that entities name by their relations. */
export const ownersOf = (entity: Entity): string[] =>
  (entity.relations ?? []).filter((relation) => relation.type === 'ownedBy').map((relation) => relation.targetRef.toLowerCase());
