import { serviceRef, type Actor } from '@paved/kernel';
import type { Database } from '@paved/host';

/** One change, as it is written down. */
export interface AuditEntry {
  readonly actor: Actor;
  /** `<capability>.<noun>.<verb>`, for example `orchestrator.deployment.create`. */
  readonly action: string;
  /** What was changed: an entity ref, a repository slug, a run id. */
  readonly subject: string;
  /** What led to it: a run id, a request id, an event id. */
  readonly cause?: string;
  /** State before and after; only SHA-256 digests of their canonical JSON are kept. */
  readonly before?: unknown;
  readonly after?: unknown;
  /** Small, secret-free facts for people (names, versions, environments). */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** The append-only, hash-chained log of every change. */
export interface Audit {
  /** Appends; pass `tx` so that the change and its record commit together. */
  record(entry: AuditEntry, tx?: Database): Promise<void>;
  /** Recomputes the whole chain; says the first broken sequence number, if any. */
  verify(): Promise<{ entries: number; brokenAt?: number }>;
}

export const audit = serviceRef<Audit>('audit');
