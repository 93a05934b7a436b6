import { PAVED_API_VERSION, type Entity, type JsonObject } from '@paved/kernel';

/** `spec` of an Environment: a place that services run in. */
export interface EnvironmentSpec {
  /** What kind of place it is, for criteria and policies: `development`, `staging`, `production`, … */
  readonly type: string;
  /** Place in the promotion order, from left to right on the board. */
  readonly order: number;
  /** Name of the environment that versions are promoted from. */
  readonly promotesFrom?: string;
  /** Deleting a service here asks for its name as confirmation. */
  readonly protected?: boolean;
  /** Per resource type: the class a request gets when it names none, and a definition that is taken whatever else matches. */
  readonly bindings?: Readonly<Record<string, { readonly class?: string; readonly definition?: string }>>;
}

export interface OutputSpec {
  readonly type?: 'string' | 'number' | 'boolean' | 'object' | 'array';
  readonly secret?: boolean;
  readonly description?: string;
}

/** `spec` of a ResourceType: something services can ask for. */
export interface ResourceTypeSpec {
  /** `direct`: a Score file may ask. `indirect`: only definitions ask. `implicit`: the platform adds it. */
  readonly use: 'direct' | 'indirect' | 'implicit';
  /** JSON Schema (2020-12) of a request's `params`. */
  readonly inputSchema?: JsonObject;
  readonly outputs: Readonly<Record<string, OutputSpec>>;
  /** Any other output name is allowed too (type `environment`). */
  readonly openOutputs?: boolean;
  /** Keeps data: never destroyed by a deployment, orphaned instead. */
  readonly stateful?: boolean;
}

/** What a definition wants a request to be; every given field must be equal. `class` is compared exactly, absent means `default`. */
export interface Criteria {
  readonly class?: string;
  /** The request's explicit id. */
  readonly resId?: string;
  /** Name of the environment. */
  readonly envId?: string;
  /** Canonical ref or name of the component. */
  readonly appId?: string;
  /** Type of the environment. */
  readonly envType?: string;
}

/** `spec` of a ResourceDefinition: how the platform team makes one. Texts may hold `${context…}`, `${params…}`, `${resources.<alias>…}`. */
export interface ResourceDefinitionSpec {
  readonly type: string;
  /** Short for `class` in every one of `criteria`. */
  readonly class?: string;
  readonly driver: string;
  /** Any of them suffices; none at all matches every request of class `default` (or of `class`). */
  readonly criteria?: readonly Criteria[];
  readonly inputs?: JsonObject;
  /** Nodes this one needs. `@` as class or id means "like the requester's"; class defaults to `default`, id to the requester's. */
  readonly dependencies?: readonly {
    readonly alias: string;
    readonly type: string;
    readonly class?: string;
    readonly id?: string;
    readonly params?: JsonObject;
  }[];
  /** Nodes added beside this one. */
  readonly coProvision?: readonly {
    readonly type: string;
    readonly class?: string;
    readonly id?: string;
    readonly params?: JsonObject;
    /** The new node depends on this one. */
    readonly isDependent?: boolean;
    /** Everything that depends on this node depends on the new one too. */
    readonly matchDependents?: boolean;
  }[];
  /** Outputs by template over `${driver.<output>}`; without it the driver's outputs are taken as they are. */
  readonly outputs?: Readonly<Record<string, string>>;
}

const name = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9-]{0,61}[A-Za-z0-9]$' } as const;
const openMap = { type: 'object' } as const;

const environmentSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['type', 'order'],
  properties: {
    type: { type: 'string', minLength: 1, examples: ['development', 'staging', 'production'] },
    order: { type: 'integer', minimum: 0 },
    promotesFrom: { type: 'string', minLength: 1 },
    protected: { type: 'boolean' },
    bindings: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        properties: { class: name, definition: { type: 'string', minLength: 1 } },
      },
    },
  },
} as const;

const resourceTypeSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['use', 'outputs'],
  properties: {
    use: { enum: ['direct', 'indirect', 'implicit'] },
    owner: { type: 'string' },
    inputSchema: openMap,
    outputs: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        properties: {
          type: { enum: ['string', 'number', 'boolean', 'object', 'array'] },
          secret: { type: 'boolean' },
          description: { type: 'string' },
        },
      },
    },
    openOutputs: { type: 'boolean' },
    stateful: { type: 'boolean' },
  },
} as const;

const request = {
  type: { type: 'string', minLength: 1 },
  class: { type: 'string', minLength: 1 },
  id: { type: 'string', minLength: 1 },
  params: openMap,
} as const;

const resourceDefinitionSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['type', 'driver'],
  properties: {
    type: { type: 'string', minLength: 1 },
    owner: { type: 'string' },
    class: name,
    driver: { type: 'string', minLength: 1 },
    criteria: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        properties: {
          class: name,
          resId: { type: 'string' },
          envId: { type: 'string' },
          appId: { type: 'string' },
          envType: { type: 'string' },
        },
      },
    },
    inputs: openMap,
    dependencies: {
      type: 'array',
      items: { type: 'object', additionalProperties: false, required: ['alias', 'type'], properties: { alias: name, ...request } },
    },
    coProvision: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['type'],
        properties: { ...request, isDependent: { type: 'boolean' }, matchDependents: { type: 'boolean' } },
      },
    },
    outputs: { type: 'object', additionalProperties: { type: 'string' } },
  },
} as const;

/** The kinds this capability brings, in the catalog's terms. */
export const orchestratorKinds = [
  { apiVersion: PAVED_API_VERSION, kind: 'Environment', spec: environmentSchema },
  {
    apiVersion: PAVED_API_VERSION,
    kind: 'ResourceType',
    spec: resourceTypeSchema,
    relations: [{ field: 'owner', type: 'ownedBy', reverse: 'ownerOf', defaultKind: 'Group' }],
  },
  {
    apiVersion: PAVED_API_VERSION,
    kind: 'ResourceDefinition',
    spec: resourceDefinitionSchema,
    relations: [{ field: 'owner', type: 'ownedBy', reverse: 'ownerOf', defaultKind: 'Group' }],
    check: (entity: Entity): string[] => definitionProblems(entity.spec as unknown as ResourceDefinitionSpec),
  },
] as const;

function definitionProblems(spec: ResourceDefinitionSpec): string[] {
  const aliases = (spec.dependencies ?? []).map((dependency) => dependency.alias);
  const twice = aliases.filter((alias, i) => aliases.indexOf(alias) !== i);
  const contradicting = (spec.criteria ?? []).filter((c) => c.class !== undefined && spec.class !== undefined && c.class !== spec.class);
  return [
    ...[...new Set(twice)].map((alias) => `The alias "${alias}" is used by two dependencies; give each its own.`),
    ...contradicting.map((c) => `spec.class is "${spec.class}" but a criterion says class "${c.class}"; leave one of them out.`),
  ];
}
