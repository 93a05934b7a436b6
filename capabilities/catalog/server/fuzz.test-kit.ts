/** Random documents that are nearly right, always the same for a seed. */
export interface Mutant {
  readonly seed: number;
  readonly text: string;
  /** What was done to it, for the report of a failure. */
  readonly how: readonly string[];
}

/** mulberry32: small, seeded, good enough to mutate with. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const bases = [
  `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: checkout
  title: "Checkout: pays"
  description: >-
    Takes money
    from people.
  annotations: {backstage.io/techdocs-ref: 'dir:.', a.b/c: "1"}
  labels: {tier: gold}
  tags: [java, data]
  links:
    - {url: https://example.com, title: Site}
spec:
  type: service
  lifecycle: production
  owner: team-a
  system: shop
  dependsOn: [resource:db, component:default/other]
  providesApis:
    - checkout-api
`,
  `apiVersion: backstage.io/v1beta1
kind: API
metadata: {name: checkout-api, namespace: shop}
spec:
  type: openapi
  lifecycle: production
  owner: user:default/jane
  definition: |
    openapi: 3.1.0
    info: {title: x, version: "1"}
`,
  `apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-a}
spec: {type: team, children: [], members: [jane, joe], profile: {email: a@example.com}}
`,
  `apiVersion: acme.com/v1
kind: Dataset
metadata: {name: plays}
spec: {classification: internal, code: AB, owner: team-a, list: [1, 2, 3]}
`,
  `apiVersion: paved.dev/v1alpha1
kind: EntityKind
metadata: {name: supplier}
spec:
  kind: Supplier
  schema: {type: object, required: [owner], properties: {owner: {type: string}, code: {type: string, pattern: "^[A-Z]+$"}}}
  relations: [{field: owner, type: ownedBy, reverse: ownerOf, defaultKind: group}]
  computed:
    - {name: size, calculate: entity.spec.code.size() + 1}
    - {name: parts, aggregate: {through: hasPart, function: count, where: it.spec.type == "x"}}
`,
  `apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {name: t}
spec: {type: service, steps: [{action: fetch:template, input: {url: ./skeleton, values: {name: "\${{ parameters.name }}"}}}]}
`,
  '{"apiVersion": "backstage.io/v1alpha1", "kind": "User", "metadata": {"name": "jane"}, "spec": {"memberOf": ["team-a"]}}\n',
];

const oddities = [
  '\u0000',
  '\ud800',
  '\udfff',
  '\ufeff',
  '\u202e',
  '\u2028',
  '\u0085',
  '💥',
  'e\u0301',
  '\u200d',
  '\t',
  '\r\n',
  '\r',
  '\u0007',
  '\uffff',
  '&a ',
  '*a',
  '*b',
  '<<: *a',
  '!!js/function ',
  '!!binary ',
  '!!set ',
  '!!timestamp ',
  '? ',
  ': ',
  '- ',
  '| ',
  '>+2 ',
  '%YAML 9.9\n',
  '%TAG ! tag:x,2000:\n',
  '"',
  "'",
  '[',
  ']',
  '{',
  '}',
  ',',
  '#',
  '`',
  '@',
  '\\',
  '...\n',
  '---\n',
  '--- |\n',
  '~',
  'null',
  'true',
  '.inf',
  '.nan',
  '-0',
  '1e999',
  '0x7fffffffffffffff',
  '0o777',
  '99999999999999999999999',
  '__proto__: {polluted: true}\n',
  'constructor: {prototype: {polluted: true}}\n',
  'prototype: 1\n',
  'toString: 1\n',
  'hasOwnProperty: x\n',
  '__proto__',
  '${{ evil }}',
  '{{ x }}',
  '{% if %}',
  '$text: ../../../etc/passwd\n',
  'kind: Location\n',
  'kind: ',
  'metadata: ',
  'spec: ',
  'name: ',
  '2026-11-21',
  '12:30:45',
  'yes',
  'no',
  '=',
  '\n\n\n',
  '   ',
];

/** A document made from one that is right by 1 to 6 changes. */
export function mutant(seed: number): Mutant {
  const random = randomOf(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const one = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const how: string[] = [];
  let text = one(bases);
  const insert = (piece: string): void => {
    const at = below(text.length + 1);
    text = text.slice(0, at) + piece + text.slice(at);
  };
  const lines = (change: (lines: string[]) => void): void => {
    const parts = text.split('\n');
    change(parts);
    text = parts.join('\n');
  };
  const changes: Readonly<Record<string, () => void>> = {
    odd: () => insert(one(oddities)),
    odds: () => insert(Array.from({ length: 1 + below(20) }, () => one(oddities)).join('')),
    cut: () => {
      const at = below(text.length);
      text = text.slice(0, at) + text.slice(at + 1 + below(20));
    },
    copy: () => {
      const at = below(text.length);
      insert(text.slice(at, at + 1 + below(60)));
    },
    swap: () =>
      lines((parts) => {
        const [a, b] = [below(parts.length), below(parts.length)];
        [parts[a], parts[b]] = [parts[b] ?? '', parts[a] ?? ''];
      }),
    indent: () => lines((parts) => void parts.splice(below(parts.length), 1, ' '.repeat(below(8)) + (parts[below(parts.length)] ?? ''))),
    double: () => lines((parts) => void parts.splice(below(parts.length), 0, parts[below(parts.length)] ?? '')),
    character: () => {
      const at = below(text.length);
      text = text.slice(0, at) + String.fromCharCode(below(random() < 0.8 ? 128 : 65536)) + text.slice(at + 1);
    },
    aliasBomb: () => {
      const width = 2 + below(9);
      insert(
        `\na0: &a0 [${'x,'.repeat(width)}x]\n${Array.from({ length: 4 + below(10) }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(width)}*a${i}]`).join('\n')}\n`,
      );
    },
    aliasCircle: () => insert('\nloop: &l [*l, {again: *l}]\n'),
    nestFlow: () => insert(one(['[', '{a: ', '[{b: ', '"']).repeat(1 + below(random() < 0.2 ? 60_000 : 300))),
    nestBlock: () => insert(`\n${Array.from({ length: 1 + below(400) }, (_, i) => `${' '.repeat(i)}a:`).join('\n')}\n`),
    huge: () =>
      insert(
        one(['x', 'ab ', '1', '\u00e9', '- ', 'a: b\n', '[],', '\n', ' ', '"a" ', '💥']).repeat(
          1 + below(random() < 0.05 ? 100_000 : 2_000),
        ),
      ),
    longList: () => insert(`\n  tags:\n${'    - Not A Tag\n'.repeat(1 + below(2_000))}`),
    manyKeys: () => insert(`\nspec:\n${Array.from({ length: 1 + below(1_000) }, (_, i) => `  k${below(i + 2)}: v`).join('\n')}\n`),
    proto: () => insert(`\n  __proto__:\n    polluted: true\n    toString: 1\n`),
    documents: () => insert('\n---\n'.repeat(1 + below(50))),
    case: () => (text = random() < 0.5 ? text.toUpperCase() : text.toLowerCase()),
  };
  const names = Object.keys(changes);
  for (let n = 1 + below(6); n > 0; n--) {
    const name = one(names);
    how.push(name);
    changes[name]?.();
  }
  return { seed, text, how };
}
