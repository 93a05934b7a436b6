import { Environment, type ASTNode, type ParseResult } from '@marcbachmann/cel-js';
import { messageOf } from '@paved/kernel';
import { linearPattern, type LinearPattern } from '../custom-kinds/linear-pattern.ts';

/** The one place that knows the CEL engine. */

/** What an entity is for expressions: Backstage's envelope, its `ref`, and its computed properties. Whole numbers are BigInt. */
export type Variables = Readonly<Record<string, unknown>>;

export interface Expression {
  readonly text: string;
  /** Computed properties that are read, by variable. */
  readonly reads: Readonly<Record<'entity' | 'it', readonly string[]>>;
  /** Whether the variable is read at all: what is not read need not be loaded. */
  readonly uses: Readonly<Record<'entity' | 'it', boolean>>;
  evaluate(variables: Variables): unknown;
}

/** A text that is no expression: what, and how to mend it. */
export interface NoExpression {
  readonly problem: string;
  readonly fix: string;
}

const MAX_CHARACTERS = 2000;
/** Macros inside of macros: the work is the product of the lists' lengths. */
const MAX_MACROS = 3;
const macros = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
const LINEAR = 'matchesLinear';

/** Parses, checks and bounds a CEL expression over these variables. Anything else than `entity` and `it` is unknown. */
export function compileExpression(text: string, variables: readonly ('entity' | 'it')[]): Expression | NoExpression {
  if (text.length > MAX_CHARACTERS)
    return {
      problem: `The expression has ${text.length} characters; at most ${MAX_CHARACTERS} are taken.`,
      fix: 'Part it into several computed properties.',
    };
  try {
    const environment = environmentOf(variables);
    const first = environment.parse(text);
    const seen = inspect(first.ast, variables);
    if ('problem' in seen) return seen;
    const parsed: ParseResult = seen.matches.length === 0 ? first : environment.parse(withLinearMatches(text, seen.matches));
    const checked = parsed.check();
    if (!checked.valid) return notUnderstood(messageOf(checked.error), text);
    return { text, reads: seen.reads, uses: seen.uses, evaluate: (values) => parsed(values) };
  } catch (error) {
    return notUnderstood(messageOf(error), text);
  }
}

const notUnderstood = (message: string, text: string): NoExpression => {
  const [first = '', ...rest] = message.split('\n');
  const column = rest.at(-1)?.indexOf('^') ?? -1;
  const gutter = rest.find((line) => line.includes('|'))?.indexOf('|') ?? -1;
  const place = column > gutter && gutter >= 0 ? ` at character ${column - gutter - 1}` : '';
  return {
    problem: `The expression "${text.length > 120 ? `${text.slice(0, 117)}…` : text}" is not understood${place}: ${first.replace(/\.$/, '')}.`,
    fix: /Unknown variable/.test(first)
      ? 'Use entity (the entity itself) and it (a related entity).'
      : 'Correct the expression; it is CEL.',
  };
};

function environmentOf(variables: readonly string[]): Environment {
  const environment = new Environment({
    unlistedVariablesAreDyn: false,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    limits: { maxAstNodes: 500, maxDepth: 40, maxListElements: 100, maxMapEntries: 100, maxCallArguments: 8 },
  });
  for (const name of variables) environment.registerVariable(name, 'map');
  // Data comes from YAML, where 2 and 2.0 are the same to people: arithmetic takes both together.
  const mixed: readonly [string, (a: number, b: number) => number][] = [
    ['+', (a, b) => a + b],
    ['-', (a, b) => a - b],
    ['*', (a, b) => a * b],
    ['/', (a, b) => a / b],
  ];
  for (const [operator, apply] of mixed) {
    for (const [left, right] of [
      ['int', 'double'],
      ['double', 'int'],
    ])
      environment.registerOperator(`${left} ${operator} ${right}: double`, (a: number | bigint, b: number | bigint) =>
        apply(Number(a), Number(b)),
      );
  }
  const patterns = new Map<string, LinearPattern>();
  const fits = (text: string, pattern: string): boolean => {
    let compiled = patterns.get(pattern);
    if (compiled === undefined) {
      if (patterns.size > 50) patterns.clear();
      patterns.set(pattern, (compiled = linearPattern(pattern)));
    }
    return compiled.test(text);
  };
  environment.registerFunction(`string.${LINEAR}(string): bool`, fits);
  environment.registerFunction(`${LINEAR}(string, string): bool`, fits);
  return environment;
}

interface Seen {
  readonly reads: Record<'entity' | 'it', string[]>;
  readonly uses: Record<'entity' | 'it', boolean>;
  /** Where the word `matches` may stand: [from, to) in the text. */
  readonly matches: readonly (readonly [number, number])[];
}

/**
 * Finds what an expression reads. A variable must be followed by a literal field, and `computed` by a literal name, so that
 * every dependency is known before anything is evaluated.
 */
function inspect(ast: ASTNode, variables: readonly ('entity' | 'it')[]): Seen | NoExpression {
  const reads: Seen['reads'] = { entity: [], it: [] };
  const uses: Seen['uses'] = { entity: false, it: false };
  const matches: (readonly [number, number])[] = [];
  let problem: NoExpression | undefined;
  const refuse = (text: string, fix: string): void => void (problem ??= { problem: text, fix });

  const fieldOf = (node: ASTNode): { base: ASTNode; key: string | undefined } | undefined => {
    if (node.op === '.' || node.op === '.?') return { base: node.args[0], key: node.args[1] };
    if (node.op === '[]' || node.op === '[?]') {
      const key = node.args[1];
      return { base: node.args[0], key: key.op === 'value' && typeof key.args === 'string' ? key.args : undefined };
    }
    return undefined;
  };
  const variableOf = (node: ASTNode): 'entity' | 'it' | undefined =>
    node.op === 'id' ? variables.find((name) => name === node.args) : undefined;

  const visit = (node: ASTNode, nesting: number): void => {
    if (problem !== undefined) return;
    const own = variableOf(node);
    if (own !== undefined)
      return refuse(`"${own}" stands alone in the expression.`, `Name the field that is meant, for example ${own}.spec.type.`);
    const field = fieldOf(node);
    if (field !== undefined) {
      const variable = variableOf(field.base);
      if (variable !== undefined) {
        uses[variable] = true;
        if (field.key === undefined)
          return refuse(
            `A field of "${variable}" is named by another expression.`,
            `Write the field’s name, for example ${variable}.spec.type.`,
          );
        if (field.key === 'computed')
          return refuse(
            `"${variable}.computed" stands alone in the expression.`,
            `Name the property, for example ${variable}.computed.tier.`,
          );
        return;
      }
      const inner = fieldOf(field.base);
      const root = inner === undefined ? undefined : variableOf(inner.base);
      if (root !== undefined && inner?.key === 'computed') {
        uses[root] = true;
        if (field.key === undefined)
          return refuse('A computed property is named by another expression.', `Write its name, for example ${root}.computed.tier.`);
        if (!reads[root].includes(field.key)) reads[root].push(field.key);
        return;
      }
      visit(field.base, nesting);
      if (node.op === '[]' || node.op === '[?]') visit(node.args[1], nesting);
      return;
    }
    if (node.op === 'rcall') {
      const [name, receiver, parameters] = node.args;
      const isMacro = macros.has(name) && parameters.length >= 2;
      if (isMacro && nesting + 1 > MAX_MACROS)
        return refuse(`${name} stands inside of ${MAX_MACROS} others.`, 'Part the expression into several computed properties.');
      if (name === 'matches') matches.push([receiver.end, parameters[0]?.start ?? node.end]);
      visit(receiver, nesting);
      for (const parameter of parameters) visit(parameter, nesting + (isMacro ? 1 : 0));
      return;
    }
    if (node.op === 'call') {
      const [name, parameters] = node.args;
      if (name === 'matches') matches.push([node.start, parameters[0]?.start ?? node.end]);
      for (const parameter of parameters) visit(parameter, nesting);
      return;
    }
    if (node.op === 'value' || node.op === 'id') return;
    for (const child of (Array.isArray(node.args) ? node.args : [node.args]) as (ASTNode | ASTNode[])[])
      for (const one of Array.isArray(child) ? child : [child]) visit(one, nesting);
  };
  visit(ast, 0);
  return problem ?? { reads, uses, matches };
}

/** `matches` of the engine may take exponential time; the same word in linear time takes its place. */
function withLinearMatches(text: string, places: Seen['matches']): string {
  let out = text;
  for (const [from, to] of [...places].sort((a, b) => b[0] - a[0])) {
    out = `${out.slice(0, from)}${out.slice(from, to).replace(/\bmatches\b/, LINEAR)}${out.slice(to)}`;
  }
  return out;
}
