import type { Json, JsonObject } from '@paved/kernel';

/** A JSON Schema as it stands in a definition; `$ref`s stay and are followed when someone looks. */
export type DefinedSchema = JsonObject;

export interface Payload {
  /** Media type. */
  readonly type: string;
  readonly schema?: DefinedSchema;
  readonly example?: Json;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie' | 'form';
  readonly required: boolean;
  readonly description?: string;
  readonly schema?: DefinedSchema;
  readonly example?: Json;
}

export interface Operation {
  /** Unique in the document: `get /orders/{id}`. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly name?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly group: string;
  readonly deprecated: boolean;
  readonly parameters: readonly Parameter[];
  readonly body?: { readonly required: boolean; readonly description?: string; readonly content: readonly Payload[] };
  readonly responses: readonly { readonly status: string; readonly description: string; readonly content: readonly Payload[] }[];
  /** Names of security schemes; any one of them is enough. Empty: none is needed. */
  readonly security: readonly string[];
}

export interface ApiServer {
  readonly url: string;
  readonly description?: string;
}

/** A way to say who one is. */
export interface SecurityScheme {
  readonly type: 'bearer' | 'basic' | 'key' | 'other';
  /** Of a key: where it goes and under which name. */
  readonly in?: string;
  readonly name?: string;
  readonly words: string;
}

interface Titled {
  readonly title: string;
  readonly version?: string;
  readonly description?: string;
}

export interface HttpReading extends Titled {
  readonly sort: 'http';
  readonly standard: string;
  readonly servers: readonly ApiServer[];
  readonly groups: readonly { readonly name: string; readonly description?: string }[];
  readonly operations: readonly Operation[];
  /** By the text a `$ref` has, for example `#/components/schemas/Order`. */
  readonly schemas: Readonly<Record<string, DefinedSchema>>;
  readonly security: Readonly<Record<string, SecurityScheme>>;
}

export interface EventReading extends Titled {
  readonly sort: 'events';
  readonly standard: string;
  readonly servers: readonly ApiServer[];
  readonly channels: readonly {
    readonly address: string;
    readonly description?: string;
    readonly actions: readonly { readonly action: 'send' | 'receive'; readonly summary?: string }[];
    readonly messages: readonly (Payload & { readonly name: string; readonly description?: string })[];
  }[];
  readonly schemas: Readonly<Record<string, DefinedSchema>>;
}

export interface TypedField {
  readonly name: string;
  readonly type: string;
  readonly description?: string;
  readonly deprecated?: string;
  readonly arguments?: readonly {
    readonly name: string;
    readonly type: string;
    readonly default?: string;
    readonly description?: string;
  }[];
}

export interface TypeReading extends Titled {
  readonly sort: 'types';
  /** What stands first: queries and mutations, or services. */
  readonly types: readonly {
    readonly name: string;
    readonly kind:
      | 'query'
      | 'mutation'
      | 'subscription'
      | 'service'
      | 'type'
      | 'interface'
      | 'input'
      | 'enum'
      | 'union'
      | 'scalar'
      | 'message';
    readonly description?: string;
    readonly fields: readonly TypedField[];
  }[];
}

/** Shown as it is; `reason` says why when it was meant to be read. */
export interface TextReading {
  readonly sort: 'text';
  readonly language: string;
  readonly reason?: string;
}

/** What a definition says, ready to be shown. */
export type ApiReading = HttpReading | EventReading | TypeReading | TextReading;
