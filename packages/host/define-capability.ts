import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Actor, Permission, ServiceRef, ServicesOf } from '@paved/kernel';
import type { Config } from './config/schema.ts';
import type { EventHandler, Events } from './events/events.ts';
import type { Guard } from './guard.ts';
import type { Keyring } from './keyring.ts';
import type { StorageGuard } from './http/storage-guard.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';

/** The HTTP application that a capability adds routes to: Fastify with Zod schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Any Kysely, inside or outside a transaction. Services that can join a caller's transaction take one as `tx`. */
// oxlint-disable-next-line typescript/no-explicit-any -- each capability narrows it with withTables<DB>()
export type Database = Kysely<any>;

/** Everything the host gives a capability. No module-level state: two platforms can live in one process. */
export interface CapabilityContext<Needs extends Record<string, ServiceRef<unknown>>> {
  readonly config: Config;
  /** The capability's own PostgreSQL schema: unqualified tables land there. Narrow with `.withTables<DB>()`. */
  readonly db: Database;
  /** A connection string with credentials, for libraries that open their own pool. */
  readonly databaseUrl: string;
  readonly events: Events;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** The only clock. Tests turn it by hand. */
  readonly now: () => Date;
  /** A new sortable unique id, `<prefix>_<26 characters>`. */
  readonly newId: (prefix: string) => string;
  /** This capability's own folder below the data directory (created, mode 0700). */
  readonly dataDir: string;
  readonly keyring: Keyring;
  /** Decides and enforces permissions (implemented by `access`, bound late). */
  readonly guard: Guard;
  /** Every permission that any capability declares; complete once all were created. */
  readonly permissions: () => readonly Permission[];
  /** This process among the replicas. */
  readonly replica: string;
  /** Throws `storage_full` when the data directory is nearly full; the HTTP host asks it for every writing request. */
  readonly storage: StorageGuard;
  /** Where people reach the portal, without trailing slash; final once the server listens. */
  readonly baseUrl: () => string;
  /** Aborted when the platform shuts down. */
  readonly signal: AbortSignal;
  readonly needs: ServicesOf<Needs>;
}

/** What a capability gives back: its service, its routes and its life. */
export interface CapabilityInstance<Service> {
  readonly service: Service;
  /** Adds routes. Every route sets `config.permission`, `config.signedIn` or `config.public`; start-up fails otherwise. */
  readonly routes?: (app: App) => void | Promise<void>;
  /** Durable reactions to events of the outbox: at least once, in order, by one replica. */
  readonly handlers?: readonly EventHandler[];
  /** Called after every capability was created and all migrations ran, before the server listens. */
  readonly start?: () => Promise<void>;
  /** Called once the server listens; long start-up work belongs here. Failures are logged, not fatal. */
  readonly listening?: () => Promise<void>;
  /** Stop taking new work; finish or hand over what runs. */
  readonly drain?: () => Promise<void>;
  /** Release everything. */
  readonly stop?: () => Promise<void>;
  /** A sentence when unhealthy, undefined when fine; shown at /readyz. */
  readonly health?: () => Promise<string | undefined>;
  /** Only `access` sets this: who sends the request. Throws `unauthenticated` for a bad credential. */
  readonly authenticate?: (request: FastifyRequest) => Promise<Actor | undefined>;
  /** Only `access` sets this: whether the actor may. */
  readonly authorize?: Guard['decide'];
}

/** One capability of the platform, declared in one typed object. Plugins have the same contract. */
export interface Capability<Service = unknown, Needs extends Record<string, ServiceRef<unknown>> = Record<string, ServiceRef<unknown>>> {
  /** Folder, PostgreSQL schema and `/api/<name>` prefix. */
  readonly name: string;
  readonly provides?: ServiceRef<Service>;
  readonly needs?: Needs;
  readonly permissions?: readonly Permission[];
  /** Kysely migrations by sortable name (`001_entity`), run in the capability's schema under a lock. */
  readonly migrations?: Readonly<Record<string, Migration>>;
  readonly create: (context: CapabilityContext<Needs>) => CapabilityInstance<Service> | Promise<CapabilityInstance<Service>>;
}

/** Declares a capability; the types of `needs` flow into `create`. */
export function defineCapability<Service, const Needs extends Record<string, ServiceRef<unknown>> = Record<never, never>>(
  capability: Capability<Service, Needs>,
): Capability<Service, Needs> {
  return capability;
}
