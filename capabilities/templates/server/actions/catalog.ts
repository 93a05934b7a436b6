import { stringify } from 'yaml';
import { z } from 'zod';
import { formatRef, parseRef, PavedError, type Entity, type Json, type JsonObject } from '@paved/kernel';
import type { Catalog } from '@paved/catalog';
import { sourceAddress } from '@paved/repositories';
import type { TemplateAction } from '../../index.ts';
import { writeInside } from '../copy-files.ts';
import { slugOfTarget } from '../own-repository.ts';

const registerInput = z.object({
  repoContentsUrl: z.string().optional().describe('Where the files are, as publish:git gives it.'),
  catalogInfoPath: z.string().optional().describe('Path of the catalog file in it. Default, /catalog-info.yaml.'),
  catalogInfoUrl: z.string().optional().describe('The whole URL of the catalog file, instead of the two above.'),
  optional: z.boolean().optional().describe('Go on when nothing can be read there.'),
});

/** `catalog:register`: adds the repository as a location and gives the ref of the first component in it. */
export function registerInCatalog(deps: { catalog: Catalog; baseUrl: () => string }): TemplateAction<z.infer<typeof registerInput>> {
  return {
    id: 'catalog:register',
    description: 'Registers the entities of a repository in the catalog.',
    input: registerInput,
    output: z.object({
      catalogInfoUrl: z.string(),
      entityRef: z.string().optional(),
      entityRefs: z.array(z.string()),
      locationId: z.string(),
    }),
    examples: [
      {
        description: 'Register what was published',
        input: { repoContentsUrl: '${{ steps.publish.output.repoContentsUrl }}', catalogInfoPath: '/catalog-info.yaml' },
      },
    ],
    async execute(given, context) {
      const target = given.catalogInfoUrl ?? given.repoContentsUrl;
      if (target === undefined)
        throw new PavedError('invalid', 'catalog:register needs repoContentsUrl or catalogInfoUrl.', {
          fix: 'Pass steps.<publish>.output.repoContentsUrl.',
        });
      const own = slugOfTarget(target, deps.baseUrl());
      const file = (given.catalogInfoPath ?? own?.path ?? '').replace(/^\/+/, '');
      const path = file === 'catalog-info.yaml' ? '' : file;
      const catalogInfoUrl =
        own === undefined ? (path === '' ? target : `${target.replace(/\/$/, '')}/${file}`) : sourceAddress(own.slug, path);
      try {
        const {
          location,
          entityRefs,
          conflicts = [],
        } = await deps.catalog.addLocation({ type: own === undefined ? 'url' : 'git', target: catalogInfoUrl }, context.actor);
        for (const ref of entityRefs) context.step.log(`registered ${ref}`);
        for (const conflict of conflicts) context.step.log(conflict, 'stderr');
        const entityRef = entityRefs.find((ref) => ref.startsWith('component:')) ?? entityRefs[0];
        return { catalogInfoUrl, locationId: location.id, entityRefs: [...entityRefs], ...(entityRef === undefined ? {} : { entityRef }) };
      } catch (error) {
        if (given.optional !== true) throw error;
        context.step.log(`Not registered: ${error instanceof Error ? error.message : String(error)}`);
        return { catalogInfoUrl, entityRefs: [], locationId: '' };
      }
    },
    async undo(output, context) {
      const id = output['locationId'];
      if (typeof id !== 'string' || id === '') return;
      await deps.catalog.removeLocation(id, context.actor);
      context.step.log('unregistered');
    },
  };
}

const writeInput = z.object({
  entity: z.record(z.string(), z.unknown()).describe('The entity to write.'),
  filePath: z.string().optional().describe('Default, catalog-info.yaml.'),
});

export const writeEntity: TemplateAction<z.infer<typeof writeInput>> = {
  id: 'catalog:write',
  description: 'Writes an entity as YAML into the workspace.',
  input: writeInput,
  supportsDryRun: true,
  async execute({ entity, filePath }, context) {
    const metadata = (entity['metadata'] ?? {}) as JsonObject;
    const document = {
      ...entity,
      metadata: {
        ...metadata,
        annotations: { ...(metadata['annotations'] as JsonObject | undefined), 'backstage.io/source-template': context.templateRef },
      },
    };
    const file = filePath ?? 'catalog-info.yaml';
    await writeInside(context.workspace, file, stringify(document, { lineWidth: 0 }), { replace: true });
    context.step.log(`wrote ${file}`);
  },
};

const fetchInput = z.object({
  entityRef: z.string().optional(),
  entityRefs: z.array(z.string()).optional(),
  optional: z.boolean().optional().describe('A missing entity is no failure.'),
  defaultKind: z.string().optional(),
  defaultNamespace: z.string().optional(),
});

/** `catalog:fetch`: reads entities for use in later steps. */
export function fetchEntities(deps: { catalog: Catalog }): TemplateAction<z.infer<typeof fetchInput>> {
  return {
    id: 'catalog:fetch',
    description: 'Reads one or several entities of the catalog.',
    input: fetchInput,
    supportsDryRun: true,
    async execute(given) {
      if ((given.entityRef === undefined) === (given.entityRefs === undefined))
        throw new PavedError('invalid', 'catalog:fetch needs either entityRef or entityRefs.');
      const canonical = (ref: string): string =>
        formatRef(
          parseRef(ref, {
            ...(given.defaultKind === undefined ? {} : { kind: given.defaultKind }),
            ...(given.defaultNamespace === undefined ? {} : { namespace: given.defaultNamespace }),
          }),
        );
      const refs = (given.entityRefs ?? [given.entityRef ?? '']).map(canonical);
      const entities = await deps.catalog.byRefs(refs);
      const missing = refs.filter((_, index) => entities[index] === undefined);
      if (missing.length > 0 && given.optional !== true) throw new PavedError('not_found', `The catalog has no ${missing.join(', ')}.`);
      const json = entities.map((entity): Json =>
        entity === undefined ? null : (JSON.parse(JSON.stringify(entity satisfies Entity)) as Json),
      );
      return given.entityRef === undefined ? { entities: json } : { entity: json[0] ?? null };
    },
  };
}
