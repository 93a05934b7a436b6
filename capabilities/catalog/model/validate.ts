import type { Entity, Problem } from '@paved/kernel';
import { bearable, envelopeProblems, lacksAnnotations, MAX_PROBLEMS, UNMERGED_FIX } from './field-rules.ts';
import type { KindRegistry } from './kind-registry.ts';
import { edgesOf, withSortedRelationLists, type Edge } from './relations.ts';

/** A document that the catalog takes, with the edges it makes; or everything that is wrong with it. */
export type Verdict =
  | { readonly valid: true; readonly entity: Entity; readonly edges: readonly Edge[] }
  | { readonly valid: false; readonly problems: readonly Problem[] };

const refused = (problems: readonly Problem[]): Verdict => ({
  valid: false,
  problems: problems.slice(0, MAX_PROBLEMS).map(({ message, fix, ...problem }) => ({
    ...problem,
    message: bearable(message),
    ...(fix === undefined ? {} : { fix: bearable(fix) }),
  })),
});

/** A file of a template's skeleton breaks many rules for one reason; that reason is what helps. */
function skeleton(document: unknown): Problem[] | undefined {
  const name = (document as { metadata?: { name?: unknown } | null } | null)?.metadata?.name;
  if (typeof name !== 'string' || !name.includes('${')) return undefined;
  return [
    {
      at: '/metadata/name',
      message: `metadata.name is "${name}": this is the skeleton of a template, which becomes an entity when the template is used.`,
      fix: 'Leave skeletons out of the pattern, or register what the template made.',
    },
  ];
}

/** Why fields are missing that another tool would have taken from an anchor. */
const unmerged: Problem = {
  at: '/spec/<<',
  message: 'spec.<< takes nothing over from what it names.',
  fix: UNMERGED_FIX,
};

/** `dependencyOf` stands in no schema of Backstage's, but is read by it: what is no reference there is an error, not nothing. */
function unreadDependents(entity: Entity): Problem[] {
  const value = entity.spec?.['dependencyOf'];
  if (value === undefined || value === null || (entity.kind !== 'Component' && entity.kind !== 'Resource')) return [];
  const bad = [value].flat().find((item) => typeof item !== 'string');
  if (bad === undefined) return [];
  const message = `spec.dependencyOf holds ${JSON.stringify(bad)}, which is no reference.`;
  return [{ at: '/spec/dependencyOf', message, fix: 'Write references with kind, for example component:checkout.' }];
}

/** Judges one document by Backstage's rules: envelope, kind, spec, references. The namespace is filled in. */
export function validateDocument(document: unknown, registry: KindRegistry): Verdict {
  const envelope = envelopeProblems(document);
  if (envelope.length > 0) return refused(skeleton(document) ?? envelope);
  const raw = document as Entity;
  const metadata = { ...raw.metadata, namespace: raw.metadata.namespace ?? 'default' };
  if (lacksAnnotations(metadata.annotations)) delete metadata.annotations;
  const entity: Entity = { ...raw, metadata };
  const rule = registry.find(entity.apiVersion, entity.kind);
  if ('message' in rule) return refused([rule]);
  const problems = registry.specProblems(rule, entity);
  if (problems.length > 0) return refused(entity.spec?.['<<'] === undefined ? problems : [unmerged, ...problems]);
  const unread = unreadDependents(entity);
  if (unread.length > 0) return refused(unread);
  const { edges, problems: references } = edgesOf(entity, rule.relations);
  if (references.length > 0) return refused(references);
  return { valid: true, entity: withSortedRelationLists(entity, rule.relations), edges };
}
