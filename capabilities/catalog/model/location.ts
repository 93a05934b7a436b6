import { PavedError, type Entity } from '@paved/kernel';

/** `type:target`, as Backstage writes locations in annotations. */
export const locationRef = (location: { type: string; target: string }): string => `${location.type}:${location.target}`;

/** The entity that stands for a registered location; Backstage names it after the SHA-1 of `type:target`. */
export function locationEntity(location: { type: string; target: string }, sha1: string): Entity {
  const ref = locationRef(location);
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Location',
    metadata: {
      name: `generated-${sha1}`,
      namespace: 'default',
      annotations: { 'backstage.io/managed-by-location': ref, 'backstage.io/managed-by-origin-location': ref },
    },
    spec: { type: location.type, target: location.target },
  };
}

const REJECTED = 'about:blank#the-catalog-refused-a-javascript-address';
const safe = (url: string): string => (/^\s*javascript\s*:/i.test(url) ? REJECTED : url);

/** Adds what the catalog knows about where an entity was read; addresses that would run script are neutralised. */
export function annotate(
  entity: Entity,
  place: { location: string; origin: string; viewUrl?: string; editUrl?: string; sourceLocation?: string },
): Entity {
  const own = entity.metadata.annotations ?? {};
  const annotations: Record<string, string> = {
    ...(place.viewUrl === undefined ? {} : { 'backstage.io/view-url': place.viewUrl }),
    ...(place.editUrl === undefined ? {} : { 'backstage.io/edit-url': place.editUrl }),
    ...(place.sourceLocation === undefined ? {} : { 'backstage.io/source-location': place.sourceLocation }),
    ...own,
    'backstage.io/managed-by-location': place.location,
    'backstage.io/managed-by-origin-location': place.origin,
  };
  for (const key of ['backstage.io/view-url', 'backstage.io/edit-url']) {
    const url = annotations[key];
    if (url !== undefined) annotations[key] = safe(url);
  }
  return { ...entity, metadata: { ...entity.metadata, annotations } };
}

/** The targets of a Location entity. */
export function targetsOf(entity: Entity): { targets: string[]; optional: boolean } {
  const spec = entity.spec ?? {};
  const targets = [
    ...(typeof spec['target'] === 'string' ? [spec['target']] : []),
    ...(Array.isArray(spec['targets']) ? spec['targets'].filter((t) => typeof t === 'string') : []),
  ];
  return { targets, optional: spec['presence'] === 'optional' };
}

/**
 * Kinds that a source registered by a developer may hold. The others shape the platform or say who belongs to which group,
 * so they come from sources that a platform engineer or the configuration added.
 */
export const kindsForEverybody: readonly string[] = ['Component', 'API', 'Resource', 'System', 'Domain', 'Location', 'AiResource'];

/** Refuses an address that carries a password or token, before it gets into logs and lists. Throws `invalid`, without naming it. */
export function refuseCredentials(target: string): void {
  const url = URL.canParse(target) ? new URL(target) : undefined;
  if (url === undefined || (url.password === '' && (url.username === '' || !/^https?:$/.test(url.protocol)))) return;
  throw new PavedError('invalid', `The address of ${url.host} carries a user name or a password.`, {
    fix: 'Leave credentials out of addresses: everybody who sees the source would see them. Connect the host as an integration instead.',
  });
}
