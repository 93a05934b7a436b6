import type { Entity } from '@paved/kernel';

/** Kinds with pages that say everything about them. */
const told = ['component', 'api', 'resource', 'system', 'domain', 'group', 'user', 'location', 'template', 'airesource', 'entitykind'];

/** Whether there may be something to say that only the kind's declaration knows: its own fields, or computed properties. */
export const hasFacts = (entity: Entity): boolean => entity.status?.computed !== undefined || !told.includes(entity.kind.toLowerCase());
