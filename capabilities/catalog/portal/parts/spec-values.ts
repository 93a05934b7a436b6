import type { Entity, Json } from '@paved/kernel';

/** Fields of spec that another part of the page shows in its own way. */
const shown = new Set([
  'owner',
  'system',
  'domain',
  'type',
  'lifecycle',
  'dependsOn',
  'dependencyOf',
  'providesApis',
  'consumesApis',
  'subcomponentOf',
  'subdomainOf',
  'definition',
  'remotes',
  'profile',
  'parent',
  'children',
  'members',
  'memberOf',
  'parameters',
  'steps',
  'output',
  'presence',
]);

/** Fields of spec that no other part shows, in the order of the document; companies keep facts of their own there. */
export const otherFields = (entity: Pick<Entity, 'spec'>): readonly (readonly [field: string, value: Json])[] =>
  Object.entries(entity.spec ?? {}).filter(
    (entry): entry is [string, Json] => !shown.has(entry[0]) && entry[1] !== undefined && entry[1] !== null && entry[1] !== '',
  );

/** `retentionDays` is "Retention days". */
export function fieldWords(name: string): string {
  const text = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[-_]/g, ' ')
    .toLowerCase();
  return (text.charAt(0).toUpperCase() + text.slice(1)).replace(/\b(api|url|id)\b/gi, (word) => word.toUpperCase());
}
