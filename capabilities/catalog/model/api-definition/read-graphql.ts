import { Kind, parse, print, type DefinitionNode, type FieldDefinitionNode, type InputValueDefinitionNode } from 'graphql';
import { optional } from './read-openapi.ts';
import type { TypedField, TypeReading } from './reading.ts';

type Shown = TypeReading['types'][number];

/** A GraphQL schema (SDL): what can be asked first, then its types. Throws the parser's error with line and column. */
export function readGraphql(text: string): TypeReading {
  // Bounded, because whoever wrote it may wish us ill.
  const { definitions } = parse(text, { noLocation: true, maxTokens: 300_000 });
  const roots = new Map<string, Shown['kind']>([
    ['Query', 'query'],
    ['Mutation', 'mutation'],
    ['Subscription', 'subscription'],
  ]);
  for (const definition of definitions)
    if (definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION)
      for (const { operation, type } of definition.operationTypes ?? []) roots.set(type.name.value, operation);
  const types = definitions.flatMap((definition) => shownOf(definition, roots) ?? []);
  const order = ['query', 'mutation', 'subscription'];
  const rank = (type: Shown): number => (order.includes(type.kind) ? order.indexOf(type.kind) : order.length);
  return { sort: 'types', title: 'GraphQL schema', types: types.toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name)) };
}

function shownOf(node: DefinitionNode, roots: ReadonlyMap<string, Shown['kind']>): Shown | undefined {
  switch (node.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.OBJECT_TYPE_EXTENSION:
      return { ...base(node), kind: roots.get(node.name.value) ?? 'type', fields: (node.fields ?? []).map(fieldOf) };
    case Kind.INTERFACE_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_EXTENSION:
      return { ...base(node), kind: 'interface', fields: (node.fields ?? []).map(fieldOf) };
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
    case Kind.INPUT_OBJECT_TYPE_EXTENSION:
      return { ...base(node), kind: 'input', fields: (node.fields ?? []).map(argumentOf) };
    case Kind.ENUM_TYPE_DEFINITION:
    case Kind.ENUM_TYPE_EXTENSION:
      return {
        ...base(node),
        kind: 'enum',
        fields: (node.values ?? []).map((value) => ({ name: value.name.value, type: '', ...described(value) })),
      };
    case Kind.UNION_TYPE_DEFINITION:
    case Kind.UNION_TYPE_EXTENSION:
      return { ...base(node), kind: 'union', fields: (node.types ?? []).map((type) => ({ name: type.name.value, type: '' })) };
    case Kind.SCALAR_TYPE_DEFINITION:
      return { ...base(node), kind: 'scalar', fields: [] };
    default:
      return undefined;
  }
}

interface Named {
  readonly name: { readonly value: string };
  readonly description?: { readonly value: string } | undefined;
}
const base = (node: Named) => ({ name: node.name.value, ...described(node) });
const described = (node: { readonly description?: { readonly value: string } | undefined }) =>
  optional('description', node.description?.value);

function fieldOf(field: FieldDefinitionNode): TypedField {
  const old = field.directives?.find((directive) => directive.name.value === 'deprecated');
  const reason = old?.arguments?.find((argument) => argument.name.value === 'reason')?.value;
  return {
    name: field.name.value,
    type: print(field.type),
    ...described(field),
    ...(old === undefined ? {} : { deprecated: reason?.kind === Kind.STRING ? reason.value : 'deprecated' }),
    ...(field.arguments === undefined || field.arguments.length === 0
      ? {}
      : {
          arguments: field.arguments.map((argument) => ({
            name: argument.name.value,
            type: print(argument.type),
            ...(argument.defaultValue === undefined ? {} : { default: print(argument.defaultValue) }),
            ...described(argument),
          })),
        }),
  };
}

const argumentOf = (field: InputValueDefinitionNode): TypedField => ({
  name: field.name.value,
  type: print(field.type),
  ...described(field),
});
