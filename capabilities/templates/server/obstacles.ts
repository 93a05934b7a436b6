import { formatRef, parseRef, refOf, type Actor, type Entity, type JsonObject, type Problem } from '@paved/kernel';
import type { Catalog } from '@paved/catalog';
import type { Guard } from '@paved/host';
import type { Scm } from '@paved/repositories';
import type { TemplateDocument } from '../model/template-document.ts';

/**
 * What would stop a template that makes a new repository half-way: names that are taken, and a first deployment that whoever asks may
 * not make. Said before anything is made. Each problem stands at the value that is to be changed, when one can be told.
 */
export async function obstacles(
  deps: { readonly catalog: Catalog; readonly scm: Scm; readonly guard: Guard },
  made: {
    readonly template: TemplateDocument;
    readonly values: JsonObject;
    readonly entities: readonly Entity[];
    readonly repository: string | undefined;
  },
  actor: Actor,
): Promise<Problem[]> {
  const { template, values, entities, repository } = made;
  const uses = (action: string): boolean => template.steps.some((step) => step.action === action);
  if (repository === undefined || !uses('publish:git')) return [];
  const problems: Problem[] = [];
  const at = (fits: (value: string) => boolean): string =>
    Object.entries(values).flatMap(([key, value]) => (typeof value === 'string' && value !== '' && fits(value) ? [`/${key}`] : []))[0] ??
    '/';
  const known = await Promise.all(entities.map((entity) => deps.catalog.get(refOf(entity))));
  const taken = entities.filter((_, i) => known[i] !== undefined);
  const [first, ...others] = taken;
  if (first !== undefined)
    problems.push({
      at: at((value) => taken.some(({ metadata }) => metadata.name === value)),
      message: `The catalog has ${refOf(first)} already${others.length === 0 ? '' : `, and ${others.map((entity) => refOf(entity)).join(' and ')}`}.`,
      fix: 'Choose another name.',
    });
  if (problems.length === 0 && (await deps.scm.get(repository)) !== undefined) {
    const place = at((value) => repository.endsWith(`/${value}`));
    problems.push({ at: place, message: `There is a repository ${repository} already.`, fix: 'Choose another name.' });
  }
  const component = uses('deploy:workload') ? entities.find(({ kind }) => kind === 'Component') : undefined;
  const owner = component?.spec?.['owner'];
  if (component === undefined || typeof owner !== 'string' || owner === '') return problems;
  const canonical = (value: string): string | undefined => {
    try {
      return formatRef(parseRef(value, { kind: 'group', namespace: component.metadata.namespace ?? 'default' }));
    } catch {
      return undefined; // not a reference: the catalog says so, in its words
    }
  };
  const ownerRef = canonical(owner);
  if (ownerRef === undefined) return problems;
  const decision = deps.guard.decide(actor, 'orchestrator.deployment.create', { ref: refOf(component), ownerRefs: [ownerRef] });
  if (!decision.allowed)
    problems.push({
      at: at((value) => canonical(value) === ownerRef),
      message: decision.reason,
      fix: `Choose a team of yours as the owner, or ask ${parseRef(ownerRef).name} to create it.`,
    });
  return problems;
}
