import picomatch from 'picomatch';
import type { Entity } from '@paved/kernel';

export type AllowedKind = string | { readonly kind: string; readonly 'spec.type'?: string | undefined };

/** A rule of Backstage's `catalog.rules`: what is allowed, and for which sources (absent: all). */
export interface SourceRule {
  readonly allow: readonly AllowedKind[];
  readonly locations?:
    | readonly {
        readonly type?: string | undefined;
        readonly exact?: string | undefined;
        readonly pattern?: string | undefined;
        readonly target?: string | undefined;
      }[]
    | undefined;
}

export interface SourceRules {
  /** `catalog.rules`; undefined: everything is allowed. */
  readonly rules?: readonly SourceRule[] | undefined;
  /** Sources of the configuration with rules of their own. */
  readonly locations: readonly { readonly type: string; readonly target: string; readonly rules?: readonly SourceRule[] | undefined }[];
}

interface Source {
  readonly type: string;
  readonly target: string;
  /** Kinds it was limited to when it was registered; null or undefined: no limit. */
  readonly kinds?: readonly string[] | null;
}

/**
 * Why an entity is not taken from a source; undefined when it is. A rule that names the source outweighs the limit it was
 * registered with, because the platform team wrote it for this source.
 */
export function refusal(rules: SourceRules, source: Source, entity: Entity): { message: string; fix: string } | undefined {
  const own = rules.locations.find((location) => location.type === source.type && location.target === source.target)?.rules ?? [];
  const named = [...own, ...(rules.rules ?? []).filter((rule) => rule.locations?.some((location) => names(location, source)) === true)];
  if (named.some((rule) => allows(rule, entity))) return undefined;
  if (source.kinds !== undefined && source.kinds !== null && !source.kinds.includes(entity.kind))
    return {
      message: `The kind ${entity.kind} is not taken from a source that a developer registered.`,
      fix: 'Let a platform engineer register this source.',
    };
  if (rules.rules === undefined && own.length === 0) return undefined;
  const general = (rules.rules ?? []).filter((rule) => rule.locations === undefined);
  if (general.some((rule) => allows(rule, entity))) return undefined;
  const allowed = [...new Set([...named, ...general].flatMap((rule) => rule.allow.map(wordOf)))];
  return {
    message: `The kind ${entity.kind} is not allowed in this source${allowed.length === 0 ? '' : `, only ${allowed.join(', ')}`}.`,
    fix: `Let the platform team add ${entity.kind} to catalog.rules, or to the rules of this source.`,
  };
}

const wordOf = (allowed: AllowedKind): string =>
  typeof allowed === 'string'
    ? allowed
    : allowed['spec.type'] === undefined
      ? allowed.kind
      : `${allowed.kind} of type ${allowed['spec.type']}`;

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const allows = (rule: SourceRule, entity: Entity): boolean =>
  rule.allow.some((allowed) =>
    typeof allowed === 'string'
      ? same(allowed, entity.kind)
      : same(allowed.kind, entity.kind) &&
        (allowed['spec.type'] === undefined ||
          (typeof entity.spec?.['type'] === 'string' && same(allowed['spec.type'], entity.spec['type']))),
  );

function names(location: NonNullable<SourceRule['locations']>[number], source: Source): boolean {
  if (location.type !== undefined && location.type !== source.type) return false;
  const exact = location.exact ?? location.target;
  if (exact !== undefined && exact !== source.target) return false;
  return location.pattern === undefined || picomatch.isMatch(source.target, location.pattern, { dot: true, nocase: true });
}
