import type { OwnerSet } from '@paved/catalog';
import type { UnownedReason } from '../index.ts';
import { livingOwner, type Directory } from '../model/directory.ts';

/** Owners that entities name and nobody stands behind. */
export function deadOwners(sets: readonly OwnerSet[], directory: Directory): Map<string, UnownedReason> {
  const dead = new Map<string, UnownedReason>();
  for (const owner of new Set(sets.flatMap(({ owners }) => owners))) {
    const living = livingOwner(directory, owner);
    if (!living.living) dead.set(owner, living.reason);
  }
  return dead;
}
