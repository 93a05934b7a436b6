import type { Catalog } from '@paved/catalog';
import type { UnownedReason } from '../index.ts';
import { livingOwner, type Directory } from '../model/directory.ts';

/** Owners that entities name and nobody stands behind. */
export async function deadOwners(catalog: Catalog, directory: Directory): Promise<Map<string, UnownedReason>> {
  const named = await catalog.facet('relations.ownedBy');
  return new Map(
    named.flatMap(({ value }): [string, UnownedReason][] => {
      const living = livingOwner(directory, value);
      return living.living ? [] : [[value, living.reason]];
    }),
  );
}
