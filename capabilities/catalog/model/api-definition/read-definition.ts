import { parse } from 'yaml';
import { messageOf, type Json } from '@paved/kernel';
import { isObject } from './pointer.ts';
import { readAsyncApi } from './read-asyncapi.ts';
import { readGraphql } from './read-graphql.ts';
import { readOpenApi } from './read-openapi.ts';
import { readProto } from './read-proto.ts';
import type { ApiReading } from './reading.ts';

/** Larger ones are shown as text: nobody reads them, and reading them would take the browser's memory. */
export const MOST_CHARACTERS = 16_000_000;

/** Reads an API's definition by the API's type, and by what stands in it. What cannot be read is text with the reason. */
export function readDefinition(type: string, text: string): ApiReading {
  const sort = type.toLowerCase();
  if (text.length > MOST_CHARACTERS) return { sort: 'text', language: 'txt', reason: 'It is longer than 16 million characters.' };
  try {
    if (sort === 'graphql') return readGraphql(text);
    if (sort === 'grpc' || sort === 'protobuf' || sort === 'proto') return readProto(text);
    if (
      ['openapi', 'swagger', 'asyncapi'].includes(sort) ||
      /^\s*(\{|["']?(openapi|swagger|asyncapi)["']?\s*:)/m.test(text.slice(0, 2000))
    ) {
      const root = documentOf(text);
      if (isObject(root) && (root['openapi'] !== undefined || root['swagger'] !== undefined)) return readOpenApi(root);
      if (isObject(root) && root['asyncapi'] !== undefined) return readAsyncApi(root);
      if (['openapi', 'swagger', 'asyncapi'].includes(sort))
        return {
          sort: 'text',
          language: 'yaml',
          reason: `It does not say which version of ${sort === 'asyncapi' ? 'AsyncAPI' : 'OpenAPI'} it is.`,
        };
    }
  } catch (error) {
    return { sort: 'text', language: languageOf(sort, text), reason: `${(messageOf(error).split('\n')[0] ?? '').replace(/[:.]$/, '')}.` };
  }
  return { sort: 'text', language: languageOf(sort, text) };
}

const documentOf = (text: string): Json =>
  text.trimStart().startsWith('{') ? (JSON.parse(text) as Json) : (parse(text, { maxAliasCount: 100 }) as Json);

function languageOf(sort: string, text: string): string {
  if (sort === 'trpc') return 'ts';
  if (sort === 'graphql') return 'graphql';
  if (sort === 'grpc') return 'proto';
  if (sort === 'wsdl' || text.trimStart().startsWith('<')) return 'xml';
  return text.trimStart().startsWith('{') ? 'json' : 'yaml';
}
