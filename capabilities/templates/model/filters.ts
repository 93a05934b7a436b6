import { parseRef, PavedError, type Json, type JsonObject } from '@paved/kernel';
import { parseRepoUrl, projectSlug } from './repo-url.ts';

type Value = Json | undefined;

const text = (filter: string, value: Value): string => {
  if (typeof value === 'string') return value;
  throw new PavedError(
    'invalid',
    `${filter} takes text, but got ${value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value}.`,
  );
};

const isObject = (value: Value): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

function parseEntityRef(value: Value, options?: Value): Json {
  const defaults = isObject(options) ? options : {};
  const kind = defaults['defaultKind'];
  const namespace = defaults['defaultNamespace'];
  const ref = isObject(value)
    ? `${typeof value['kind'] === 'string' ? `${value['kind']}:` : ''}${typeof value['namespace'] === 'string' ? `${value['namespace']}/` : ''}${String(value['name'])}`
    : text('parseEntityRef', value);
  const parsed = parseRef(ref, {
    ...(typeof kind === 'string' ? { kind } : {}),
    ...(typeof namespace === 'string' ? { namespace } : {}),
  });
  // Backstage keeps the case of what was written; only missing parts are filled in.
  const written = (part: string): string =>
    new RegExp(`(?:^|[:/])(${part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')})(?=$|[:/])`, 'i').exec(ref)?.[1] ?? part;
  return { kind: written(parsed.kind), namespace: written(parsed.namespace), name: written(parsed.name) };
}

/** Backstage's four filters; everything else is nunjucks' own. */
export const filters = {
  parseRepoUrl: (value: Value): Value => ({ ...parseRepoUrl(text('parseRepoUrl', value)) }),
  projectSlug: (value: Value): Value => projectSlug(text('projectSlug', value)),
  parseEntityRef,
  pick: (value: Value, key?: Value): Value => {
    if (typeof key !== 'string') throw new PavedError('invalid', "pick takes a key, for example pick('name').");
    return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  },
} as const;

/** The listing of `/v2/templating-extensions`. */
export const filterDescriptions: Readonly<Record<keyof typeof filters, string>> = {
  parseRepoUrl: 'Takes a repository URL apart into host, owner and repo.',
  projectSlug: 'Gives owner/repo of a repository URL.',
  parseEntityRef: 'Takes an entity reference apart into kind, namespace and name.',
  pick: 'Gives one property of an object.',
};
