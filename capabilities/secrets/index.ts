import { serviceRef, type Actor } from '@paved/kernel';
import type { Database } from '@paved/host';

/** Points to one version of a secret; the only form that travels in graphs, plans, logs, Git and API answers. */
export interface SecretRef {
  /** For example `environments/dev/component:default/checkout/SMTP_PASSWORD` or `resources/<uid>/password`. */
  readonly path: string;
  readonly version: number;
}

/** An environment variable of a service in one environment. Only variables that are not secret carry their value. */
export interface Variable {
  readonly environment: string;
  readonly name: string;
  readonly kind: 'variable' | 'secret';
  readonly value?: string;
  /** Grows with every change. */
  readonly version: number;
  readonly updatedAt: string;
  readonly updatedBy: string;
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
  /** What a service is given in an environment (all environments when left out): clear variables and names of secrets, by name. */
  variables(component: string, environment?: string): Promise<Variable[]>;
  /** Sets one. Becoming a secret removes the clear value, and the other way round. */
  setVariable(
    variable: { component: string; environment: string; name: string; value: string; secret?: boolean },
    actor: Actor,
  ): Promise<Variable>;
  removeVariable(variable: { component: string; environment: string; name: string }, actor: Actor): Promise<void>;
}

export const secrets = serviceRef<Secrets>('secrets');

/** Where a service's secret variable is kept. */
export const variablePath = (environment: string, component: string, name: string): string =>
  `environments/${environment}/${component}/${name}`;

/** Outbox event; subject is the component ref, `data` is `{ component, environment, name, kind, change: 'set' | 'removed' }`. */
export const VARIABLE_CHANGED = 'secrets.variable.changed';
