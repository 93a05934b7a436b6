import { TextLink } from '@paved/ui';
import type { ReactNode } from 'react';

const INLINE = /(`[^`\n]+`|\*\*[^*\n]+\*\*|\[[^\]\n]+\]\([^)\s]+\)|https?:\/\/[^\s<>"')\]]+)/g;

/**
 * The little Markdown that descriptions use: paragraphs, lists, headings, code, bold, links. Elements are made, never HTML, so whatever
 * else stands there stays the text it is; links lead only to http, https and mailto.
 */
export function RichText({ text }: { text: string }) {
  return <div className="p-api-text">{blocksOf(text.slice(0, 20_000)).map((block, i) => shown(block, i))}</div>;
}

type Block = { readonly type: 'list' | 'code' | 'text' | 'heading'; readonly lines: string[] };

function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let open: Block | undefined;
  let fenced = false;
  for (const line of text.split('\n')) {
    if (/^\s*```/.test(line)) {
      fenced = !fenced;
      open = undefined;
      if (fenced) blocks.push((open = { type: 'code', lines: [] }));
      continue;
    }
    if (fenced) {
      open?.lines.push(line);
      continue;
    }
    if (line.trim() === '') {
      open = undefined;
      continue;
    }
    const item = /^\s*(?:[-*+]|\d+[.)])\s+(.*)$/.exec(line)?.[1];
    const heading = /^\s*#{1,6}\s+(.*)$/.exec(line)?.[1];
    const type = item !== undefined ? 'list' : heading !== undefined ? 'heading' : 'text';
    if (open === undefined || open.type !== type || type === 'heading') blocks.push((open = { type, lines: [] }));
    open.lines.push(item ?? heading ?? line);
  }
  return blocks;
}

function shown(block: Block, key: number): ReactNode {
  if (block.type === 'code')
    return (
      <pre key={key} tabIndex={0}>
        {block.lines.join('\n')}
      </pre>
    );
  if (block.type === 'list')
    return (
      <ul key={key}>
        {block.lines.map((line, i) => (
          <li key={i}>{inline(line)}</li>
        ))}
      </ul>
    );
  if (block.type === 'heading')
    return (
      <p key={key}>
        <b>{inline(block.lines.join(' '))}</b>
      </p>
    );
  return <p key={key}>{inline(block.lines.join(' '))}</p>;
}

function inline(text: string): ReactNode[] {
  return text.split(INLINE).map((part, i) => {
    if (i % 2 === 0) return part;
    if (part.startsWith('`')) return <code key={i}>{part.slice(1, -1)}</code>;
    if (part.startsWith('**')) return <b key={i}>{part.slice(2, -2)}</b>;
    const [, words = part, target = part] = /^\[([^\]]+)\]\(([^)]+)\)$/.exec(part) ?? [];
    return /^(https?:\/\/|mailto:)/i.test(target) ? (
      <TextLink key={i} href={target}>
        {words}
      </TextLink>
    ) : (
      words
    );
  });
}
