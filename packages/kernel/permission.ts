import type { Role } from './actor.ts';

/** What a permission lets its holder do. */
export interface Permission {
  /** `<capability>.<noun>.<verb>`, for example `orchestrator.deployment.create`. */
  readonly name: string;
  readonly description: string;
  /** The lowest role that holds it everywhere; below it, see `owner`. */
  readonly role: Role;
  /** When set, actors of at least this role hold it on what they own (through groups). */
  readonly owner?: Role;
}

/** What a permission is asked on. `ownerRefs` are canonical references of the thing's owners. */
export interface Resource {
  readonly ref?: string;
  readonly ownerRefs?: readonly string[];
}

/** A decision with its reason, so that a refusal can say which rule and how to pass it. */
export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly reason: string; readonly fix?: string };

/** On what an actor holds a permission: the form in which lists push it down to SQL (`owner = any(:ownerRefs)`). */
export type Reach =
  | { readonly on: 'everything' }
  | { readonly on: 'owned'; readonly ownerRefs: readonly string[] }
  | { readonly on: 'nothing' };
