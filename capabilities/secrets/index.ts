import { serviceRef, type Actor } from '@paved/kernel';
import type { Database } from '@paved/host';

/** Points to one version of a secret; the only form that travels in graphs, plans, logs, Git and API answers. */
export interface SecretRef {
  /** For example `environments/dev/component:default/checkout/SMTP_PASSWORD` or `resources/<uid>/password`. */
  readonly path: string;
  readonly version: number;
}

/** Keeps secrets sealed with a key outside the database. */
export interface Secrets {
  /** Stores a new version (none when the value is unchanged). */
  put(path: string, value: string, actor: Actor, tx?: Database): Promise<SecretRef>;
  /** Reads the clear value; audited. Only drivers and runners that hand it to a workload call this. */
  reveal(ref: SecretRef | { path: string }, actor: Actor, reason: string): Promise<string>;
  /** Names and versions below a prefix, never values. */
  list(prefix: string): Promise<{ path: string; version: number; updatedAt: string; updatedBy: string }[]>;
  remove(path: string, actor: Actor, tx?: Database): Promise<void>;
}

export const secrets = serviceRef<Secrets>('secrets');
