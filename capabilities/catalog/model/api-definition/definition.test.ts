import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { pointedTo } from './pointer.ts';
import { readDefinition } from './read-definition.ts';
import type { EventReading, HttpReading, Operation, TypeReading } from './reading.ts';
import { curlOf, missingOf, requestOf } from './request.ts';
import { sampleOf } from './sample.ts';

const openapi = {
  openapi: '3.1.0',
  info: { title: 'Orders', version: 2 },
  servers: [{ url: 'https://{region}.example.org/v2', variables: { region: { default: 'eu' } } }],
  security: [{ key: [] }],
  paths: {
    '/orders/{id}': {
      parameters: [{ $ref: '#/components/parameters/Id' }, { name: 'q', in: 'query', schema: { type: 'string' } }],
      post: {
        operationId: 'change',
        parameters: [{ name: 'q', in: 'query', required: true }],
        requestBody: { $ref: '#/components/requestBodies/Order' },
        responses: { 200: { $ref: '#/components/responses/Ok' }, 404: 7 },
      },
      get: 'broken',
    },
    '/loop': { $ref: '#/paths/~1loop' },
  },
  components: {
    parameters: { Id: { name: 'id', in: 'path', example: 'a b' } },
    requestBodies: { Order: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } } } },
    responses: { Ok: { description: 'Good', content: { 'application/json': { examples: { one: { value: { id: 1 } } } } } } },
    securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'x-key' } },
    schemas: {
      Order: {
        type: 'object',
        required: ['id'],
        properties: {
          id: { type: 'string' },
          next: { $ref: '#/components/schemas/Order' },
          lines: { type: 'array', items: { type: 'integer', minimum: 3 } },
        },
      },
    },
  },
};
const reading = readDefinition('openapi', stringify(openapi)) as HttpReading;
const operation = reading.operations[0] as Operation;
const filled = {
  server: 'https://x.org/base',
  values: { 'path id': "a/'b", 'query q': '1 2' },
  body: '{"a":1}',
  contentType: 'application/json',
  credential: 's',
};

describe('reading OpenAPI', () => {
  it('follows references, lets the operation’s parameter win, and leaves broken parts out', () => {
    expect(reading.operations.map((one) => one.id)).toEqual(['post /orders/{id}']);
    expect(operation.parameters.map((one) => `${one.in} ${one.name} ${one.required}`)).toEqual(['path id true', 'query q true']);
    expect(operation.responses).toEqual([
      { status: '200', description: 'Good', content: [{ type: 'application/json', example: { id: 1 } }] },
      { status: '404', description: '', content: [] },
    ]);
    expect(reading.servers).toEqual([{ url: 'https://eu.example.org/v2' }]);
    expect(reading).toMatchObject({ version: '2', standard: 'OpenAPI 3.1.0' });
  });
  it('makes examples of schemas that hold themselves', () => {
    const sample = sampleOf({ $ref: '#/components/schemas/Order' }, reading.schemas) as { id: string; lines: number[]; next: object };
    expect(sample).toMatchObject({ id: 'text', lines: [3] });
    expect(JSON.stringify(sample).length).toBeLessThan(2000);
  });
  it('builds the request and a command in which nothing is read by the shell', () => {
    const request = requestOf(operation, filled, reading.security['key'], 'https://portal.example.org/catalog');
    expect(request).toEqual({
      method: 'POST',
      url: "https://x.org/base/orders/a%2F'b?q=1+2",
      headers: [
        ['accept', 'application/json'],
        ['x-key', 's'],
        ['content-type', 'application/json'],
      ],
      body: '{"a":1}',
    });
    expect(curlOf(request)).toContain(`'https://x.org/base/orders/a%2F'\\''b?q=1+2'`);
    expect(missingOf(operation, { ...filled, values: {} })).toEqual(['id', 'q']);
    expect(requestOf(operation, { ...filled, server: '/v1' }, undefined, 'https://portal.example.org/catalog').url).toMatch(
      /^https:\/\/portal\.example\.org\/v1\/orders\//,
    );
  });
  it('reads Swagger 2 in the same way', () => {
    const old = readDefinition(
      'openapi',
      JSON.stringify({
        swagger: '2.0',
        info: { title: 'Stock' },
        host: 'stock.example.org',
        basePath: '/v1',
        schemes: ['https'],
        paths: {
          '/items': {
            put: {
              parameters: [
                { name: 'b', in: 'body', schema: { $ref: '#/definitions/Item' } },
                { name: 'n', in: 'query', type: 'integer' },
              ],
              responses: { 200: { description: 'Ok', schema: { $ref: '#/definitions/Item' } } },
            },
          },
        },
        definitions: { Item: { type: 'object' } },
      }),
    ) as HttpReading;
    expect(old.servers[0]?.url).toBe('https://stock.example.org/v1');
    expect(old.operations[0]).toMatchObject({
      parameters: [{ name: 'n', schema: { type: 'integer' } }],
      body: { content: [{ type: 'application/json', schema: { $ref: '#/definitions/Item' } }] },
      responses: [{ content: [{ schema: { $ref: '#/definitions/Item' } }] }],
    });
    expect(Object.keys(old.schemas)).toEqual(['#/definitions/Item']);
  });
  it('does not take what only looks like a path of the document', () => {
    expect(pointedTo({ a: 1 }, '#/__proto__/x')).toBeUndefined();
    expect(pointedTo({ 'a/b': { c: 1 } }, '#/a~1b/c')).toBe(1);
    expect(pointedTo({ a: 1 }, 'https://example.org/#/a')).toBeUndefined();
  });
});

describe('reading the others', () => {
  it('reads AsyncAPI 2 and 3', () => {
    const two = readDefinition(
      'asyncapi',
      stringify({
        asyncapi: '2.6.0',
        info: { title: 'E' },
        channels: { a: { subscribe: { summary: 'S', message: { oneOf: [{ $ref: '#/components/messages/M' }, { name: 'N' }] } } } },
        components: { messages: { M: { payload: { type: 'string' } } } },
      }),
    ) as EventReading;
    expect(two.channels).toEqual([
      {
        address: 'a',
        actions: [{ action: 'send', summary: 'S' }],
        messages: [
          { name: 'M', type: 'application/json', schema: { type: 'string' } },
          { name: 'N', type: 'application/json' },
        ],
      },
    ]);
    const three = readDefinition(
      'asyncapi',
      stringify({
        asyncapi: '3.0.0',
        info: {},
        channels: { c: { address: 'x.y', messages: { A: { payload: { schemaFormat: 'x', schema: { type: 'number' } } } } } },
        operations: { o: { action: 'receive', channel: { $ref: '#/channels/c' } } },
      }),
    ) as EventReading;
    expect(three.channels[0]).toMatchObject({
      address: 'x.y',
      actions: [{ action: 'receive' }],
      messages: [{ name: 'A', schema: { type: 'number' } }],
    });
  });
  it('reads GraphQL: what can be asked first, whatever it is called', () => {
    const { types } = readDefinition(
      'graphql',
      'schema { query: Root } type A { x: Int @deprecated(reason: "old") } "R" type Root { a(n: Int = 3): [A!]! } enum E { X }',
    ) as TypeReading;
    expect(types.map((type) => `${type.kind} ${type.name}`)).toEqual(['query Root', 'type A', 'enum E']);
    expect(types[0]).toMatchObject({ description: 'R', fields: [{ name: 'a', type: '[A!]!', arguments: [{ name: 'n', default: '3' }] }] });
    expect(types[1]?.fields[0]?.deprecated).toBe('old');
  });
  it('reads services, nested messages, maps and choices of Protocol Buffers', () => {
    const { title, types } = readDefinition(
      'grpc',
      'syntax = "proto3"; package a.b; option go_package = "x;{y"; // Gives.\nservice S { rpc Get (stream Q) returns (.a.b.R) { option (http) = { get: "/v1" }; } }\nmessage Q { message In { int32 n = 1 [deprecated = true]; } map<string, In> all = 1; oneof which { string u = 2; } reserved 4 to 9; enum E { A = -1; } }\nmessage R {}',
    ) as TypeReading;
    expect(title).toBe('a.b');
    expect(types.map((type) => type.name)).toEqual(['S', 'Q', 'Q.In', 'Q.E', 'R']);
    expect(types[0]).toMatchObject({ description: 'Gives.', fields: [{ name: 'Get', type: '(stream Q) → .a.b.R' }] });
    expect(types[1]?.fields).toEqual([
      { name: 'all', type: 'map<string, In> = 1' },
      { name: 'u', type: 'string = 2', description: 'one of which' },
    ]);
  });
  it('shows as text what it cannot read, with the place', () => {
    expect(readDefinition('openapi', 'openapi: 3.0.0\npaths: {a: [')).toMatchObject({
      sort: 'text',
      reason: expect.stringMatching(/line 2/),
    });
    expect(readDefinition('graphql', 'type A {')).toMatchObject({ sort: 'text', reason: expect.stringContaining('Syntax Error') });
    expect(readDefinition('grpc', 'service S {\n rpc Get Q }')).toMatchObject({
      sort: 'text',
      reason: 'Line 2: "(" was expected, there is "Q".',
    });
    expect(readDefinition('openapi', 'hello')).toMatchObject({ sort: 'text', reason: expect.stringContaining('which version') });
    expect(readDefinition('trpc', 'const x = 1')).toEqual({ sort: 'text', language: 'ts' });
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
      .split('')
      .map((c, i) => `${c}: &${c} [${Array.from({ length: 9 }, () => `*${'abcdefghi'[i]}`).join(',')}]`)
      .join('\n')}\nopenapi: 3.0.0`;
    expect(readDefinition('openapi', bomb)).toMatchObject({ sort: 'text', reason: expect.stringContaining('alias') });
  });
  it('reads a megabyte in bounded time', () => {
    const paths = Object.fromEntries(
      Array.from({ length: 3000 }, (_, i) => [`/p${i}/{id}`, { get: { summary: 'x'.repeat(250), responses: {} } }]),
    );
    const text = stringify({ openapi: '3.0.0', info: {}, paths });
    expect(text.length).toBeGreaterThan(900_000);
    expect((readDefinition('openapi', text) as HttpReading).operations).toHaveLength(3000);
  });
});
