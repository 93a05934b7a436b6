import type { Entity } from '@paved/kernel';

/** Kinds with pages that say everything about them. */
const told = ['component', 'api', 'resource', 'system', 'domain', 'group', 'user', 'location', 'template', 'airesource', 'entitykind'];

const isTold = (entity: Entity): boolean => told.includes(entity.kind.toLowerCase());

/** Whether only the kind's declaration knows what there is to say: its fields are the page. */
export const isDeclared = (entity: Entity): boolean => !isTold(entity);

/** Whether computed properties stand beside what the page says anyway. */
export const hasComputed = (entity: Entity): boolean => isTold(entity) && entity.status?.computed !== undefined;
