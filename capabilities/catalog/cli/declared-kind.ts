import type { CliContext } from '@paved/client';
import type { Entity } from '@paved/kernel';
import { textOf, valueAt } from '../model/list/field-value.ts';
import { atThen } from './moment.ts';

interface Column {
  readonly header: string;
  readonly value: (entity: Entity) => string | undefined;
}

const isBackstage = ({ apiVersion }: Entity): boolean => /^(scaffolder\.)?backstage\.io\//.test(apiVersion);
const shown = (value: unknown): string | undefined => textOf(value) || undefined;

/** The columns that the declaration of a kind asks for; undefined when these are of several kinds, or of one that nobody declared. */
export async function declaredColumns(cli: CliContext, entities: readonly Entity[], at: string | undefined): Promise<Column[] | undefined> {
  const [first] = entities;
  if (first === undefined || isBackstage(first) || entities.some((entity) => entity.kind !== first.kind)) return undefined;
  const { items } = await cli.api.get<{ items: { kind: string; custom: boolean; columns: { field: string; title: string }[] }[] }>(
    '/api/catalog/kinds',
    atThen(at),
  );
  const kind = items.find((item) => item.kind === first.kind && item.custom);
  return kind?.columns.map(({ field, title }) => ({ header: title.toUpperCase(), value: (entity) => shown(valueAt(entity, field)) }));
}

const LONGEST = 200;

/** What an entity says that no usual line shows: fields of kinds that are not Backstage's, and computed properties. */
export function ownFields(entity: Entity): [string, string][] {
  const fields = isBackstage(entity) ? {} : (entity.spec ?? {});
  const computed = (entity.status as { computed?: Readonly<Record<string, unknown>> } | undefined)?.computed ?? {};
  return [
    ...Object.entries(fields)
      .filter(([field]) => field !== 'type' && field !== 'lifecycle')
      .map(([field, value]): [string, string] => [`spec.${field}`, textOf(value)]),
    ...Object.entries(computed).map(([name, value]): [string, string] => [`computed.${name}`, value === null ? '' : textOf(value)]),
  ].filter(([, text]) => text !== '' && text.length <= LONGEST && !text.includes('\n')) as [string, string][];
}
