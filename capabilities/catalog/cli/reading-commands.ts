import { Option, type Command } from 'commander';
import { closest, distance } from 'fastest-levenshtein';
import type { CliContext } from '@paved/client';
import { PavedError, parseRef, type Entity, type Page } from '@paved/kernel';
import { declaredColumns, ownFields } from './declared-kind.ts';
import { existing } from './existing.ts';
import { ingestionStates, type IngestionState } from '../model/list/ingestion-state.ts';
import { AT, atThen } from './moment.ts';
import { wholeNumber } from './whole-number.ts';

interface ListOptions {
  readonly filter: readonly string[];
  readonly owner?: string;
  readonly search?: string;
  readonly ingestion?: IngestionState;
  readonly order: string;
  readonly limit: number;
  readonly at?: string;
}

/** `list`, `get`. */
export function registerReading(command: Command, cli: CliContext): void {
  command
    .command('list [kind]')
    .description('entities, of one kind or of all')
    .option('--filter <key=value>', 'only these; commas are an AND, several options an OR', collect, [] as string[])
    .option('--owner <ref>', 'only what this group or user owns')
    .addOption(new Option('--ingestion <state>', 'only what stands so to its source').choices([...ingestionStates]))
    .option('--search <text>', 'only those with this text in name, title or description')
    .option('--order <field[,desc]>', 'order by this field', 'metadata.name')
    .option('--limit <n>', 'at most so many, 0 for all', wholeNumber(0), 100)
    .option('--at <time>', AT)
    .action(async (kind: string | undefined, options: ListOptions) => {
      let { entities, totalItems } = await listed(cli, kind, options);
      if (entities.length === 0 && kind !== undefined) {
        const meant = await knownKind(cli, kind);
        if (meant !== kind.toLowerCase()) ({ entities, totalItems } = await listed(cli, meant, options));
      }
      cli.list(
        entities,
        [
          { header: 'KIND', value: (entity) => entity.kind },
          {
            header: 'NAME',
            value: (entity) =>
              entity.metadata.namespace === undefined || entity.metadata.namespace === 'default'
                ? entity.metadata.name
                : `${entity.metadata.namespace}/${entity.metadata.name}`,
          },
          ...((await declaredColumns(cli, entities, options.at)) ?? usualColumns),
          options.ingestion === 'stale' ? { header: 'WHY', value: broken } : { header: 'TITLE', value: (entity) => entity.metadata.title },
        ],
        'No entity fits.',
      );
      if (totalItems > entities.length) cli.say(`${totalItems - entities.length} more; see them with --limit 0.`);
    });

  command
    .command('get <ref>')
    .description('one entity, for example checkout or system:shop')
    .option('--at <time>', AT)
    .action(async (ref: string, options: { at?: string }) => {
      const { kind, namespace, name } = parseRef(ref, { kind: 'component' });
      const entity = await existing(cli, ref, () =>
        cli.api.get<Entity>(
          `/api/catalog/entities/by-name/${[kind, namespace, name].map(encodeURIComponent).join('/')}`,
          atThen(options.at),
        ),
      );
      cli.show(entity, [
        ['Reference', `${kind}:${namespace}/${name}`],
        ['Title', entity.metadata.title],
        ['Description', entity.metadata.description?.trim()],
        ['Type', text(entity.spec?.['type'])],
        ['Lifecycle', text(entity.spec?.['lifecycle'])],
        ['Tags', entity.metadata.tags?.join(', ')],
        ['Source', entity.metadata.annotations?.['backstage.io/managed-by-location']],
        ['Old version', broken(entity)],
        ...ownFields(entity),
        ...relationLines(entity),
      ]);
    });
}

/** Why the last good version is kept. */
const broken = (entity: Entity): string | undefined => entity.status?.items?.find((item) => item.level === 'error')?.message;

const usualColumns: { header: string; value: (entity: Entity) => string | undefined }[] = [
  { header: 'TYPE', value: (entity) => text(entity.spec?.['type']) },
  { header: 'LIFECYCLE', value: (entity) => text(entity.spec?.['lifecycle']) },
  { header: 'OWNER', value: (entity) => entity.relations?.find((relation) => relation.type === 'ownedBy')?.targetRef },
];

async function listed(
  cli: CliContext,
  kind: string | undefined,
  options: ListOptions,
): Promise<{ entities: Entity[]; totalItems: number }> {
  const { limit } = options;
  const common = [
    ...(kind === undefined ? [] : [`kind=${kind}`]),
    ...(options.owner === undefined ? [] : [`relations.ownedBy=${ownerRef(options.owner)}`]),
    ...(options.ingestion === undefined ? [] : [`ingestion=${options.ingestion}`]),
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
    if (cursor === undefined || (limit > 0 && entities.length >= limit)) return { entities, totalItems: page.totalItems };
  }
}

/** The kind that a word means, also in the plural; a word that means none is refused. */
async function knownKind(cli: CliContext, word: string): Promise<string> {
  const { items } = await cli.api.get<{ items: { kind: string; plural: string }[] }>('/api/catalog/kinds');
  const wanted = word.toLowerCase();
  const found = items.find(({ kind, plural }) => [kind, plural].some((one) => one.toLowerCase() === wanted));
  if (found !== undefined) return found.kind.toLowerCase();
  const names = items.map(({ kind }) => kind.toLowerCase());
  const best = closest(wanted, names);
  throw new PavedError('not_found', `There is no kind "${word}".`, {
    fix: distance(wanted, best) <= 3 ? `Did you mean ${best}?` : `There are ${names.join(', ')}.`,
  });
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
