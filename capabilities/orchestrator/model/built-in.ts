import { PAVED_API_VERSION, type Entity, type JsonObject } from '@paved/kernel';
import type { EnvironmentSpec, ResourceDefinitionSpec, ResourceTypeSpec } from './kinds.ts';

/** Key under which the platform's own entities are put into the catalog. */
export const BUILT_IN_ORIGIN = 'orchestrator';

const entity = (kind: string, name: string, title: string, description: string, spec: object): Entity => ({
  apiVersion: PAVED_API_VERSION,
  kind,
  metadata: { name, title, description },
  spec: spec as JsonObject,
});

const type = (
  name: string,
  title: string,
  description: string,
  spec: Omit<ResourceTypeSpec, 'use'> & { use?: ResourceTypeSpec['use'] },
): Entity => entity('ResourceType', name, title, description, { use: 'direct', ...spec });

const closed = (properties: JsonObject, required: string[] = []): JsonObject => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});

/** Types whose params and outputs are those of Score's public samples. */
export const builtInTypes: readonly Entity[] = [
  type('workload', 'Workload', 'What a Score file describes: containers, ports and how they are reached.', {
    use: 'implicit',
    outputs: { url: { type: 'string' }, ports: { type: 'object' } },
  }),
  type('postgres', 'PostgreSQL database', 'A database and role of its own.', {
    stateful: true,
    inputSchema: { type: 'object' },
    outputs: {
      host: { type: 'string' },
      port: { type: 'number' },
      name: { type: 'string' },
      database: { type: 'string' },
      username: { type: 'string' },
      password: { type: 'string', secret: true },
    },
  }),
  type('dns', 'Host name', 'A name under which the service is reached.', {
    inputSchema: closed({}),
    outputs: { host: { type: 'string' }, url: { type: 'string' } },
  }),
  type('route', 'Route', 'Sends what arrives for a host and path to a port of the service.', {
    inputSchema: closed(
      {
        host: { type: 'string', pattern: '^[a-z0-9_.-]{1,253}$' },
        path: { type: 'string', pattern: '^/', default: '/' },
        port: { type: ['integer', 'string'] },
      },
      ['host', 'port'],
    ),
    outputs: { host: { type: 'string' }, path: { type: 'string' }, url: { type: 'string' } },
  }),
  type('volume', 'Volume', 'A folder that outlives versions and restarts.', {
    stateful: true,
    inputSchema: { type: 'object' },
    outputs: { source: { type: 'string' } },
  }),
  type('environment', 'Environment variables', 'Variables and secrets set for the service in this environment, by name.', {
    inputSchema: closed({}),
    outputs: {},
    openOutputs: true,
  }),
  type('service', 'Another service', 'The address of another component in the same environment.', {
    inputSchema: closed({ name: { type: 'string' }, port: { type: ['integer', 'string'] } }),
    outputs: {
      name: { type: 'string' },
      host: { type: 'string' },
      hostname: { type: 'string' },
      port: { type: 'number' },
      url: { type: 'string' },
    },
  }),
  type('service-port', 'Port of another service', 'Host and port of a workload in the same environment.', {
    inputSchema: closed({ workload: { type: 'string' }, port: { type: ['integer', 'string'] } }, ['workload', 'port']),
    outputs: { hostname: { type: 'string' }, port: { type: 'number' } },
  }),
];

const definition = (name: string, title: string, description: string, spec: ResourceDefinitionSpec): Entity =>
  entity('ResourceDefinition', name, title, description, spec);

/** How this machine makes them. A definition of yours with the same criteria wins. */
export const builtInDefinitions: readonly Entity[] = [
  definition('builtin-workload', 'Process', 'A supervised process behind the built-in ingress.', {
    type: 'workload',
    driver: 'process',
    criteria: [{}, { class: 'worker' }, { class: 'job' }, { class: 'static' }],
  }),
  definition('builtin-postgres', 'Database on this machine', 'A database and role on the services’ PostgreSQL server.', {
    type: 'postgres',
    driver: 'postgres',
    inputs: { name: '${context.component.slug}_${context.resource.name}_${context.env.name}' },
  }),
  definition('builtin-dns', 'Name below localhost', 'A host name below localhost, answered by the built-in ingress.', {
    type: 'dns',
    driver: 'process',
    inputs: { host: '${context.component.slug}.${context.env.name}.localhost' },
  }),
  definition('builtin-route', 'Built-in ingress', 'A route of the built-in ingress.', { type: 'route', driver: 'process' }),
  definition('builtin-volume', 'Folder', 'A folder in the data directory.', { type: 'volume', driver: 'volume' }),
  definition('builtin-environment', 'Variables and secrets', 'What owners set for the service and environment.', {
    type: 'environment',
    driver: 'variables',
  }),
  definition('builtin-service', 'Service of this environment', 'Looked up among what runs in the environment.', {
    type: 'service',
    driver: 'services',
    inputs: { default: '${context.resource.name}' },
  }),
  definition('builtin-service-port', 'Port of a service', 'Looked up among what runs in the environment.', {
    type: 'service-port',
    driver: 'services',
  }),
];

const environment = (name: string, title: string, spec: EnvironmentSpec): Entity =>
  entity('Environment', name, title, `${title} on this machine.`, spec);

/** Used while the catalog has no Environment of its own. */
export const defaultEnvironments: readonly Entity[] = [
  environment('dev', 'Dev', { type: 'development', order: 10 }),
  environment('staging', 'Staging', { type: 'staging', order: 20, promotesFrom: 'dev' }),
  environment('production', 'Production', { type: 'production', order: 30, promotesFrom: 'staging', protected: true }),
];
