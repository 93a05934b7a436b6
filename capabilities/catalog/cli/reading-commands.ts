import type { Command } from 'commander';
import type { CliContext } from '@paved/client';
import { parseRef, type Entity, type Page } from '@paved/kernel';
import { AT, atThen } from './moment.ts';

interface ListOptions {
  readonly filter: readonly string[];
  readonly owner?: string;
  readonly search?: string;
  readonly order: string;
  readonly limit: string;
  readonly at?: string;
}

/** `list`, `get`. */
export function registerReading(command: Command, cli: CliContext): void {
  command
    .command('list [kind]')
    .description('Entities, for example `paved catalog list component --filter spec.type=service`.')
    .option('--filter <key=value>', 'only these; commas are an AND, several options an OR', collect, [] as string[])
    .option('--owner <ref>', 'only what this group or user owns')
    .option('--search <text>', 'only those with this text in name, title or description')
    .option('--order <field[,desc]>', 'order by this field', 'metadata.name')
    .option('--limit <n>', 'at most so many, 0 for all', '100')
    .option('--at <time>', AT)
    .action(async (kind: string | undefined, options: ListOptions) => {
      const entities = await listed(cli, kind, options);
      cli.list(entities, [
        { header: 'KIND', value: (entity) => entity.kind },
        {
          header: 'NAME',
          value: (entity) =>
            entity.metadata.namespace === undefined || entity.metadata.namespace === 'default'
              ? entity.metadata.name
              : `${entity.metadata.namespace}/${entity.metadata.name}`,
        },
        { header: 'TYPE', value: (entity) => text(entity.spec?.['type']) },
        { header: 'LIFECYCLE', value: (entity) => text(entity.spec?.['lifecycle']) },
        { header: 'OWNER', value: (entity) => entity.relations?.find((relation) => relation.type === 'ownedBy')?.targetRef },
        { header: 'TITLE', value: (entity) => entity.metadata.title },
      ]);
    });

  command
    .command('get <ref>')
    .description('One entity, for example `paved catalog get component:checkout`.')
    .option('--at <time>', AT)
    .action(async (ref: string, options: { at?: string }) => {
      const { kind, namespace, name } = parseRef(ref, { kind: 'component' });
      const entity = await cli.api.get<Entity>(
        `/api/catalog/entities/by-name/${[kind, namespace, name].map(encodeURIComponent).join('/')}`,
        atThen(options.at),
      );
      cli.show(entity, [
        ['Reference', `${kind}:${namespace}/${name}`],
        ['Title', entity.metadata.title],
        ['Description', entity.metadata.description?.trim()],
        ['Type', text(entity.spec?.['type'])],
        ['Lifecycle', text(entity.spec?.['lifecycle'])],
        ['Tags', entity.metadata.tags?.join(', ')],
        ['Source', entity.metadata.annotations?.['backstage.io/managed-by-location']],
        ['Old version', entity.status?.items?.find((item) => item.level === 'error')?.message],
        ...relationLines(entity),
      ]);
    });
}

async function listed(cli: CliContext, kind: string | undefined, options: ListOptions): Promise<Entity[]> {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 0)
    throw new Error(`--limit ${options.limit} is not a whole number. Write for example --limit 50.`);
  const common = [
    ...(kind === undefined ? [] : [`kind=${kind}`]),
    ...(options.owner === undefined ? [] : [`relations.ownedBy=${ownerRef(options.owner)}`]),
  ];
  const filter = options.filter.length === 0 ? [common.join(',')] : options.filter.map((own) => [...common, own].join(','));
  const entities: Entity[] = [];
  for (let cursor: string | undefined; ;) {
    const size = limit === 0 ? 1000 : Math.min(1000, limit - entities.length);
    const page = await cli.api.get<Page<Entity>>('/api/catalog/entities/by-query', {
      limit: size,
      ...atThen(options.at),
      ...(cursor === undefined
        ? {
            filter: filter.filter((f) => f !== ''),
            orderField: options.order,
            ...(options.search === undefined
              ? {}
              : { fullTextFilterTerm: options.search, fullTextFilterFields: 'metadata.name,metadata.title,metadata.description' }),
          }
        : { cursor }),
    });
    entities.push(...page.items);
    cursor = page.pageInfo.nextCursor;
    if (cursor === undefined || (limit > 0 && entities.length >= limit)) return entities;
  }
}

const ownerRef = (owner: string): string => {
  const { kind, namespace, name } = parseRef(owner, { kind: 'group' });
  return `${kind}:${namespace}/${name}`;
};

const collect = (value: string, before: string[]): string[] => [...before, value];
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function relationLines(entity: Entity): [string, string][] {
  const byType = new Map<string, string[]>();
  for (const { type, targetRef } of entity.relations ?? []) byType.set(type, [...(byType.get(type) ?? []), targetRef]);
  return [...byType].map(([type, refs]) => [
    type,
    refs.length > 12 ? `${refs.slice(0, 12).join(', ')} and ${refs.length - 12} more` : refs.join(', '),
  ]);
}
