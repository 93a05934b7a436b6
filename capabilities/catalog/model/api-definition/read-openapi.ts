import type { Json, JsonObject } from '@paved/kernel';
import { followed, isObject, listOf, objectOf, textOf } from './pointer.ts';
import type { DefinedSchema, HttpReading, Operation, Parameter, Payload, SecurityScheme } from './reading.ts';

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'];

/** OpenAPI 3 and Swagger 2 as one list of operations; what is broken in one operation leaves the others as they are. */
export function readOpenApi(root: JsonObject): HttpReading {
  const old = root['swagger'] !== undefined;
  const info = objectOf(root['info']);
  const tags = listOf(root['tags']).map(objectOf);
  const operations = Object.entries(objectOf(root['paths'])).flatMap(([path, item]) =>
    pathOperations(root, path, followed(root, item), old),
  );
  const described = new Map(tags.map((tag) => [textOf(tag['name']) ?? '', textOf(tag['description'])]));
  const names = [...new Set([...described.keys(), ...operations.map((operation) => operation.group)])].filter((name) =>
    operations.some((operation) => operation.group === name),
  );
  return {
    sort: 'http',
    standard: old ? `Swagger ${String(root['swagger'])}` : `OpenAPI ${String(root['openapi'])}`,
    ...titled(info),
    servers: old ? oldServers(root) : servers(root),
    groups: names.map((name) => ({ name, ...optional('description', described.get(name)) })),
    operations,
    schemas: schemasOf(root),
    security: securityOf(root, old),
  };
}

/** Title, version and description of an `info`. */
export const titled = (info: JsonObject) => ({
  title: textOf(info['title']) ?? 'API',
  ...optional('version', info['version'] === undefined ? undefined : String(info['version'])),
  ...optional('description', textOf(info['description'])),
});

export const optional = <K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };

/** Every schema that a reference may name, under the text of that reference. */
export function schemasOf(root: JsonObject): Record<string, DefinedSchema> {
  const found: [string, DefinedSchema][] = [];
  const add = (prefix: string, schemas: Json | undefined): void => {
    for (const [name, schema] of Object.entries(objectOf(schemas)))
      if (isObject(schema)) found.push([`${prefix}${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, schema]);
  };
  add('#/components/schemas/', objectOf(root['components'])['schemas']);
  add('#/definitions/', root['definitions']);
  return Object.fromEntries(found);
}

function pathOperations(root: JsonObject, path: string, item: JsonObject, old: boolean): Operation[] {
  const shared = listOf(item['parameters']);
  return methods
    .filter((method) => isObject(item[method]))
    .map((method) => {
      const operation = objectOf(item[method]);
      const all = [...shared, ...listOf(operation['parameters'])].map((parameter) => followed(root, parameter));
      // The operation's own parameter wins over the path's of the same name and place.
      const byPlace = new Map(all.map((parameter) => [`${String(parameter['in'])} ${String(parameter['name'])}`, parameter]));
      const parameters = [...byPlace.values()]
        .filter((parameter) => parameter['in'] !== 'body')
        .flatMap((parameter) => parameterOf(parameter, old));
      const body = old ? oldBody(root, all, operation) : newBody(root, operation);
      const security = operation['security'] ?? root['security'];
      return {
        id: `${method} ${path}`,
        method,
        path,
        ...optional('name', textOf(operation['operationId'])),
        ...optional('summary', textOf(operation['summary'])),
        ...optional('description', textOf(operation['description'])),
        group: textOf(listOf(operation['tags'])[0]) ?? 'Operations',
        deprecated: operation['deprecated'] === true,
        parameters,
        ...optional('body', body),
        responses: Object.entries(objectOf(operation['responses'])).map(([status, response]) =>
          responseOf(root, status, followed(root, response), operation, old),
        ),
        security: [...new Set(listOf(security).flatMap((choice) => Object.keys(objectOf(choice))))],
      };
    });
}

function parameterOf(parameter: JsonObject, old: boolean): Parameter[] {
  const place = parameter['in'] === 'formData' ? 'form' : parameter['in'];
  const name = textOf(parameter['name']);
  if (name === undefined || !['path', 'query', 'header', 'cookie', 'form'].includes(String(place))) return [];
  const { name: _name, in: _in, description: _description, required: _required, ...rest } = parameter;
  const content = Object.values(objectOf(parameter['content'])).map(objectOf)[0];
  const schema = isObject(parameter['schema'])
    ? parameter['schema']
    : isObject(content?.['schema'])
      ? content['schema']
      : old
        ? rest
        : undefined;
  const example =
    parameter['example'] ??
    Object.values(objectOf(parameter['examples'])).map((one) => objectOf(one)['value'])[0] ??
    schema?.['example'] ??
    schema?.['default'];
  return [
    {
      name,
      in: place as Parameter['in'],
      required: parameter['required'] === true || place === 'path',
      ...optional('description', textOf(parameter['description'])),
      ...optional('schema', schema),
      ...optional('example', example),
    },
  ];
}

const payloads = (root: JsonObject, content: Json | undefined): Payload[] =>
  Object.entries(objectOf(content)).map(([type, value]) => {
    const media = objectOf(value);
    const first = Object.values(objectOf(media['examples']))[0];
    const example = media['example'] ?? (first === undefined ? undefined : followed(root, first)['value']);
    return { type, ...optional('schema', isObject(media['schema']) ? media['schema'] : undefined), ...optional('example', example) };
  });

function newBody(root: JsonObject, operation: JsonObject): Operation['body'] {
  if (operation['requestBody'] === undefined) return undefined;
  const body = followed(root, operation['requestBody']);
  return {
    required: body['required'] === true,
    ...optional('description', textOf(body['description'])),
    content: payloads(root, body['content']),
  };
}

function oldBody(root: JsonObject, parameters: readonly JsonObject[], operation: JsonObject): Operation['body'] {
  const body = parameters.find((parameter) => parameter['in'] === 'body');
  if (body === undefined) return undefined;
  const types = listOf(operation['consumes'] ?? root['consumes']).flatMap((type) => textOf(type) ?? []);
  return {
    required: body['required'] === true,
    ...optional('description', textOf(body['description'])),
    content: (types.length === 0 ? ['application/json'] : types).map((type) => ({
      type,
      ...optional('schema', isObject(body['schema']) ? body['schema'] : undefined),
    })),
  };
}

function responseOf(
  root: JsonObject,
  status: string,
  response: JsonObject,
  operation: JsonObject,
  old: boolean,
): Operation['responses'][number] {
  const description = textOf(response['description']) ?? '';
  if (!old) return { status, description, content: payloads(root, response['content']) };
  const types = listOf(operation['produces'] ?? root['produces']).flatMap((type) => textOf(type) ?? []);
  const schema = isObject(response['schema']) ? response['schema'] : undefined;
  const examples = objectOf(response['examples']);
  return {
    status,
    description,
    content:
      schema === undefined
        ? []
        : (types.length === 0 ? ['application/json'] : types).map((type) => ({ type, schema, ...optional('example', examples[type]) })),
  };
}

const servers = (root: JsonObject): HttpReading['servers'] =>
  listOf(root['servers'])
    .map(objectOf)
    .flatMap((server) => {
      const url = textOf(server['url']);
      if (url === undefined) return [];
      const variables = objectOf(server['variables']);
      const filled = url.replaceAll(/\{([^{}]+)\}/g, (whole, name: string) => String(objectOf(variables[name])['default'] ?? whole));
      return [{ url: filled, ...optional('description', textOf(server['description'])) }];
    });

function oldServers(root: JsonObject): HttpReading['servers'] {
  const host = textOf(root['host']);
  const base = textOf(root['basePath']) ?? '';
  if (host === undefined) return base === '' ? [] : [{ url: base }];
  const schemes = listOf(root['schemes']).flatMap((scheme) => textOf(scheme) ?? []);
  return (schemes.length === 0 ? ['https'] : schemes).map((scheme) => ({ url: `${scheme}://${host}${base}` }));
}

function securityOf(root: JsonObject, old: boolean): Record<string, SecurityScheme> {
  const schemes = old ? root['securityDefinitions'] : objectOf(root['components'])['securitySchemes'];
  return Object.fromEntries(
    Object.entries(objectOf(schemes)).map(([name, value]): [string, SecurityScheme] => {
      const scheme = followed(root, value);
      const type = String(scheme['type']);
      const http = String(scheme['scheme'] ?? '').toLowerCase();
      if (type === 'basic' || (type === 'http' && http === 'basic')) return [name, { type: 'basic', words: 'Name and password' }];
      if (type === 'http' && http === 'bearer') return [name, { type: 'bearer', words: 'Bearer token' }];
      if (type === 'apiKey') {
        const key = textOf(scheme['name']) ?? name;
        const place = String(scheme['in']);
        return [name, { type: 'key', in: place, name: key, words: `Key ${key} in the ${place}` }];
      }
      return [
        name,
        { type: type === 'oauth2' || type === 'openIdConnect' ? 'bearer' : 'other', words: type === 'oauth2' ? 'OAuth 2 token' : 'Token' },
      ];
    }),
  );
}
