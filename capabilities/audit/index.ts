import type { Database } from '@paved/host';
import { serviceRef } from '@paved/kernel';
import type { AuditEntry } from './model/recorded.ts';

export type { AuditEntry };

/** The append-only, hash-chained log of every change. */
export interface Audit {
  /** Appends; pass `tx` so that the change and its record commit together. */
  record(entry: AuditEntry, tx?: Database): Promise<void>;
  /** Recomputes the whole chain; says the first broken sequence number, if any. */
  verify(): Promise<{ entries: number; brokenAt?: number }>;
}

export const audit = serviceRef<Audit>('audit');
