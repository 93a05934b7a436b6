import { parseRef, type Entity } from '@paved/kernel';
import {
  IconApi,
  IconBox,
  IconBraces,
  IconBuildingSkyscraper,
  IconCalendarEvent,
  IconCube,
  IconDatabase,
  IconFileText,
  IconLayoutKanban,
  IconMapPin,
  IconPackage,
  IconRoute,
  IconSchema,
  IconSitemap,
  IconSparkles,
  IconStack2,
  IconTemplate,
  IconUser,
  IconUsers,
  IconWorld,
} from '@tabler/icons-react';
import { declaredIcon } from './declared-icon.tsx';
import type { IconType } from './icon.tsx';

const byType: Record<string, IconType> = {
  service: IconBraces,
  worker: IconStack2,
  job: IconCalendarEvent,
  'scheduled-job': IconCalendarEvent,
  website: IconWorld,
  site: IconWorld,
  'static-site': IconWorld,
  library: IconPackage,
  postgres: IconDatabase,
  database: IconDatabase,
  route: IconRoute,
  dns: IconRoute,
  volume: IconBox,
};
const byKind: Record<string, IconType> = {
  component: IconBraces,
  api: IconApi,
  resource: IconCube,
  system: IconSitemap,
  domain: IconBuildingSkyscraper,
  group: IconUsers,
  user: IconUser,
  location: IconMapPin,
  template: IconTemplate,
  environment: IconLayoutKanban,
  airesource: IconSparkles,
  entitykind: IconSchema,
};

/** The icon of an entity: by its type, else by its kind; other kinds have the one that they declare. */
export function iconOf(kind: string, type?: unknown): IconType {
  const known = byKind[kind.toLowerCase()];
  const ofType = typeof type === 'string' ? byType[type.toLowerCase()] : undefined;
  if (kind !== '' && known === undefined) return declaredIcon(kind.toLowerCase(), ofType ?? IconFileText);
  return ofType ?? known ?? IconFileText;
}

/** The portal's address of an entity. */
export function entityHref(ref: string, tab?: string): string {
  const { kind, namespace, name } = parseRef(ref, { kind: 'component' });
  return `/catalog/${namespace}/${kind}/${encodeURIComponent(name)}${tab ? `/${tab}` : ''}`;
}

/** "playback" of "group:default/playback". */
export const nameOf = (ref: string): string => ref.split('/').at(-1)?.split(':').at(-1) ?? ref;

/** What people call an entity: its title; people and teams without one go by their profile's name. */
export function titleOf(entity: Entity): string {
  const { title, name } = entity.metadata;
  if (typeof title === 'string' && title !== '') return title;
  const profile = /^(?:user|group)$/i.test(entity.kind)
    ? (entity.spec?.['profile'] as { displayName?: unknown } | null | undefined)
    : undefined;
  return typeof profile?.displayName === 'string' && profile.displayName !== '' ? profile.displayName : name;
}

/** The targets of a relation. */
export const related = (entity: Entity, type: string): readonly string[] =>
  (entity.relations ?? []).filter((relation) => relation.type === type).map((relation) => relation.targetRef);

const spelled: Record<string, string> = {
  dns: 'DNS',
  postgres: 'PostgreSQL',
  openapi: 'OpenAPI',
  asyncapi: 'AsyncAPI',
  graphql: 'GraphQL',
  grpc: 'gRPC',
  trpc: 'tRPC',
  'mcp-server': 'MCP server',
  http: 'HTTP',
  api: 'API',
  'service-port': 'Service port',
};
/** A type as people write it: "postgres" → "PostgreSQL", "static-site" → "Static site". */
export const typeWords = (type: string): string => spelled[type.toLowerCase()] ?? capital(type.replaceAll('-', ' '));

/** "Capitalised" first letter. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Whether a component is something that runs: more than a library or documents. */
export const isService = (entity: Entity): boolean =>
  entity.kind.toLowerCase() === 'component' && !['library', 'documentation'].includes(String(entity.spec?.['type'] ?? ''));

/** Whether it runs and its repository is hosted here, so that its pushes can be deployed. */
export const isHostedService = (entity: Entity): boolean => isService(entity) && repositoryOf(entity) !== undefined;

/** The hosted repository an entity's files live in: named by an annotation, or by the address it was read from. */
export function repositoryOf(entity: Entity): string | undefined {
  const annotations = entity.metadata.annotations ?? {};
  const locations = [
    annotations['backstage.io/source-location'],
    annotations['backstage.io/managed-by-location'],
    annotations['backstage.io/view-url'],
  ];
  const slugs = locations.map(
    (location) => /(?:paved:\/\/repositories|\/git|\/repositories)\/([\w.-]+\/[\w.-]+?)(?:\.git)?(?:[/?#]|$)/.exec(location ?? '')?.[1],
  );
  return annotations['paved.dev/repository'] ?? slugs.find((slug) => slug !== undefined);
}
