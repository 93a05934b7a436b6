import { wellKnownAnnotations } from '../well-known-annotations.ts';
import type { CatalogKind } from '../kinds.ts';
import type { YamlPlace } from './yaml-path.ts';

export interface Offer {
  readonly label: string;
  readonly detail?: string;
  /** Text that is put in; the label when left out. */
  readonly apply?: string;
}

/** Where entity references are completed from. */
export type FindEntities = (query: string, kind: string | undefined) => Promise<readonly { ref: string; title: string }[]>;

type Schema = Readonly<Record<string, unknown>>;
const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);

const roots = ['apiVersion', 'kind', 'metadata', 'spec'];
const metadataFields: Readonly<Record<string, string>> = {
  name: 'Unique among its kind',
  namespace: 'default when left out',
  title: 'What people call it',
  description: 'One sentence',
  labels: 'Short values that tools select by',
  annotations: 'Where tools find it',
  tags: 'Words people search by',
  links: 'Pages about it',
};
const linkFields = ['url', 'title', 'icon', 'type'];

/** What fits at a place of a document of this kind. */
export async function offersAt(
  place: YamlPlace,
  kinds: readonly CatalogKind[],
  kind: CatalogKind | undefined,
  find: FindEntities,
): Promise<readonly Offer[]> {
  const offers = place.writes === 'key' ? keysAt(place, kind) : await valuesAt(place, kinds, kind, find);
  return offers.filter((offer) => !place.siblings.includes(offer.label));
}

function keysAt({ path }: YamlPlace, kind: CatalogKind | undefined): readonly Offer[] {
  const [root, second, third] = path;
  const asKeys = (names: Readonly<Record<string, string | undefined>>): Offer[] =>
    Object.entries(names).map(([label, detail]) => ({ label, apply: `${label}: `, ...(detail === undefined ? {} : { detail }) }));
  if (root === undefined) return asKeys(Object.fromEntries(roots.map((name) => [name, undefined])));
  if (root === 'metadata') {
    if (second === undefined) return asKeys(metadataFields);
    if (second === 'annotations' && third === undefined) return asKeys(wellKnownAnnotations);
    return second === 'links' ? asKeys(Object.fromEntries(linkFields.map((name) => [name, undefined]))) : [];
  }
  const schema = root === 'spec' ? schemaAt(kind?.schema, path.slice(1)) : undefined;
  const properties = isSchema(schema?.['properties']) ? schema['properties'] : {};
  return asKeys(
    Object.fromEntries(
      Object.entries(properties).map(([name, sub]) => [
        name,
        isSchema(sub) && typeof sub['description'] === 'string' ? sub['description'] : undefined,
      ]),
    ),
  );
}

/** The schema at a path of keys; lists are looked through. */
function schemaAt(schema: Schema | undefined, path: readonly string[]): Schema | undefined {
  let at = schema;
  for (const key of path) {
    if (isSchema(at?.['items'])) at = at['items'];
    const properties = at?.['properties'];
    const next = isSchema(properties) ? properties[key] : undefined;
    at = isSchema(next) ? next : undefined;
  }
  return isSchema(at?.['items']) ? at['items'] : at;
}

async function valuesAt(
  place: YamlPlace,
  kinds: readonly CatalogKind[],
  kind: CatalogKind | undefined,
  find: FindEntities,
): Promise<readonly Offer[]> {
  const [root, ...rest] = place.path;
  if (root === 'kind')
    return kinds.map((one) => ({ label: one.kind, ...(one.description === undefined ? {} : { detail: one.description }) }));
  if (root === 'apiVersion')
    return [...new Set((kind === undefined ? kinds : [kind]).flatMap((one) => one.apiVersions))].map((label) => ({ label }));
  if (root !== 'spec') return [];
  const relation = kind?.relations.find((one) => one.field === rest.join('.'));
  if (relation !== undefined)
    return (await find(place.word.split(/[:/]/).at(-1) ?? '', relation.defaultKind)).map(({ ref, title }) => ({
      label: shortRef(ref, relation.defaultKind),
      detail: title,
    }));
  const schema = schemaAt(kind?.schema, rest);
  const choices = [...listOf(schema?.['enum']), ...listOf(schema?.['examples'])];
  if (schema?.['type'] === 'boolean') choices.push(true, false);
  if (choices.length === 0 && rest.join('.') === 'lifecycle') choices.push('experimental', 'production', 'deprecated');
  return choices.map((choice) => ({ label: String(choice) }));
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? [...(value as unknown[])] : []);

/** As short as a reference can be written where this kind is expected. */
export function shortRef(ref: string, defaultKind: string | undefined): string {
  const [kind = '', rest = ''] = ref.split(':');
  const name = rest.startsWith('default/') ? rest.slice('default/'.length) : rest;
  return kind === defaultKind?.toLowerCase() ? name : `${kind}:${rest}`;
}
