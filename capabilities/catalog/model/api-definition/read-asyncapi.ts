import type { Json, JsonObject } from '@paved/kernel';
import { followed, isObject, listOf, objectOf, textOf } from './pointer.ts';
import { optional, schemasOf, titled } from './read-openapi.ts';
import type { EventReading } from './reading.ts';

type Channel = EventReading['channels'][number];

/** AsyncAPI 2 and 3 as channels with what may be sent on them and who does it. */
export function readAsyncApi(root: JsonObject): EventReading {
  const version = String(root['asyncapi']);
  const info = objectOf(root['info']);
  return {
    sort: 'events',
    standard: `AsyncAPI ${version}`,
    ...titled(info),
    servers: Object.entries(objectOf(root['servers'])).map(([name, value]) => {
      const server = followed(root, value);
      const host = textOf(server['url']) ?? `${textOf(server['host']) ?? ''}${textOf(server['pathname']) ?? ''}`;
      const protocol = textOf(server['protocol']);
      return {
        url: protocol === undefined || host.includes('://') ? host : `${protocol}://${host}`,
        description: textOf(server['description']) ?? name,
      };
    }),
    channels: version.startsWith('2') ? channelsOf2(root) : channelsOf3(root),
    schemas: schemasOf(root),
  };
}

function messageOf(root: JsonObject, name: string, value: Json | undefined): Channel['messages'][number] {
  const message = followed(root, value);
  const payload = message['payload'];
  // A payload may wrap its schema, to say in which language it is written.
  const schema = isObject(payload) && isObject(payload['schema']) && payload['schemaFormat'] !== undefined ? payload['schema'] : payload;
  const example = listOf(message['examples']).map((one) => objectOf(one)['payload'])[0];
  return {
    name: textOf(message['title']) ?? textOf(message['name']) ?? name,
    type: textOf(message['contentType']) ?? textOf(root['defaultContentType']) ?? 'application/json',
    ...optional('description', textOf(message['summary']) ?? textOf(message['description'])),
    ...optional('schema', isObject(schema) ? schema : undefined),
    ...optional('example', example),
  };
}

function channelsOf2(root: JsonObject): Channel[] {
  return Object.entries(objectOf(root['channels'])).map(([address, value]) => {
    const channel = followed(root, value);
    const ways = [
      // In version 2, `publish` is what others may do: the application receives.
      ['publish', 'receive'],
      ['subscribe', 'send'],
    ] as const;
    const used = ways.flatMap(([key, action]) => (isObject(channel[key]) ? [{ action, operation: objectOf(channel[key]) }] : []));
    return {
      address,
      ...optional('description', textOf(channel['description'])),
      actions: used.map(({ action, operation }) => ({
        action,
        ...optional('summary', textOf(operation['summary']) ?? textOf(operation['description'])),
      })),
      messages: used.flatMap(({ operation }) => {
        const message = followed(root, operation['message']);
        const choices = listOf(message['oneOf']);
        return (choices.length === 0 ? (operation['message'] === undefined ? [] : [operation['message']]) : choices).map((one, i) =>
          messageOf(root, nameOfRef(one) ?? `Message ${i + 1}`, one),
        );
      }),
    };
  });
}

const nameOfRef = (value: Json): string | undefined =>
  isObject(value) && typeof value['$ref'] === 'string' ? value['$ref'].split('/').at(-1) : undefined;

function channelsOf3(root: JsonObject): Channel[] {
  const operations = Object.values(objectOf(root['operations'])).map((one) => followed(root, one));
  return Object.entries(objectOf(root['channels'])).map(([name, value]) => {
    const channel = followed(root, value);
    const mine = operations.filter((operation) => objectOf(operation['channel'])['$ref'] === `#/channels/${name}`);
    return {
      address: textOf(channel['address']) ?? name,
      ...optional('description', textOf(channel['summary']) ?? textOf(channel['description'])),
      actions: mine.map((operation) => ({
        action: operation['action'] === 'receive' ? ('receive' as const) : ('send' as const),
        ...optional('summary', textOf(operation['summary']) ?? textOf(operation['description'])),
      })),
      messages: Object.entries(objectOf(channel['messages'])).map(([key, message]) => messageOf(root, key, message)),
    };
  });
}
