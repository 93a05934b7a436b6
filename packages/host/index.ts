export { settingsProblems, type SettingsProblem } from './config/check.ts';
export { environmentName, loadConfig, type ConfigInput, type ConfigSource, type LoadedConfig } from './config/load.ts';
export { configSchema, type Config } from './config/schema.ts';
export { connectDatabase, type PlatformDatabase } from './database/connect.ts';
export { runningEmbeddedUrl, startEmbeddedPostgres, type EmbeddedOptions, type EmbeddedPostgres } from './database/embedded.ts';
export { withLocalDatabase } from './database/local.ts';
export { migrate, type MigrationSet } from './database/migrate.ts';
export { openPool, type DatabasePool } from './database/pool.ts';
export {
  defineCapability,
  type App,
  type Capability,
  type CapabilityContext,
  type CapabilityInstance,
  type Database,
} from './define-capability.ts';
export { type EventHandler, type Events, type NewEvent, type PlatformEvent } from './events/events.ts';
export { createGuard, type Guard } from './guard.ts';
export { shownSetting } from './http/configuration-route.ts';
export { type RouteProtection } from './http/access-hook.ts';
export { openLiveStream, type LiveStream } from './http/live-stream.ts';
export { pageOf } from './http/page-of.ts';
export { errorStatuses, problemSchema } from './http/problem.ts';
export { createStorageGuard, type StorageGuard } from './http/storage-guard.ts';
export { newId } from './id.ts';
export { openKeyring, type Keyring } from './keyring.ts';
export { createLogger, type Logger } from './log.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { isPublicAddress } from './net/address-class.ts';
export { createReach, type Address, type AllowedHost, type Reach, type ReachRules, type Resolve } from './net/reach.ts';
export { createSafeFetch, retryAfterMs, type SafeFetch, type SafeRequest, type SafeResponse } from './net/safe-fetch.ts';
export { createPlatform, type Platform, type PlatformOptions } from './platform.ts';
export { createGit, stopGroup, type Git, type GitOptions } from './process/git.ts';
export { giveBackMemory } from './process/give-back-memory.ts';
export { takeOwnerLock, type OwnerLock } from './process/owner-lock.ts';
export { identify, isAlive, type ProcessIdentity } from './process/process-identity.ts';
