import { PavedError, type JsonObject } from '@paved/kernel';

/** Reads `fields=`: dotted paths, parted by commas unless each is its own; undefined for all. */
export function parseFields(texts: readonly string[], form: 'parted' | 'each its own' = 'parted'): string[] | undefined {
  const fields = texts
    .flatMap((text) => (form === 'parted' ? text.split(',') : text))
    .map((field) => field.trim())
    .filter((field) => field !== '');
  for (const field of fields) {
    if (field.includes('['))
      throw new PavedError('invalid', `Invalid field "${field}", array type fields are not supported`, {
        fix: 'Name the whole list, for example metadata.tags.',
      });
  }
  return fields.length === 0 ? undefined : fields;
}

/**
 * The entity with only these fields, structure kept. Keys with dots in them (annotations) are found greedily; a number names an entry
 * of a list (`spec.targets.0`), which keeps its place.
 */
export function projectFields(entity: JsonObject, fields: readonly string[]): JsonObject {
  const result: JsonObject = {};
  for (const field of fields) {
    if (field.startsWith('relations.')) {
      addRelations(entity, result, field.slice('relations.'.length).toLowerCase());
      continue;
    }
    const path = locate(entity, field);
    if (path === undefined) continue;
    let from: JsonObject = entity;
    let to = result;
    path.forEach((key, i) => {
      if (i === path.length - 1) define(to, key, from[key] ?? null);
      else {
        if (!Object.hasOwn(to, key)) define(to, key, Array.isArray(from[key]) ? [] : {});
        to = to[key] as JsonObject;
        from = from[key] as JsonObject;
      }
    });
  }
  return result;
}

/** Ours: `relations.ownedBy` keeps the relations of one type, where `relations` would bring thousands of others. */
function addRelations(entity: JsonObject, result: JsonObject, type: string): void {
  const all = Array.isArray(entity['relations']) ? (entity['relations'] as { type: string }[]) : [];
  const before = Array.isArray(result['relations']) ? result['relations'] : [];
  define(result, 'relations', [...before, ...all.filter((relation) => relation.type.toLowerCase() === type)]);
}

const define = (object: JsonObject, key: string, value: unknown): void =>
  void Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });

/** The keys that lead to a dotted path, longest keys first. */
function locate(value: unknown, path: string): string[] | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  const object = value as JsonObject;
  // A list's `length` is no field of an entity.
  if (Object.hasOwn(object, path)) return Array.isArray(value) && !/^\d+$/.test(path) ? undefined : [path];
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const head = path.slice(0, dot);
    if (!Object.hasOwn(object, head)) continue;
    const rest = locate(object[head], path.slice(dot + 1));
    if (rest !== undefined) return [head, ...rest];
  }
  return undefined;
}
