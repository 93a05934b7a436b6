import type { CliContext } from '@paved/client';
import type { Json, JsonObject } from '@paved/kernel';
import { choicesOf } from './ask.ts';
import { propertiesOf, requiredOf } from './values.ts';

/** What the form of a golden path asks for: every name that `--set` and a values file take. */
export function listFields(cli: CliContext, pages: readonly { title: string; schema: JsonObject }[]): void {
  const required = requiredOf(pages);
  const fields = [...propertiesOf(pages)].map(([name, schema]) => ({
    name,
    required: required.has(name),
    takes: takes(schema),
    ...(schema['default'] === undefined ? {} : { default: schema['default'] }),
    meaning: [schema['title'], schema['description']].filter((part) => typeof part === 'string').join(': '),
  }));
  cli.list(
    fields,
    [
      { header: 'name', value: (field) => field.name },
      { header: 'needed', value: (field) => (field.required ? 'yes' : 'no') },
      { header: 'takes', value: (field) => field.takes, narrow: 'wrap' },
      { header: 'default', value: (field) => shown(field.default) },
      { header: 'meaning', value: (field) => field.meaning, narrow: 'wrap' },
    ],
    'It asks for nothing.',
  );
}

const pickers: Readonly<Record<string, string>> = {
  OwnerPicker: 'a group or user',
  MyGroupsPicker: 'a group of yours',
  EntityPicker: 'an entity',
  OwnedEntityPicker: 'an entity of yours',
  RepoUrlPicker: 'a repository: host?owner=project&repo=name',
};

function takes(schema: JsonObject): string {
  const choices = choicesOf(schema);
  if (choices !== undefined) return choices.map(({ value }) => value).join(', ');
  const picker = typeof schema['ui:field'] === 'string' ? pickers[schema['ui:field']] : undefined;
  if (picker !== undefined) return picker;
  const type = typeof schema['type'] === 'string' ? schema['type'] : 'text';
  const pattern = typeof schema['pattern'] === 'string' ? ` like ${schema['pattern']}` : '';
  return `${{ string: 'text', boolean: 'true or false', integer: 'a whole number', number: 'a number', array: 'a list: a,b,c', object: 'JSON' }[type] ?? type}${pattern}`;
}

const shown = (value: Json | undefined): string | undefined =>
  value === undefined ? undefined : typeof value === 'string' ? value : JSON.stringify(value);
