import type { KindRelation, KindRule } from './kind-registry.ts';

/** Backstage 1.55's own kinds: fields, reference defaults and relation pairs (catalog-model 1.10, both apiVersions). */

const text = (description: string) => ({ type: 'string', minLength: 1, description });
const list = (description: string) => ({ type: 'array', items: { type: 'string', minLength: 1 }, description });
const object = (required: readonly string[], properties: Record<string, unknown>) => ({ type: 'object', required, properties });

const owner = text('the group or user who answers for it, for example group:default/team-a');
const lifecycle = text('how far it is, for example experimental, production or deprecated');
const system = text('the system it belongs to');
const profile = {
  type: 'object',
  properties: { displayName: text('name for people'), email: text('e-mail address'), picture: text('address of a picture') },
};

const ownedBy: KindRelation = { field: 'owner', type: 'ownedBy', reverse: 'ownerOf', defaultKind: 'group' };
const partOf = (field: string, defaultKind: string): KindRelation => ({ field, type: 'partOf', reverse: 'hasPart', defaultKind });
const dependsOn: KindRelation = { field: 'dependsOn', type: 'dependsOn', reverse: 'dependencyOf' };
const dependencyOf: KindRelation = { field: 'dependencyOf', type: 'dependencyOf', reverse: 'dependsOn' };

const core = ['backstage.io/v1alpha1', 'backstage.io/v1beta1'];

export const backstageKinds: readonly KindRule[] = [
  {
    apiVersions: core,
    kind: 'Component',
    spec: object(['type', 'lifecycle', 'owner'], {
      type: text('what it is, for example service, website or library'),
      lifecycle,
      owner,
      system,
      subcomponentOf: text('the component it is a part of'),
      providesApis: list('APIs it offers'),
      consumesApis: list('APIs it uses'),
      dependsOn: list('what it needs, with kind, for example resource:orders-db'),
    }),
    relations: [
      ownedBy,
      partOf('system', 'system'),
      partOf('subcomponentOf', 'component'),
      { field: 'providesApis', type: 'providesApi', reverse: 'apiProvidedBy', defaultKind: 'api' },
      { field: 'consumesApis', type: 'consumesApi', reverse: 'apiConsumedBy', defaultKind: 'api' },
      dependsOn,
      dependencyOf,
    ],
  },
  {
    apiVersions: core,
    kind: 'API',
    spec: object(['type', 'lifecycle', 'owner', 'definition'], {
      type: text('the format, for example openapi, asyncapi, graphql or grpc'),
      lifecycle,
      owner,
      system,
      definition: text('the definition as text, or $text: ./openapi.yaml'),
    }),
    variants: {
      'mcp-server': object(['type', 'lifecycle', 'owner', 'remotes'], {
        type: { const: 'mcp-server' },
        lifecycle,
        owner,
        system,
        remotes: {
          type: 'array',
          minItems: 1,
          description: 'where it answers: type and url',
          items: object(['type', 'url'], { type: text('for example streamable-http'), url: text('its address') }),
        },
      }),
    },
    relations: [ownedBy, partOf('system', 'system')],
  },
  {
    apiVersions: core,
    kind: 'Resource',
    spec: object(['type', 'owner'], {
      type: text('what it is, for example database or s3-bucket'),
      owner,
      system,
      dependsOn: list('what it needs, with kind'),
    }),
    relations: [ownedBy, partOf('system', 'system'), dependsOn, dependencyOf],
  },
  {
    apiVersions: core,
    kind: 'System',
    spec: object(['owner'], { owner, domain: text('the domain it belongs to'), type: text('what kind of system it is') }),
    relations: [ownedBy, partOf('domain', 'domain')],
  },
  {
    apiVersions: core,
    kind: 'Domain',
    spec: object(['owner'], { owner, subdomainOf: text('the domain it is a part of'), type: text('what kind of domain it is') }),
    relations: [ownedBy, partOf('subdomainOf', 'domain')],
  },
  {
    apiVersions: core,
    kind: 'Group',
    spec: object(['type', 'children'], {
      type: text('for example team, business-unit or root'),
      profile,
      parent: text('the group above it'),
      children: list('the groups below it; [] when there is none'),
      members: list('the users in it'),
    }),
    relations: [
      { field: 'parent', type: 'childOf', reverse: 'parentOf', defaultKind: 'group' },
      { field: 'children', type: 'parentOf', reverse: 'childOf', defaultKind: 'group' },
      { field: 'members', type: 'hasMember', reverse: 'memberOf', defaultKind: 'user' },
    ],
  },
  {
    apiVersions: core,
    kind: 'User',
    spec: object(['memberOf'], { profile, memberOf: list('the groups the person is in; [] when there is none') }),
    relations: [{ field: 'memberOf', type: 'memberOf', reverse: 'hasMember', defaultKind: 'group' }],
  },
  {
    apiVersions: core,
    kind: 'Location',
    spec: object([], {
      type: text('file or url; that of the file it stands in when left out'),
      target: text('a file or address'),
      targets: list('files or addresses'),
      presence: { type: 'string', enum: ['required', 'optional'], description: 'optional: a missing target is no problem' },
    }),
    relations: [],
  },
  {
    apiVersions: ['scaffolder.backstage.io/v1beta3'],
    kind: 'Template',
    spec: templateSpec(),
    relations: [ownedBy],
  },
  {
    apiVersions: ['backstage.io/v1alpha1'],
    kind: 'AiResource',
    spec: object(['type', 'lifecycle', 'owner'], { type: text('skill, rule, plugin or marketplace'), lifecycle, owner, system }),
    variants: aiResourceVariants(),
    relations: [
      ownedBy,
      partOf('system', 'system'),
      { ...dependsOn, defaultKind: 'airesource' },
      { field: 'skills', type: 'hasPart', reverse: 'partOf', defaultKind: 'airesource' },
      { field: 'plugins', type: 'hasPart', reverse: 'partOf', defaultKind: 'airesource' },
    ],
  },
];

function aiResourceVariants(): Record<string, Record<string, unknown>> {
  const common = { lifecycle, owner, system };
  return {
    skill: object(['type', 'lifecycle', 'owner'], {
      ...common,
      disciplines: list('fields of work'),
      categories: list('categories'),
      agents: list('agents it is for'),
      dependsOn: list('other AI resources it needs'),
      allowedTools: text('tools it may use, parted by blanks'),
      license: text('licence'),
      compatibility: { type: 'string', minLength: 1, maxLength: 500 },
    }),
    rule: object(['type', 'lifecycle', 'owner', 'category', 'rationale'], {
      ...common,
      category: text('what it is about'),
      rationale: text('why it holds'),
      disciplines: list('fields of work'),
    }),
    plugin: object(['type', 'lifecycle', 'owner', 'skills'], { ...common, skills: list('skills in it'), version: text('version') }),
    marketplace: object(['type', 'lifecycle', 'owner', 'plugins'], { ...common, plugins: list('plugins in it'), version: text('version') }),
  };
}

function templateSpec(): Record<string, unknown> {
  const permissions = { type: 'object', properties: { tags: { type: 'array', items: { type: 'string' } } } };
  const page = { type: 'object', properties: { 'backstage:permissions': permissions } };
  const condition = { type: ['string', 'boolean'] };
  const decorators = { type: 'array', items: { type: 'object', properties: { id: { type: 'string' }, input: { type: 'object' } } } };
  const step = object(['action'], {
    id: { type: 'string' },
    name: { type: 'string' },
    action: { type: 'string', description: 'the action to run, for example fetch:template' },
    input: { type: 'object' },
    if: condition,
    'backstage:permissions': permissions,
  });
  return object(['type', 'steps'], {
    type: text('what it makes, for example service'),
    owner,
    lifecycle,
    parameters: { anyOf: [page, { type: 'array', items: page }] },
    secrets: { type: 'object', properties: { schema: { type: 'object' } } },
    presentation: {
      type: 'object',
      properties: {
        buttonLabels: {
          type: 'object',
          properties: { backButtonText: { type: 'string' }, createButtonText: { type: 'string' }, reviewButtonText: { type: 'string' } },
        },
      },
    },
    EXPERIMENTAL_recovery: { type: 'object', properties: { EXPERIMENTAL_strategy: { type: 'string' } } },
    formDecorators: decorators,
    EXPERIMENTAL_formDecorators: decorators,
    steps: { type: 'array', items: step, description: 'the actions, in order' },
    output: {
      type: 'object',
      properties: {
        links: {
          type: 'array',
          items: {
            type: 'object',
            properties: { if: condition, url: text('address'), entityRef: text('entity'), title: text('title'), icon: text('icon') },
          },
        },
        text: {
          type: 'array',
          items: { type: 'object', properties: { if: condition, title: text('title'), icon: text('icon'), content: { type: 'string' } } },
        },
      },
      additionalProperties: { type: 'string' },
    },
  });
}
