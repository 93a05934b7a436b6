import type { Database } from '../define-capability.ts';

/** Something that happened, as written to the outbox. */
export interface NewEvent {
  /** `<capability>.<noun>.<past participle>`, for example `runs.run.changed`, `repositories.branch.pushed`. */
  readonly type: string;
  /** What it is about: an entity ref, a run id, a repository slug. Streams can be filtered by it. */
  readonly subject: string;
  /** Small JSON (under 64 KiB), free of secrets. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** An event with its place in the outbox. */
export interface PlatformEvent extends NewEvent {
  /** Grows; also the SSE id to resume from. */
  readonly id: string;
  readonly at: string;
}

/** A durable subscriber: called at least once per event, in order, by one replica at a time. */
export interface EventHandler {
  /** Unique within the capability; its position is kept under this name. */
  readonly name: string;
  /** Exact types, or prefixes ending in `.*`. */
  readonly types: readonly string[];
  /** Must be idempotent by `event.id`. A throw is retried with backoff; after 10 tries the event is parked and logged. */
  readonly handle: (event: PlatformEvent) => Promise<void>;
}

/** The outbox: publish inside your transaction, subscribe live, or handle durably (see EventHandler). */
export interface Events {
  /** Writes events in the transaction `tx` (any capability's Kysely); listeners hear them after commit. */
  publish(tx: Database, ...events: NewEvent[]): Promise<void>;
  /** Live, in this process, events of every replica; not durable. Returns the way to stop. */
  subscribe(types: readonly string[], listener: (event: PlatformEvent) => void): () => void;
  /** The position from which `since` misses nothing that a subscriber added now does not hear. */
  position(): string;
  /** Stored events after a position, oldest first; some may be told twice. Events are kept for seven days. Throws `invalid`. */
  since(position: string): Promise<PlatformEvent[]>;
  /**
   * Tells live listeners of every replica something too frequent or too fleeting to store (log lines, metrics).
   * Not durable, not resumable, at most 7 kB as JSON.
   */
  announce(event: NewEvent): Promise<void>;
}
