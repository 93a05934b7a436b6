/*
 * All that a capability outside this repository is written with. What is exported here stays; what is not is ours to change.
 */
export {
  defineCapability,
  newId,
  pageOf,
  problemSchema,
  type App,
  type Capability,
  type CapabilityContext,
  type CapabilityInstance,
  type Database,
  type EventHandler,
  type Events,
  type Guard,
  type Logger,
  type NewEvent,
  type PlatformEvent,
} from '@paved/host';
export {
  formatDuration,
  formatRef,
  hasRole,
  isPavedError,
  messageOf,
  PavedError,
  parseDuration,
  parseRef,
  refOf,
  roles,
  serviceRef,
  systemActor,
  wholePage,
  type Actor,
  type Decision,
  type Entity,
  type EntityMetadata,
  type EntityRef,
  type EntityRelation,
  type ErrorCode,
  type Health,
  type Json,
  type JsonObject,
  type Page,
  type PavedErrorOptions,
  type Permission,
  type Problem,
  type Resource,
  type Role,
  type ServiceRef,
  type ServicesOf,
} from '@paved/kernel';
// Schemas and tables must be made with the host's own copies.
export { sql, type Generated, type Kysely } from 'kysely';
export { type Migration } from 'kysely/migration';
export { z } from 'zod';
