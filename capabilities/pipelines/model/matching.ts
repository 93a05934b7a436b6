import type { Entity } from '@paved/kernel';
import type { PipelineSpec } from './pipeline-spec.ts';

export type Trigger = 'push' | 'pull_request' | 'manual';

/** What a pipeline is matched against. */
export interface Candidate {
  readonly repository: string;
  readonly trigger: Trigger;
  readonly branch: string;
  readonly isDefaultBranch: boolean;
  /** The repository's component, from its catalog-info.yaml at the commit. */
  readonly component?: Entity | undefined;
}

/** Why a pipeline does not run for a candidate; undefined when it does. */
export function mismatch(spec: PipelineSpec, candidate: Candidate): string | undefined {
  const { component } = candidate;
  if (!spec.triggers.some((trigger) => triggers(trigger, candidate))) return `not triggered by ${candidate.trigger} on ${candidate.branch}`;
  const { types, tags, repositories } = spec.match;
  if (repositories !== undefined && !repositories.some((glob) => matchesGlob(glob, candidate.repository)))
    return `the repository is not among ${repositories.join(', ')}`;
  if (types === undefined && tags === undefined)
    return repositories === undefined && component === undefined ? 'the repository has no component' : undefined;
  if (component === undefined) return 'the repository has no component';
  const type = String(component.spec?.['type'] ?? '');
  if (types !== undefined && !types.includes(type)) return `the component's type ${type} is not among ${types.join(', ')}`;
  if (tags !== undefined && !tags.some((tag) => component.metadata.tags?.includes(tag)))
    return `the component has none of the tags ${tags.join(', ')}`;
  return undefined;
}

function triggers(trigger: PipelineSpec['triggers'][number], { trigger: event, branch, isDefaultBranch }: Candidate): boolean {
  if ('push' in trigger)
    return event === 'push' && trigger.push.branches.some((glob) => (glob === 'default' ? isDefaultBranch : matchesGlob(glob, branch)));
  if ('pullRequest' in trigger) return event === 'pull_request';
  return event === 'manual';
}

/** `*` stands for any text; nothing else is special. */
function matchesGlob(glob: string, text: string): boolean {
  const [first = '', ...rest] = glob.split('*');
  if (rest.length === 0) return glob === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const [index, part] of rest.entries()) {
    if (index === rest.length - 1) return text.length - part.length >= at && text.endsWith(part);
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return true;
}

/** How specific a match is: pipelines that name repositories win over tags, those over types, those over none. */
export function specificity(spec: PipelineSpec): number {
  return (
    (spec.match.repositories === undefined ? 0 : 4) + (spec.match.tags === undefined ? 0 : 2) + (spec.match.types === undefined ? 0 : 1)
  );
}
