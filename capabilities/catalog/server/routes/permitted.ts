import type { Guard } from '@paved/host';
import { PavedError, type Actor, type JsonObject } from '@paved/kernel';
import { z } from 'zod';

/** Query parameter: only entities on which the caller holds this permission. */
export const permitted = z
  .string()
  .max(200)
  .optional()
  .describe('Only entities on which you hold this permission, for example catalog.entity.delete.');

/** The query, and of its entities those on which the actor holds the permission: what the guard would answer for each, pushed down. */
export function withPermission(guard: Guard, actor: Actor, query: JsonObject, permission: string | undefined): JsonObject {
  if (permission === undefined || permission === '') return query;
  if (!/^[a-z]+(\.[a-z_-]+)+$/.test(permission))
    throw new PavedError('invalid', `"${permission}" is not a permission.`, { fix: 'Name one, for example catalog.entity.delete.' });
  const reach = guard.reach(actor, permission);
  switch (reach.on) {
    case 'everything':
      return query;
    case 'owned':
      return { $all: [query, { 'relations.ownedBy': { $in: [...reach.ownerRefs] } }] };
    case 'nothing':
      return { $any: [] };
  }
}
