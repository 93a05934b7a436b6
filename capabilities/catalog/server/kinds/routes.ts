import type { App } from '@paved/host';
import { z } from 'zod';
import { displayOf } from '../../model/custom-kinds/display.ts';
import type { KindRegistry, KindRule } from '../../model/kind-registry.ts';
import { formulaOf } from '../computed/routes.ts';
import type { RouteDeps } from '../routes/deps.ts';
import { at } from '../routes/schemas.ts';
import { iconDrawing } from './icon-drawing.ts';

const schema = z.record(z.string(), z.unknown());
const kindItem = z
  .object({
    kind: z.string(),
    apiVersion: z.string().describe('What new documents say.'),
    apiVersions: z.array(z.string()).describe('What documents may say.'),
    title: z.string(),
    plural: z.string(),
    description: z.string().optional(),
    icon: z.string().describe('Name of a Tabler icon.'),
    drawing: z
      .array(z.string())
      .optional()
      .describe('Lines of the icon of a declared kind, as SVG path data on a field of 24 × 24; absent when there is no icon of that name.'),
    schema: schema.describe('JSON Schema of spec, with what declared kinds add.'),
    variants: z.record(z.string(), schema).optional().describe('Schemas by spec.type, used instead.'),
    metadata: schema.optional().describe('JSON Schema of metadata, beside the usual rules.'),
    relations: z.array(z.object({ field: z.string(), type: z.string(), reverse: z.string(), defaultKind: z.string().optional() })),
    columns: z.array(z.object({ field: z.string(), title: z.string() })).describe('Columns of its lists; fields as filters name them.'),
    form: schema.optional().describe('Hints for the form: RJSF’s uiSchema of spec.'),
    custom: z.boolean().describe('Declared by an EntityKind document.'),
    declaredBy: z.array(z.string()).describe('References of the EntityKinds that declare it or add to it.'),
    computed: z.array(
      z.object({
        name: z.string().describe('Seen at status.computed.<name>, asked for as computed.<name>.'),
        title: z.string().optional(),
        description: z.string().optional(),
        type: z.enum(['calculated', 'mirrored', 'aggregated']),
        formula: z.string(),
        declaredBy: z.string(),
      }),
    ),
  })
  .meta({ id: 'CatalogKind' });

/** Every kind with what forms, lists and pages need to know about it. */
export function addKindRoutes(app: App, deps: RouteDeps): void {
  app.get(
    '/api/catalog/kinds',
    {
      config: { permission: 'catalog.entity.read' },
      schema: {
        operationId: 'listCatalogKinds',
        tags: ['catalog'],
        summary: 'Every kind: schema of its spec, relations, columns, form, icon and computed properties.',
        querystring: z.object({ at }),
        response: {
          200: z.object({
            items: z.array(kindItem),
            refused: z.array(z.object({ ref: z.string(), reason: z.string() })).describe('EntityKinds that cannot be used, and why.'),
          }),
        },
      },
    },
    async (request) => {
      const { registry, refused } = await deps.kinds.inForce(await deps.past.at(request.query.at));
      return {
        items: await Promise.all(registry.all().map((rule) => itemOf(registry, rule))),
        refused: [...refused].map(([ref, reason]) => ({ ref, reason })),
      };
    },
  );
}

async function itemOf(registry: KindRegistry, rule: KindRule): Promise<z.infer<typeof kindItem>> {
  const { title, plural, icon, columns } = displayOf(rule);
  const additions = rule.additions ?? [];
  const form = Object.assign({}, rule.form, ...additions.map((addition) => addition.form)) as Record<string, unknown>;
  const metadata = [rule.metadata, ...additions.map((addition) => addition.metadata)].filter((one) => one !== undefined);
  const more = additions.map((addition) => addition.schema).filter((one) => one !== undefined);
  const drawing = rule.declaredBy === undefined ? undefined : await iconDrawing(icon);
  return {
    kind: rule.kind,
    apiVersion: rule.apiVersions[0] ?? '',
    apiVersions: [...rule.apiVersions],
    title,
    plural,
    ...(rule.display?.description === undefined ? {} : { description: rule.display.description }),
    icon,
    ...(drawing === undefined ? {} : { drawing: [...drawing] }),
    schema: together([rule.spec, ...more]),
    ...(rule.variants === undefined
      ? {}
      : { variants: Object.fromEntries(Object.entries(rule.variants).map(([type, variant]) => [type, together([variant, ...more])])) }),
    ...(metadata.length === 0 ? {} : { metadata: together(metadata) }),
    relations: rule.relations.map((relation) => ({ ...relation })),
    columns: columns.map((column) => ({ ...column })),
    ...(Object.keys(form).length === 0 ? {} : { form }),
    custom: rule.declaredBy !== undefined,
    declaredBy: [...(rule.declaredBy === undefined ? [] : [rule.declaredBy]), ...additions.map((addition) => addition.ref)],
    computed: registry
      .plan()
      .filter((one) => one.kind === rule.kind.toLowerCase())
      .map((one) => ({
        name: one.property.name,
        ...(one.property.title === undefined ? {} : { title: one.property.title }),
        ...(one.property.description === undefined ? {} : { description: one.property.description }),
        type: one.property.computation.type,
        formula: formulaOf(one),
        declaredBy: one.by,
      })),
  };
}

/** Schemas that all hold, as one: fields and required ones side by side, the rest under allOf. */
function together(schemas: readonly Readonly<Record<string, unknown>>[]): Record<string, unknown> {
  const [first = {}, ...others] = schemas;
  if (others.length === 0) return { ...first };
  const record = (value: unknown): Record<string, unknown> =>
    value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
  const names = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
  const rest = others
    .map(({ type: _type, properties: _properties, required: _required, ...left }) => left)
    .filter((left) => Object.keys(left).length > 0);
  return {
    ...first,
    properties: Object.assign({}, ...schemas.map((one) => record(one['properties']))) as unknown,
    required: [...new Set(schemas.flatMap((one) => names(one['required'])))],
    ...(rest.length === 0 ? {} : { allOf: [...names(first['allOf']), ...rest] }),
  };
}
