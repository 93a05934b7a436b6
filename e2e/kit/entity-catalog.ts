import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';

const document = (kind: string, name: string, spec: object, more: object = {}) =>
  stringify(
    { apiVersion: 'backstage.io/v1alpha1', kind, metadata: { name, ...more }, spec },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );

const api = (name: string, type: string, definition: string, description: string) =>
  document('API', name, { type, lifecycle: 'production', owner: 'playback', system: 'streaming', definition }, { description });

/** An OpenAPI document about Paved itself, so that trying an operation answers; with a cycle, and markup that must stay text. */
const openapi = (server: string) => ({
  openapi: '3.1.0',
  info: {
    title: 'Orders',
    version: '2.4.0',
    description:
      'Takes **orders** and follows them. <img src=x onerror="document.title=\'hacked\'"> [bad](javascript:alert(1)) [docs](https://example.org/docs)\n\n- idempotent\n- `JSON` only',
  },
  servers: [
    { url: server, description: 'Here' },
    { url: 'https://{region}.example.org/v2', variables: { region: { default: 'eu', enum: ['eu', 'us'] } } },
  ],
  tags: [{ name: 'Orders', description: 'What was bought' }, { name: 'Platform' }],
  security: [{ token: [] }],
  paths: {
    '/orders': {
      parameters: [{ $ref: '#/components/parameters/Trace' }],
      get: {
        tags: ['Orders'],
        operationId: 'listOrders',
        summary: 'Orders, newest first',
        parameters: [
          { name: 'limit', in: 'query', description: 'Page size', schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 } },
        ],
        responses: {
          200: {
            description: 'A page',
            content: { 'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/Order' } } } },
          },
        },
      },
      post: {
        tags: ['Orders'],
        operationId: 'placeOrder',
        summary: 'Places an order',
        requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/NewOrder' } } } },
        responses: { 201: { description: 'Placed' }, 422: { $ref: '#/components/responses/Refused' } },
      },
    },
    '/orders/{id}': {
      get: {
        tags: ['Orders'],
        operationId: 'getOrder',
        summary: 'One order',
        deprecated: true,
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' }, example: 'o-17' }],
        responses: {
          200: { description: 'It', content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } } },
          404: { description: 'There is none' },
        },
      },
    },
    '/api/catalog/kinds': {
      get: {
        tags: ['Platform'],
        operationId: 'kinds',
        summary: 'Kinds of the catalog',
        security: [],
        responses: { 200: { description: 'All kinds' } },
      },
    },
  },
  components: {
    parameters: { Trace: { name: 'x-trace', in: 'header', schema: { type: 'string' }, description: 'Follows a request' } },
    responses: {
      Refused: { description: 'Refused', content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } } },
    },
    securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    schemas: {
      Order: {
        type: 'object',
        required: ['id', 'lines'],
        properties: {
          id: { type: 'string', description: 'Its number' },
          state: { type: 'string', enum: ['open', 'paid', 'sent'] },
          lines: { type: 'array', items: { $ref: '#/components/schemas/Line' } },
          replaces: { $ref: '#/components/schemas/Order' },
          note: { type: ['string', 'null'] },
        },
      },
      Line: {
        type: 'object',
        properties: {
          sku: { type: 'string', example: 'vinyl-12' },
          amount: { type: 'integer', minimum: 1 },
          order: { $ref: '#/components/schemas/Order' },
        },
      },
      NewOrder: {
        allOf: [
          { type: 'object', required: ['lines'], properties: { lines: { type: 'array', items: { $ref: '#/components/schemas/Line' } } } },
          { type: 'object', properties: { coupon: { type: 'string' } } },
        ],
      },
      Problem: {
        type: 'object',
        properties: {
          title: { type: 'string' },
          detail: { oneOf: [{ type: 'string' }, { type: 'object', additionalProperties: { type: 'string' } }] },
        },
      },
    },
  },
});

const swagger = {
  swagger: '2.0',
  info: { title: 'Stock', version: '1.0' },
  host: 'stock.example.org',
  basePath: '/v1',
  schemes: ['https'],
  consumes: ['application/json'],
  produces: ['application/json'],
  paths: {
    '/items/{sku}': {
      put: {
        summary: 'Sets what is there',
        parameters: [
          { name: 'sku', in: 'path', required: true, type: 'string' },
          { name: 'body', in: 'body', schema: { $ref: '#/definitions/Item' } },
        ],
        responses: { 200: { description: 'Set', schema: { $ref: '#/definitions/Item' } } },
      },
    },
  },
  definitions: { Item: { type: 'object', properties: { count: { type: 'integer' }, shelf: { type: 'string' } } } },
};

const asyncapi = {
  asyncapi: '3.0.0',
  info: { title: 'Playback events', version: '1.1.0', description: 'What listeners do.' },
  servers: { production: { host: 'kafka.example.org:9092', protocol: 'kafka' } },
  channels: {
    started: { address: 'playback.started', description: 'A song began', messages: { Started: { $ref: '#/components/messages/Started' } } },
  },
  operations: { onStarted: { action: 'send', channel: { $ref: '#/channels/started' }, summary: 'Tells that a song began' } },
  components: {
    messages: {
      Started: {
        name: 'Started',
        contentType: 'application/json',
        payload: {
          type: 'object',
          required: ['song'],
          properties: { song: { type: 'string' }, at: { type: 'string', format: 'date-time' } },
        },
      },
    },
  },
};

const graphql = `"""The library of a listener."""
type Query {
  "A song by its number"
  song(id: ID!): Song
  search(text: String!, first: Int = 10): [Song!]!
}
type Mutation { like(id: ID!): Song @deprecated(reason: "Use rate") }
type Song implements Node { id: ID! title: String! by: Artist! mood: Mood }
type Artist implements Node { id: ID! name: String! songs: [Song!]! }
interface Node { id: ID! }
enum Mood { CALM LOUD }
input Rating { song: ID! stars: Int! }
union Hit = Song | Artist
scalar DateTime
`;

const proto = `syntax = "proto3";
// Licences of songs.
package acme.licences.v1;
import "google/protobuf/timestamp.proto";
// Gives and takes licences.
service Licences {
  // Asks for one.
  rpc Grant (GrantRequest) returns (Licence) { option idempotency_level = IDEMPOTENT; }
  rpc Watch (WatchRequest) returns (stream Licence);
}
message GrantRequest { string song = 1; repeated string devices = 2; map<string, string> labels = 3; oneof who { string user = 4; string team = 5; } }
message WatchRequest { optional string song = 1; }
message Licence { string id = 1; State state = 2; google.protobuf.Timestamp until = 3; enum State { STATE_UNSPECIFIED = 0; ACTIVE = 1; ENDED = 2; } }
`;

/** About a megabyte of OpenAPI in YAML. */
const huge = () =>
  stringify({
    openapi: '3.0.3',
    info: { title: 'Everything', version: '1' },
    paths: Object.fromEntries(
      Array.from({ length: 1500 }, (_, i) => [
        `/things/${i}/{id}`,
        {
          get: {
            operationId: `getThing${i}`,
            tags: [`Group ${i % 25}`],
            summary: `Thing ${i}`,
            description: 'Answers what is known about it, with everything that belongs to it and some words more. '.repeat(3),
            parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
            responses: {
              200: { description: 'It', content: { 'application/json': { schema: { $ref: `#/components/schemas/Thing${i}` } } } },
            },
          },
        },
      ]),
    ),
    components: {
      schemas: Object.fromEntries(
        Array.from({ length: 1500 }, (_, i) => [
          `Thing${i}`,
          { type: 'object', properties: { id: { type: 'string' }, next: { $ref: `#/components/schemas/Thing${(i + 1) % 1500}` } } },
        ]),
      ),
    },
  });

/** Services that need each other in layers, `count` of them in all, in ten systems of five teams. */
function network(count: number): string[] {
  let state = 11;
  const next = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) % below;
  };
  const teams = ['playback', 'identity', 'royalties', 'datasets', 'discovery'];
  const systems = Array.from({ length: 10 }, (_, i) =>
    document('System', `mesh-${i}`, { owner: teams[i % 5], domain: 'mesh' }, { title: `Mesh ${i}` }),
  );
  const parts = Array.from({ length: count }, (_, i) => {
    const needs = i === 0 ? [] : [...new Set([Math.floor(i / 3), ...(next(3) === 0 ? [next(i)] : [])])];
    return document(
      i % 10 === 9 ? 'Resource' : 'Component',
      `mesh-part-${i}`,
      {
        type: i % 10 === 9 ? 'database' : ['service', 'worker', 'website'][i % 3],
        ...(i % 10 === 9 ? {} : { lifecycle: i % 7 === 0 ? 'experimental' : 'production' }),
        owner: teams[next(5)],
        system: `mesh-${next(10)}`,
        dependsOn: needs.map((other) => `${other % 10 === 9 ? 'resource' : 'component'}:mesh-part-${other}`),
      },
      { description: `Part ${i} of the mesh` },
    );
  });
  return [document('Domain', 'mesh', { owner: 'product' }, { title: 'Mesh' }), ...systems, ...parts];
}

/** A resource with more of everything than fits, needed by so many services that no living team owns. */
const crowd = (count: number): string[] => [
  document(
    'Resource',
    'crowded',
    { type: 'topic', owner: 'playback', costCentre: '4711', zones: ['eu', 'us'] },
    {
      description: 'Everything that happens is said here, and everybody who wants to know listens. '.repeat(8).trim(),
      tags: Array.from({ length: 30 }, (_, i) => `tag-${i}`),
      links: [
        { url: 'javascript:alert(1)', title: 'Runs something' },
        ...Array.from({ length: 19 }, (_, i) => ({ url: `https://wiki.example.org/spaces/events/pages/${i}?version=${i}` })),
      ],
    },
  ),
  ...Array.from({ length: count }, (_, i) =>
    document('Component', `crowd-${i}`, { type: 'worker', lifecycle: 'production', owner: 'ghosts', dependsOn: ['resource:crowded'] }),
  ),
];

/** A folder with one API of each sort, a network of so many services, a document that breaks later and a name claimed twice. */
export function entityCatalog(server: string, nodes = 1000): { folder: string; breakOne: () => void } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'paved-entities-'));
  const write = (file: string, documents: readonly string[]) => writeFileSync(path.join(folder, file), documents.join('---\n'));
  write('apis.yaml', [
    api('orders', 'openapi', stringify(openapi(server)), 'Takes orders'),
    api('stock', 'openapi', JSON.stringify(swagger), 'What is on the shelves'),
    api('playback-events', 'asyncapi', stringify(asyncapi), 'What listeners do'),
    api('library', 'graphql', graphql, 'Songs and artists'),
    api('licences', 'grpc', proto, 'Licences of songs'),
    api('router', 'trpc', 'export const router = t.router({ song: t.procedure.query(() => 1) });', 'Calls by type'),
    api('everything', 'openapi', huge(), 'A megabyte'),
    api('torn', 'openapi', 'openapi: 3.0.0\npaths: {a: [', 'Cannot be read'),
    document(
      'API',
      'tools',
      {
        type: 'mcp-server',
        lifecycle: 'production',
        owner: 'playback',
        system: 'streaming',
        remotes: [{ type: 'streamable-http', url: 'https://tools.example.org/mcp' }],
      },
      { description: 'Tools for agents' },
    ),
  ]);
  write('mesh.yaml', network(nodes));
  write('crowd.yaml', crowd(40));
  const sound = document('Resource', 'fragile', { type: 'bucket', owner: 'playback' }, { description: 'Breaks soon' });
  write('fragile.yaml', [sound]);
  const files = ['apis.yaml', 'mesh.yaml', 'crowd.yaml', 'fragile.yaml', 'twice.yaml', 'twice-again.yaml'];
  for (const file of ['twice.yaml', 'twice-again.yaml']) write(file, [sound.replace('fragile', 'twice')]);
  writeFileSync(
    path.join(folder, 'catalog-info.yaml'),
    document('Location', 'entity-journey', { type: 'file', targets: files.map((file) => `./${file}`) }),
  );
  return { folder, breakOne: () => write('fragile.yaml', [sound.replace('type: bucket', 'type: 7')]) };
}
