/** The parts of a JSON Schema that tell what is secret. */
export interface MaskNode {
  readonly secret?: boolean;
  readonly properties?: Readonly<Record<string, MaskNode>>;
  readonly items?: unknown;
  readonly additionalProperties?: MaskNode | boolean;
  readonly anyOf?: readonly MaskNode[];
  readonly oneOf?: readonly MaskNode[];
  readonly allOf?: readonly MaskNode[];
}

const MASK = '••••';

/** A value with everything that one of its schemas calls secret hidden, however deep. */
export function maskSecrets(value: unknown, ...schemas: readonly MaskNode[]): unknown {
  if (value === undefined || value === null) return value;
  const nodes = schemas.flatMap(alternatives);
  if (nodes.some((node) => node.secret === true)) return MASK;
  if (Array.isArray(value)) {
    const items = nodes.flatMap((node) => (isNode(node.items) ? [node.items] : []));
    return value.map((item) => maskSecrets(item, ...items));
  }
  if (typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      maskSecrets(
        item,
        ...nodes.flatMap((node) => {
          const child = node.properties?.[key] ?? (isNode(node.additionalProperties) ? node.additionalProperties : undefined);
          return child === undefined ? [] : [child];
        }),
      ),
    ]),
  );
}

const isNode = (node: unknown): node is MaskNode => node !== null && typeof node === 'object' && !Array.isArray(node);

const alternatives = (node: MaskNode): MaskNode[] => [
  node,
  ...[...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])].flatMap(alternatives),
];
