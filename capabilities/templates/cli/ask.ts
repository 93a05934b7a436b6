import * as prompts from '@clack/prompts';
import { getEntitiesByQuery, type ApiClient } from '@paved/client';
import { PavedError, type Entity, type Json, type JsonObject } from '@paved/kernel';
import { isObject, propertiesOf, requiredOf } from './values.ts';

type Choice = { value: string; label: string; hint?: string };

/** Asks for what is still missing, page by page, with the questions of the template's form. */
export async function askForValues(
  api: ApiClient,
  pages: readonly { title: string; schema: JsonObject }[],
  given: JsonObject,
): Promise<JsonObject> {
  const values: JsonObject = { ...given };
  for (const page of pages) {
    const required = requiredOf([page]);
    const missing = [...propertiesOf([page])].filter(([name]) => values[name] === undefined);
    if (missing.length === 0) continue;
    prompts.log.step(page.title);
    for (const [name, schema] of missing) {
      const answer = await ask(api, name, schema, required.has(name));
      if (answer !== undefined) values[name] = answer;
    }
  }
  return values;
}

async function ask(api: ApiClient, name: string, schema: JsonObject, required: boolean): Promise<Json | undefined> {
  const title = text(schema['title']) ?? name;
  const description = text(schema['description']);
  const message = description === undefined ? title : `${title} (${description.replace(/\.$/, '')})`;
  const initial = schema['default'];
  const choices = choicesOf(schema) ?? (await entitiesFor(api, schema));
  if (choices !== undefined && choices.length > 0) {
    const options = required || initial !== undefined ? choices : [{ value: '', label: 'None' }, ...choices];
    const chosen = answered(
      choices.length > 8
        ? await prompts.autocomplete({ message, options, ...(typeof initial === 'string' ? { initialValue: initial } : {}) })
        : await prompts.select({ message, options, ...(typeof initial === 'string' ? { initialValue: initial } : {}) }),
    );
    return chosen === '' ? undefined : chosen;
  }
  if (schema['type'] === 'boolean') return answered(await prompts.confirm({ message, initialValue: initial === true }));
  // Where the repository lives has a sensible default; who wants another place says so with --set.
  if (schema['ui:field'] === 'RepoUrlPicker' && !required) return undefined;
  if (schema['type'] === 'object' || schema['type'] === 'array') {
    const typed = answered(
      await prompts.text({
        message: `${message}, as JSON`,
        placeholder: schema['type'] === 'array' ? '[]' : '{}',
        validate: (value) => (value === undefined || value === '' || isJson(value) ? undefined : 'This is not JSON.'),
      }),
    );
    return typed === '' ? undefined : (JSON.parse(typed) as Json);
  }
  const typed = answered(
    await prompts.text({
      message,
      ...(initial === undefined ? {} : { initialValue: String(initial) }),
      validate: (value) => problemOf(value ?? '', schema, title, required),
    }),
  );
  if (typed === '') return undefined;
  return schema['type'] === 'number' || schema['type'] === 'integer' ? Number(typed) : typed;
}

/** What can be said at once; the server checks everything. */
function problemOf(value: string, schema: JsonObject, title: string, required: boolean): string | undefined {
  if (value === '') return required ? `${title} is needed.` : undefined;
  if ((schema['type'] === 'number' || schema['type'] === 'integer') && Number.isNaN(Number(value))) return `${title} is a number.`;
  const pattern = text(schema['pattern']);
  if (pattern !== undefined && value.length < 200 && !new RegExp(pattern, 'u').test(value))
    return text(schema['description']) ?? `${title} does not fit ${pattern}.`;
  return undefined;
}

/** The fixed choices of a field, when it has any. */
export function choicesOf(schema: JsonObject): Choice[] | undefined {
  const names = Array.isArray(schema['enumNames']) ? schema['enumNames'] : [];
  if (Array.isArray(schema['enum']))
    return schema['enum'].map((value, index) => ({ value: String(value), label: String(names[index] ?? value) }));
  const branches = Array.isArray(schema['oneOf']) ? schema['oneOf'].filter(isObject).filter((branch) => 'const' in branch) : [];
  if (branches.length === 0) return undefined;
  return branches.map((branch) => {
    const hint = text(branch['description']);
    return {
      value: String(branch['const']),
      label: text(branch['title']) ?? String(branch['const']),
      ...(hint === undefined ? {} : { hint }),
    };
  });
}

const pickers: Readonly<Record<string, string>> = {
  OwnerPicker: 'kind=group',
  EntityPicker: '',
  OwnedEntityPicker: '',
  MyGroupsPicker: 'kind=group',
};

/** Entities that a picker of the form would offer. */
async function entitiesFor(api: ApiClient, schema: JsonObject): Promise<Choice[] | undefined> {
  const field = text(schema['ui:field']);
  if (field === undefined || !(field in pickers)) return undefined;
  const wanted = isObject(schema['ui:options']) ? schema['ui:options']['catalogFilter'] : undefined;
  const sets = (Array.isArray(wanted) ? wanted : wanted === undefined ? [] : [wanted]).filter(isObject).map((set) =>
    Object.entries(set)
      .flatMap(([key, value]) => (isObject(value) ? [key] : [value].flat().map((one) => `${key}=${String(one)}`)))
      .join(','),
  );
  const filter = sets.length > 0 ? sets : [pickers[field] ?? ''].filter(Boolean);
  const page = await api.call(getEntitiesByQuery, { query: { filter: filter.length === 0 ? undefined : filter, limit: 500 } });
  return (page.items as unknown as Entity[])
    .map((entity) => {
      const hint = entity.metadata.description;
      return {
        value: `${entity.kind}:${entity.metadata.namespace ?? 'default'}/${entity.metadata.name}`.toLowerCase(),
        label: entity.metadata.title ?? entity.metadata.name,
        ...(hint === undefined ? {} : { hint }),
      };
    })
    .sort((a, b) => a.label.localeCompare(b.label));
}

function answered<T>(answer: T): Exclude<T, symbol> {
  // Ctrl-C at a question is typed, no signal: the exit code says so all the same.
  if (prompts.isCancel(answer)) throw new PavedError('cancelled', 'Nothing was created.', { facts: { interrupted: true } });
  return answer as Exclude<T, symbol>;
}

const text = (value: Json | undefined): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const isJson = (value: string): boolean => {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
};

/** Asks whether to go on; a no ends the command. */
export async function confirmCreation(message: string): Promise<void> {
  if (!answered(await prompts.confirm({ message, initialValue: true }))) throw new PavedError('cancelled', 'Nothing was created.');
}

/** Lets a person choose one of the golden paths. */
export async function chooseTemplate(choices: readonly Choice[]): Promise<string> {
  return answered(await prompts.select({ message: 'What do you want to create?', options: [...choices] }));
}
