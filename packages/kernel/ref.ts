import { PavedError } from './error.ts';

/**
 * A parsed entity reference, Backstage's grammar `[<kind>:][<namespace>/]<name>`.
 * The canonical text form is `kind:namespace/name`, all lower case; comparison is case-insensitive.
 */
export interface EntityRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Parts used when a reference leaves them out. A kind without default is mandatory. */
export interface RefDefaults {
  readonly kind?: string;
  readonly namespace?: string;
}

/**
 * Parses a reference. Throws `invalid` with a sentence when a part is missing.
 * The first `:` splits the kind unless a `/` stands before it (Backstage 1.55).
 */
export function parseRef(text: string, defaults: RefDefaults = {}): EntityRef {
  const colon = text.indexOf(':');
  const slash = text.indexOf('/');
  const hasKind = colon >= 0 && (slash < 0 || colon < slash);
  const kind = hasKind ? text.slice(0, colon) : defaults.kind;
  const rest = hasKind ? text.slice(colon + 1) : text;
  const cut = rest.indexOf('/');
  const namespace = cut >= 0 ? rest.slice(0, cut) : (defaults.namespace ?? 'default');
  const name = cut >= 0 ? rest.slice(cut + 1) : rest;
  if (!kind) {
    throw new PavedError('invalid', `The reference "${text}" names no kind.`, {
      fix: 'Write it as kind:namespace/name, for example component:default/checkout.',
    });
  }
  if (!namespace || !name) {
    throw new PavedError('invalid', `The reference "${text}" has an empty part.`, {
      fix: 'Write it as kind:namespace/name, for example component:default/checkout.',
    });
  }
  return { kind: kind.toLowerCase(), namespace: namespace.toLowerCase(), name: name.toLowerCase() };
}

/** The canonical text of a reference: `kind:namespace/name` in lower case. */
export function formatRef(ref: EntityRef): string {
  return `${ref.kind}:${ref.namespace}/${ref.name}`.toLowerCase();
}

/** The canonical reference of an entity. */
export function refOf(entity: { kind: string; metadata: { name: string; namespace?: string } }): string {
  return formatRef({
    kind: entity.kind,
    namespace: entity.metadata.namespace ?? 'default',
    name: entity.metadata.name,
  });
}
