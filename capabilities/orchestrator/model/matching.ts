import { PavedError } from '@paved/kernel';
import type { Criteria, ResourceDefinitionSpec } from './kinds.ts';
import { nearest } from './nearest.ts';

/** A ResourceDefinition as matching sees it. */
export interface Definition {
  /** Canonical entity ref. */
  readonly ref: string;
  readonly name: string;
  /** Shipped with the platform: gives way to an equally specific one of the platform team. */
  readonly builtIn: boolean;
  readonly spec: ResourceDefinitionSpec;
}

/** What is asked for, and where. */
export interface MatchRequest {
  readonly type: string;
  readonly class: string;
  /** Only an id that was written down; a made-up one matches no `resId`. */
  readonly resId?: string;
  readonly environment: string;
  readonly environmentType: string;
  readonly component: { readonly ref: string; readonly name: string };
}

/** One definition of the type, with the reason why it was taken or not. */
export interface Candidate {
  readonly definition: string;
  readonly result: string;
}

export interface Match {
  readonly definition: Definition;
  readonly explain: readonly Candidate[];
}

/** From strongest to weakest: a criterion wins by the strongest field that the other one lacks. */
const strength = ['resId', 'envId', 'appId', 'envType'] as const;
type Field = (typeof strength)[number];

/**
 * Chooses the definition for a request: criteria must hold wholly, the most specific wins, built-in ones give way to equals.
 * Throws `invalid` when nothing matches (with the nearest class) or when two of the platform team's are equally specific.
 */
export function matchDefinition(request: MatchRequest, definitions: readonly Definition[], pin?: string): Match {
  const verdicts = definitions
    .filter((definition) => definition.spec.type === request.type)
    .toSorted((a, b) => (a.ref < b.ref ? -1 : 1))
    .map((definition) => ({ definition, ...judge(definition, request) }));
  const pinned = pin === undefined ? undefined : verdicts.find(({ definition }) => definition.name === pin || definition.ref === pin);
  if (pin !== undefined && pinned === undefined) {
    throw new PavedError(
      'invalid',
      `The environment ${request.environment} binds ${request.type} to the definition "${pin}", which does not exist for that type.`,
      {
        fix:
          nearestFix(
            pin,
            verdicts.map(({ definition }) => definition.name),
          ) ?? `Correct spec.bindings.${request.type}.definition of the environment.`,
      },
    );
  }
  const fitting = verdicts.filter((verdict) => verdict.rank >= 0);
  const best = Math.max(-1, ...fitting.map((verdict) => verdict.rank));
  const first = fitting.filter((verdict) => verdict.rank === best);
  const ours = first.filter(({ definition }) => !definition.builtIn);
  if (pinned === undefined && ours.length > 1) {
    const names = ours.map(({ definition }) => definition.name).join(' and ');
    throw new PavedError(
      'invalid',
      `The definitions ${names} match ${request.type} of class ${request.class} in ${request.environment} equally well.`,
      {
        fix: 'Give one of them a more specific criterion, or remove it.',
      },
    );
  }
  const winner = pinned ?? ours[0] ?? first[0];
  if (winner === undefined) throw noMatch(request, verdicts);
  const explain = verdicts.map(({ definition, rank, reason }) => ({
    definition: definition.name,
    result:
      definition === winner.definition
        ? pinned === undefined
          ? `taken: ${reason}`
          : `taken: bound by the environment ${request.environment}`
        : rank < 0
          ? `does not match: ${reason}`
          : `matches (${reason}), but ${winner.definition.name} is ${pinned !== undefined ? 'bound' : rank === best ? 'the platform team’s' : 'more specific'}`,
  }));
  return { definition: winner.definition, explain };
}

/** The best of a definition's criteria: its rank (-1 when none holds) and the reason. */
function judge({ spec }: Definition, request: MatchRequest): { rank: number; reason: string } {
  const criteria: readonly Criteria[] = spec.criteria === undefined || spec.criteria.length === 0 ? [{}] : spec.criteria;
  const judged = criteria.map((criterion) =>
    judgeOne({ ...(spec.class === undefined ? {} : { class: spec.class }), ...criterion }, request),
  );
  return judged.reduce((best, one) => (one.rank > best.rank ? one : best));
}

function judgeOne(criterion: Criteria, request: MatchRequest): { rank: number; reason: string } {
  const wantedClass = criterion.class ?? 'default';
  if (wantedClass !== request.class) return { rank: -1, reason: `it makes class ${wantedClass}, the request is ${request.class}` };
  const given: Record<Field, readonly string[]> = {
    resId: request.resId === undefined ? [] : [request.resId],
    envId: [request.environment],
    appId: [request.component.name, request.component.ref],
    envType: [request.environmentType],
  };
  const failed = strength.find((field) => criterion[field] !== undefined && !given[field].includes(criterion[field]));
  if (failed !== undefined)
    return { rank: -1, reason: `it wants ${failed} ${criterion[failed]}, the request has ${given[failed][0] ?? 'none'}` };
  const held = strength.filter((field) => criterion[field] !== undefined);
  const rank = strength.reduce((bits, field) => bits * 2 + (criterion[field] === undefined ? 0 : 1), 0);
  const words = held.map((field) => `${field} ${criterion[field]}`);
  return { rank, reason: [`class ${wantedClass}`, ...words].join(', ') };
}

function noMatch(request: MatchRequest, verdicts: readonly { definition: Definition; reason: string }[]): PavedError {
  const classes = [
    ...new Set(
      verdicts
        .flatMap(({ definition: { spec } }) => [spec.class, ...(spec.criteria ?? [{}]).map((c) => c.class)])
        .map((c) => c ?? 'default'),
    ),
  ];
  const what = `${request.type} of class ${request.class}`;
  if (verdicts.length === 0) {
    return new PavedError('invalid', `No definition makes ${request.type}.`, {
      fix: 'Add a ResourceDefinition for it, or ask the platform team to.',
    });
  }
  return new PavedError('invalid', `No definition makes ${what} in ${request.environment}.`, {
    fix:
      nearestFix(
        request.class,
        classes.filter((c) => c !== request.class),
      ) ?? `Classes that exist: ${classes.toSorted().join(', ')}.`,
    problems: verdicts.map(({ definition, reason }) => ({ at: definition.name, message: reason })),
  });
}

function nearestFix(word: string, known: readonly string[]): string | undefined {
  const close = nearest(word, known);
  return close === undefined ? undefined : `Did you mean "${close}"?`;
}
