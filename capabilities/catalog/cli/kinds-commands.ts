import type { Command } from 'commander';
import type { CliContext } from '@paved/client';
import { PavedError } from '@paved/kernel';
import { AT, atThen } from './moment.ts';

interface Kind {
  readonly kind: string;
  readonly apiVersions: readonly string[];
  readonly title: string;
  readonly plural: string;
  readonly description?: string;
  readonly schema: {
    readonly required?: readonly string[];
    readonly properties?: Readonly<Record<string, { readonly description?: string }>>;
  };
  readonly relations: readonly { readonly field: string; readonly type: string; readonly reverse: string; readonly defaultKind?: string }[];
  readonly custom: boolean;
  readonly declaredBy: readonly string[];
  readonly computed: readonly { readonly name: string; readonly formula: string }[];
}
interface Kinds {
  readonly items: readonly Kind[];
  readonly refused: readonly { readonly ref: string; readonly reason: string }[];
}

/** `kinds`. */
export function registerKinds(command: Command, cli: CliContext): void {
  command
    .command('kinds [kind]')
    .description('every kind the catalog takes, or one of them with its fields, relations and computed properties')
    .option('--at <time>', AT)
    .action(async (name: string | undefined, options: { at?: string }) => {
      const { items, refused } = await cli.api.get<Kinds>('/api/catalog/kinds', atThen(options.at));
      if (name !== undefined) {
        const kind = items.find((item) => item.kind.toLowerCase() === name.toLowerCase());
        if (kind === undefined)
          throw new PavedError('not_found', `There is no kind ${name}.`, { fix: 'List them with: paved catalog kinds' });
        show(cli, kind);
        return;
      }
      cli.list(items, [
        { header: 'KIND', value: (kind) => kind.kind },
        { header: 'API VERSION', value: (kind) => kind.apiVersions.join(', ') },
        { header: 'RELATIONS', value: (kind) => [...new Set(kind.relations.map((relation) => relation.type))].join(', ') },
        { header: 'COMPUTED', value: (kind) => kind.computed.map((property) => property.name).join(', ') },
        { header: 'DECLARED BY', value: (kind) => (kind.declaredBy.length === 0 ? 'built in' : kind.declaredBy.join(', ')) },
      ]);
      for (const { ref, reason } of refused) cli.say(`${ref} cannot be used: ${reason}`);
    });
}

function show(cli: CliContext, kind: Kind): void {
  const required = new Set(kind.schema.required ?? []);
  cli.show(kind, [
    ['Kind', kind.kind],
    ['Title', `${kind.title} (${kind.plural})`],
    ['Description', kind.description?.trim()],
    ['API version', kind.apiVersions.join(', ')],
    ['Declared by', kind.declaredBy.length === 0 ? 'built in' : kind.declaredBy.join(', ')],
    ...Object.entries(kind.schema.properties ?? {}).map(([field, { description }]): [string, string] => [
      `spec.${field}`,
      [required.has(field) ? 'required' : 'optional', description].filter((part) => part !== undefined).join(': '),
    ]),
    ...kind.relations.map(({ field, type, reverse, defaultKind }): [string, string] => [
      type,
      `from spec.${field}, the other way ${reverse}${defaultKind === undefined ? '' : `, ${defaultKind} when no kind is named`}`,
    ]),
    ...kind.computed.map(({ name, formula }): [string, string] => [`computed.${name}`, formula]),
  ]);
}
