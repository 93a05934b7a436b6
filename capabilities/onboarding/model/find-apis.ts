import { parse } from 'yaml';
import { asName } from './as-name.ts';
import { definitionType, type DefinitionType, type RepositoryFacts } from './repository-facts.ts';

const MOST_APIS = 10;

/** An interface that a file of the repository defines. */
export interface FoundApi {
  readonly name: string;
  readonly title?: string;
  readonly type: DefinitionType;
  readonly path: string;
}

/** Interfaces defined by files that `inside` takes, called after themselves or after the component. */
export function apisOf(
  facts: RepositoryFacts,
  component: string,
  {
    inside,
    taken,
    note,
  }: {
    inside: (path: string) => boolean;
    taken: (ref: string) => boolean;
    note: (field: string, value: string, from: string, words: string) => string;
  },
): FoundApi[] {
  const found: FoundApi[] = [];
  const names = new Set<string>();
  for (const path of facts.paths) {
    const type = definitionType(path);
    const text = facts.texts[path];
    if (type === undefined || text === undefined || found.length >= MOST_APIS || !inside(path)) continue;
    const title = titleIn(type, text);
    if (title === undefined) continue;
    const wanted = [
      title === '' ? '' : asName(title),
      component,
      `${component}-${asName(
        path
          .split('/')
          .at(-1)
          ?.replace(/\.[^.]+$/, '') ?? '',
      )}`,
      `${component}-${type}`,
    ];
    const name = wanted.find((one) => one !== '' && !names.has(one) && !taken(`api:default/${one}`));
    if (name === undefined) continue;
    names.add(name);
    note('spec.providesApis', name, path, `${type}${title === '' ? '' : `: ${title}`}`);
    found.push({ name, type, path, ...(title === '' || asName(title) === title ? {} : { title }) });
  }
  return found;
}

/** The title an interface gives itself, `''` when it gives none; undefined when the file is no such interface. */
function titleIn(type: DefinitionType, text: string): string | undefined {
  if (type === 'graphql') return /\b(type|schema|interface)\b/.test(text) ? '' : undefined;
  if (type === 'grpc') return /^\s*service\s+(\w+)/m.exec(text)?.[1];
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 100 });
  } catch {
    return undefined;
  }
  const root = value as { openapi?: unknown; swagger?: unknown; asyncapi?: unknown; info?: { title?: unknown } } | null;
  if (root === null || typeof root !== 'object') return undefined;
  if ((type === 'openapi' ? (root.openapi ?? root.swagger) : root.asyncapi) === undefined) return undefined;
  return typeof root.info?.title === 'string' ? root.info.title : '';
}
