export { hasRole, roles, systemActor, type Actor, type Door, type Role } from './actor.ts';
export { canonicalJson } from './canonical-json.ts';
export { formatDuration, parseDuration } from './duration.ts';
export {
  PAVED_API_VERSION,
  type Entity,
  type EntityLink,
  type EntityMetadata,
  type EntityRelation,
  type Json,
  type JsonObject,
} from './entity.ts';
export { errorCodes, isPavedError, messageOf, PavedError, type ErrorCode, type PavedErrorOptions, type Problem } from './error.ts';
export { healthStates, worstHealth, type Health } from './health.ts';
export { wholePage, type Page } from './page.ts';
export { type Decision, type Permission, type Reach, type Resource } from './permission.ts';
export { formatRef, parseRef, refOf, type EntityRef, type RefDefaults } from './ref.ts';
export { serviceRef, type ServiceRef, type ServicesOf } from './service-ref.ts';
