import type { Entity } from '@paved/kernel';

/**
 * What stands at a dotted path of an entity: `spec.type`, `metadata.annotations.backstage.io/source-location` (keys with dots are
 * found greedily), `relations.ownedBy` (the targets), `computed.tier`. Undefined when nothing is there.
 */
export function valueAt(entity: Entity, path: string): unknown {
  if (path.startsWith('relations.')) {
    const type = path.slice('relations.'.length).toLowerCase();
    const targets = (entity.relations ?? [])
      .filter((relation) => relation.type.toLowerCase() === type)
      .map((relation) => relation.targetRef);
    return targets.length === 0 ? undefined : targets;
  }
  // Computed properties stand in `status`, and are named without it, as filters name them.
  return path.startsWith('computed.') ? find(entity.status ?? {}, path) : find(entity, path);
}

function find(value: unknown, path: string): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  const object = value as Readonly<Record<string, unknown>>;
  if (Object.hasOwn(object, path)) return object[path];
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const head = path.slice(0, dot);
    if (!Object.hasOwn(object, head)) continue;
    const found = find(object[head], path.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A value as one text: lists joined by commas, anything deeper as JSON, nothing as ''. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
