import { optional } from './read-openapi.ts';
import type { TypedField, TypeReading } from './reading.ts';

type Shown = TypeReading['types'][number];

interface Token {
  readonly text: string;
  readonly line: number;
  /** The comment right before it. */
  readonly comment?: string;
}

const PATTERN = /\s+|\/\/([^\n]*)|\/\*([\s\S]*?)\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[\w.]+|[^\s\w]/gy;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let comment: string[] = [];
  for (const match of text.matchAll(PATTERN)) {
    const [whole, single, several] = match;
    if (single !== undefined) comment.push(single.trim());
    else if (several !== undefined) comment = [several.replaceAll(/^\s*\*+ ?/gm, '').trim()];
    else if (whole.trim() !== '') {
      tokens.push({ text: whole, line, ...(comment.length === 0 ? {} : { comment: comment.join(' ') }) });
      comment = [];
    } else if (whole.split('\n').length > 2) comment = [];
    line += whole.split('\n').length - 1;
  }
  return tokens;
}

/** A Protocol Buffers file: services with their methods, then messages and enums. Throws a sentence with the line that is wrong. */
export function readProto(text: string): TypeReading {
  const tokens = tokensOf(text);
  let at = 0;
  const types: Shown[] = [];
  let title = 'Protocol Buffers';
  const peek = (): string => tokens[at]?.text ?? '';
  const next = (): Token => {
    const token = tokens[at++];
    if (token === undefined) throw new Error(`The file ends in the middle of something, after line ${tokens.at(-1)?.line ?? 1}.`);
    return token;
  };
  const expect = (wanted: string): Token => {
    const token = next();
    if (token.text !== wanted) throw new Error(`Line ${token.line}: "${wanted}" was expected, there is "${token.text}".`);
    return token;
  };
  /** Over everything up to the end of a statement or of a block. */
  const skip = (): void => {
    for (let depth = 0; at < tokens.length;) {
      const { text: one } = next();
      if (one === '{') depth++;
      else if (one === '}' && --depth <= 0) return;
      else if (one === ';' && depth === 0) return;
    }
  };
  const typeName = (): string => {
    let name = peek() === '.' ? next().text : '';
    name += next().text;
    if (name !== 'map') return name;
    expect('<');
    const key = next().text;
    expect(',');
    const value = typeName();
    expect('>');
    return `map<${key}, ${value}>`;
  };

  const message = (prefix: string, comment: string | undefined): void => {
    const name = prefix + next().text;
    const fields: TypedField[] = [];
    const place = types.push({ name, kind: 'message', fields, ...optional('description', comment) }) - 1;
    expect('{');
    const body = (choice: string | undefined): void => {
      while (peek() !== '}') {
        const token = next();
        if (token.text === ';') continue;
        if (token.text === 'message' && tokens[at + 1]?.text === '{') message(`${name}.`, token.comment);
        else if (token.text === 'enum' && tokens[at + 1]?.text === '{') enumeration(`${name}.`, token.comment);
        else if (token.text === 'oneof') {
          const own = next().text;
          expect('{');
          body(own);
          expect('}');
        } else if (['option', 'reserved', 'extensions', 'extend', 'group'].includes(token.text)) skip();
        else {
          const label = ['repeated', 'optional', 'required'].includes(token.text) ? token.text : undefined;
          if (label === undefined) at--;
          const type = typeName();
          const field = next();
          expect('=');
          const number = next().text;
          skip();
          const notes = [token.comment, choice === undefined ? undefined : `one of ${choice}`].filter((note) => note !== undefined);
          fields.push({
            name: field.text,
            type: `${label === undefined ? '' : `${label} `}${type} = ${number}`,
            ...optional('description', notes.join(' · ') || undefined),
          });
        }
      }
    };
    body(undefined);
    expect('}');
    // Nested types were pushed meanwhile; this one keeps its place before them.
    types[place] = { ...(types[place] as Shown), fields };
  };
  const enumeration = (prefix: string, comment: string | undefined): void => {
    const name = prefix + next().text;
    const fields: TypedField[] = [];
    types.push({ name, kind: 'enum', fields, ...optional('description', comment) });
    expect('{');
    while (peek() !== '}') {
      const token = next();
      if (token.text === ';') continue;
      if (['option', 'reserved'].includes(token.text)) {
        skip();
        continue;
      }
      expect('=');
      const sign = peek() === '-' ? next().text : '';
      fields.push({ name: token.text, type: `${sign}${next().text}`, ...optional('description', token.comment) });
      skip();
    }
    expect('}');
  };
  const service = (comment: string | undefined): void => {
    const name = next().text;
    const fields: TypedField[] = [];
    types.push({ name, kind: 'service', fields, ...optional('description', comment) });
    expect('{');
    while (peek() !== '}') {
      const token = next();
      if (token.text !== 'rpc') {
        if (token.text !== ';') skip();
        continue;
      }
      const method = next().text;
      const side = (): string => {
        expect('(');
        const stream = peek() === 'stream' && tokens[at + 1]?.text !== ')' ? `${next().text} ` : '';
        const type = typeName();
        expect(')');
        return stream + type;
      };
      const request = side();
      expect('returns');
      fields.push({ name: method, type: `(${request}) → ${side()}`, ...optional('description', token.comment) });
      if (peek() === '{') skip();
      else if (peek() === ';') next();
    }
    expect('}');
  };

  while (at < tokens.length) {
    const token = next();
    if (token.text === 'package') {
      title = next().text;
      skip();
    } else if (token.text === 'message') message('', token.comment);
    else if (token.text === 'enum') enumeration('', token.comment);
    else if (token.text === 'service') service(token.comment);
    else if (token.text !== ';') skip();
  }
  if (types.length === 0) throw new Error('There is no service, message or enum in it.');
  const rank = (type: Shown): number => (type.kind === 'service' ? 0 : 1);
  return { sort: 'types', title, types: types.toSorted((a, b) => rank(a) - rank(b)) };
}
