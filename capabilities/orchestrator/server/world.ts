import { formatRef, PavedError, parseRef, refOf, type Entity, type Json } from '@paved/kernel';
import type { Catalog } from '@paved/catalog';
import type { Secrets } from '@paved/secrets';
import { BUILT_IN_ORIGIN, builtInDefinitions, builtInTypes, defaultEnvironments } from '../model/built-in.ts';
import { contextOf, type ComponentContext } from '../model/component-context.ts';
import type { EnvironmentSpec, ResourceDefinitionSpec, ResourceTypeSpec } from '../model/kinds.ts';
import type { Definition } from '../model/matching.ts';
import { nearest } from '../model/nearest.ts';

/** An environment as the catalog describes it. */
export interface KnownEnvironment {
  readonly name: string;
  readonly title: string;
  readonly description?: string;
  readonly spec: EnvironmentSpec;
}

/** A component with what deploying needs to know. */
export interface KnownComponent extends ComponentContext {
  readonly ownerRefs: readonly string[];
  /** Slug of its repository on this platform, when it has one. */
  readonly repository?: string;
}

export type World = ReturnType<typeof createWorld>;

/** What the catalog and secrets know, in the orchestrator's terms. */
export function createWorld(deps: { catalog: Catalog; secrets: Secrets; leftBehind: (component: string) => Promise<boolean> }) {
  const { catalog, secrets } = deps;

  const environments = async (): Promise<KnownEnvironment[]> => {
    const found = await catalog.ofKind('Environment');
    return (found.length > 0 ? found : defaultEnvironments)
      .map((entity) => ({
        name: entity.metadata.name,
        title: entity.metadata.title ?? entity.metadata.name,
        ...(entity.metadata.description === undefined ? {} : { description: entity.metadata.description }),
        spec: entity.spec as unknown as EnvironmentSpec,
      }))
      .toSorted((a, b) => a.spec.order - b.spec.order || (a.name < b.name ? -1 : 1));
  };

  return {
    environments,

    async environment(name: string): Promise<KnownEnvironment> {
      const all = await environments();
      const found = all.find((environment) => environment.name.toLowerCase() === name.toLowerCase());
      if (found !== undefined) return found;
      const names = all.map((environment) => environment.name);
      const close = nearest(name, names);
      throw new PavedError('not_found', `There is no environment "${name}".`, {
        fix: close === undefined ? `There are ${names.join(', ')}.` : `Did you mean "${close}"?`,
      });
    },

    async component(text: string): Promise<KnownComponent> {
      const ref = formatRef(parseRef(text, { kind: 'component' }));
      const entity = await catalog.get(ref);
      // Gone from the catalog with things still running: whoever may everywhere can clean up.
      if (entity === undefined && (await deps.leftBehind(ref))) return { ...contextOf(ref), ownerRefs: [] };
      if (entity === undefined)
        throw new PavedError('not_found', `The catalog has no ${ref}.`, { fix: 'Register the component first, or check its name.' });
      const ownerRefs = await catalog.ownersOf(ref);
      const repository = repositoryOf(entity);
      return { ...contextOf(ref), ownerRefs, ...(repository === undefined ? {} : { repository }) };
    },

    /** Types and definitions, the built-in ones included. */
    async kinds(): Promise<{ types: Record<string, ResourceTypeSpec>; definitions: Definition[] }> {
      const [types, definitions] = await Promise.all([catalog.ofKind('ResourceType'), catalog.ofKind('ResourceDefinition')]);
      const typeSpecs = [...builtInTypes, ...types].map(
        (entity) => [entity.metadata.name, entity.spec as unknown as ResourceTypeSpec] as const,
      );
      const builtIn = new Set(builtInDefinitions.map(refOf));
      const all = new Map([...builtInDefinitions, ...definitions].map((entity) => [refOf(entity), entity]));
      return {
        types: Object.fromEntries(typeSpecs),
        definitions: [...all].map(([ref, entity]) => ({
          ref,
          name: entity.metadata.name,
          builtIn: builtIn.has(ref),
          spec: entity.spec as unknown as ResourceDefinitionSpec,
        })),
      };
    },

    /** What owners set for a service in an environment: text, or a reference to a secret. */
    async variables(component: string, environment: string): Promise<Record<string, Json>> {
      const all = await secrets.variables(component, environment);
      return Object.fromEntries(
        all.map((variable): [string, Json] => [
          variable.name,
          variable.kind === 'variable'
            ? (variable.value ?? '')
            : { secretRef: { path: `environments/${environment}/${component}/${variable.name}`, version: variable.version } },
        ]),
      );
    },
  };
}

/** Built-in types and definitions, as they are put into the catalog to be seen and explained. */
export const builtInEntities: readonly Entity[] = [...builtInTypes, ...builtInDefinitions];
export const builtInOrigin = BUILT_IN_ORIGIN;

function repositoryOf(entity: Entity): string | undefined {
  const annotations = entity.metadata.annotations ?? {};
  const places = [
    annotations['paved.dev/repository'],
    annotations['backstage.io/managed-by-location'],
    annotations['backstage.io/source-location'],
  ];
  for (const place of places) {
    const [, slug] = /^(?:[a-z]+:)?(?:paved:\/\/repositories\/)?([a-z0-9._-]+\/[a-z0-9._-]+?)(?:\.git)?(?:\/|$)/i.exec(place ?? '') ?? [];
    if (slug !== undefined && (place === annotations['paved.dev/repository'] || place?.includes('paved://repositories/') === true))
      return slug.toLowerCase();
  }
  return undefined;
}
