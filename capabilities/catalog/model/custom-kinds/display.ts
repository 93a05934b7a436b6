import type { KindColumn, KindRule } from '../kind-registry.ts';

/** How a kind is shown to people. */
export interface KindDisplay {
  readonly title: string;
  readonly plural: string;
  /** Name of a Tabler icon. */
  readonly icon: string;
  readonly columns: readonly KindColumn[];
}

const column = (field: string, title: string): KindColumn => ({ field, title });
const owner = column('relations.ownedBy', 'Owner');
const system = column('relations.partOf', 'System');
const type = column('spec.type', 'Type');
const lifecycle = column('spec.lifecycle', 'Lifecycle');
const description = column('metadata.description', 'Description');

const backstage: Readonly<Record<string, Partial<KindDisplay>>> = {
  Component: { icon: 'braces', columns: [owner, system, type, lifecycle] },
  API: { title: 'API', plural: 'APIs', icon: 'api', columns: [owner, system, type, lifecycle] },
  Resource: { icon: 'cube', columns: [owner, system, type] },
  System: { icon: 'sitemap', columns: [owner, column('relations.partOf', 'Domain')] },
  Domain: { icon: 'building-skyscraper', columns: [owner, description] },
  Group: { icon: 'users', columns: [type, column('relations.childOf', 'Parent'), description] },
  User: { icon: 'user', columns: [column('spec.profile.email', 'E-mail'), column('relations.memberOf', 'Teams')] },
  Location: { icon: 'map-pin', columns: [type, column('spec.target', 'Target')] },
  Template: { icon: 'template', columns: [owner, type, description] },
  AiResource: { title: 'AI resource', icon: 'sparkles', columns: [owner, system, type, lifecycle] },
  EntityKind: {
    title: 'Entity kind',
    icon: 'schema',
    columns: [column('spec.kind', 'Kind'), column('spec.extends', 'Adds to'), description],
  },
  Environment: { icon: 'layout-kanban' },
};

/** What a kind says of itself, and for the rest what its name and fields suggest. */
export function displayOf(rule: KindRule): KindDisplay {
  const known = { ...backstage[rule.kind], ...rule.display };
  const title = known.title ?? words(rule.kind);
  const columns = known.columns !== undefined && known.columns.length > 0 ? known.columns : suggested(rule);
  return {
    title,
    plural: known.plural ?? pluralOf(title),
    icon: known.icon ?? 'file-text',
    columns: [...columns, ...(rule.additions ?? []).flatMap((addition) => addition.columns)],
  };
}

function suggested(rule: KindRule): KindColumn[] {
  const fields = Object.keys((rule.spec['properties'] ?? {}) as object);
  return [
    ...(rule.relations.some((relation) => relation.type === 'ownedBy') ? [owner] : []),
    ...(fields.includes('type') ? [type] : []),
    ...(fields.includes('lifecycle') ? [lifecycle] : []),
    description,
  ];
}

/** `ResourceDefinition` is "Resource definition". */
const words = (kind: string): string => {
  const text = kind.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
};

function pluralOf(title: string): string {
  if (/[^aeiou]y$/i.test(title)) return `${title.slice(0, -1)}ies`;
  return /(?:s|x|z|ch|sh)$/i.test(title) ? `${title}es` : `${title}s`;
}
