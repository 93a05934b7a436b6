import type { Json } from '@paved/kernel';

/** One difference: the JSON Pointer of the field, what it was and what it is; a side that had nothing is left out. */
export interface Difference {
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
}

/** More differences than anybody reads become one for the whole field. */
const MOST = 200;

const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

const same = (a: Json | undefined, b: Json | undefined): boolean => {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => same(item, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]));
};

/** What differs between two documents, field by field. Lists of texts and numbers differ as a whole, lists of objects by place. */
export function differences(before: Json | undefined, after: Json | undefined): Difference[] {
  const found: Difference[] = [];
  const compare = (a: Json | undefined, b: Json | undefined, path: string): void => {
    if (same(a, b)) return;
    if (isObject(a) && isObject(b)) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
        compare(Object.hasOwn(a, key) ? a[key] : undefined, Object.hasOwn(b, key) ? b[key] : undefined, `${path}/${escaped(key)}`);
    } else if (Array.isArray(a) && Array.isArray(b) && [...a, ...b].every(isObject)) {
      for (let i = 0; i < Math.max(a.length, b.length); i++) compare(a[i], b[i], `${path}/${i}`);
    } else found.push({ path, ...(a === undefined ? {} : { before: a }), ...(b === undefined ? {} : { after: b }) });
  };
  compare(before, after, '');
  return found.length > MOST && before !== undefined && after !== undefined ? [{ path: '', before, after }] : found;
}
